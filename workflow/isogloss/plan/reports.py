"""What the targets and rules/report.smk ask: everything that there should be, and the tables and figures of it."""

from collections.abc import Iterator

from ..artifacts import KINDS, canonical_json
from ..schema import Encoding
from ..tasks import TRIVIAL, UNTRAINED, XTREME_TRAININGS, get_task
from .base import ALIGNMENT, RESULTS
from .tasks import Tasks

XTREME_SETTINGS = (*(setting for settings in XTREME_TRAININGS.values() for setting in settings), UNTRAINED)
LAYERED, PROBE = ("retrieve", "lexicon", "align"), "probe"  # the kinds, and the setting, in which every layer answers


class Reports(Tasks):
    """Every artifact that the experiment wants."""

    def runs(self) -> Iterator[tuple[str, str, str, int]]:
        """(task, setting, recipe, seed) of every row that the tables show; `trivial` first."""
        for task in self.experiment.tasks:
            for setting in self.experiment.task_settings(task):
                recipes, seeds = [TRIVIAL, *self.experiment.recipes_of(task, setting)], self.experiment.seeds_of(task, setting)
                yield from ((task, setting, recipe, seed) for recipe in recipes for seed in seeds)
                if task == ALIGNMENT and self._aligned_languages():  # an aligner has no seed
                    yield from ((task, setting, aligner, seeds[0]) for aligner in self.experiment.learnt_aligners())

    def models(self) -> list[str]:
        return [f"{RESULTS}/models/{recipe}/{seed}" for recipe in self.experiment.recipes for seed in self.experiment.seeds]

    def texts(self) -> list[str]:
        pairs = self.experiment.language_pairs() if self._needs_bitext() else []
        return [f"{RESULTS}/mono/{lang}.parquet" for lang in self.experiment.languages] + [
            f"{RESULTS}/bitext/{pair}.parquet" for pair in pairs
        ]

    def links(self) -> list[str]:
        """The word links that some recipe reads."""
        return sorted({path for recipe in self.experiment.recipes for path in self._links(recipe)})

    def dictionaries(self) -> list[str]:
        """The dictionaries that some recipe reads."""
        return sorted({path for recipe in self.experiment.recipes for path in self._dictionaries(recipe)})

    def all_links(self) -> list[str]:
        """The links of every aligner of the config, read by a recipe or not."""
        return self._of_pairs("links", self.experiment.aligners, self.experiment.linked_pairs)

    def all_dictionaries(self) -> list[str]:
        """Every dictionary of the config, read by a recipe or not."""
        return self._of_pairs("dictionaries", self.experiment.dictionaries, self.experiment.dictionary_pairs)

    def dictionary_texts(self) -> list[str]:
        """The text that dictionaries are held against: that of the pairs which have any."""
        pairs = {path.rpartition("/")[2] for path in self.all_dictionaries()}
        return [f"{RESULTS}/bitext/{pair}" for pair in sorted(pairs)]

    def alignment_scores(self) -> list[str]:
        """The diagonal and the aligners against gold links, where the experiment has any; with the task `alignment` or without."""
        aligners = self.experiment.learnt_aligners()
        if not (aligners and ALIGNMENT in self.experiment.evaluation and self._aligned_languages()):
            return []
        rows = [(TRIVIAL, seed) for seed in self.experiment.seeds] + [(name, self.experiment.seeds[0]) for name in aligners]
        return [f"{RESULTS}/scores/{ALIGNMENT}/{UNTRAINED}/{row}/{seed}.json" for row, seed in rows]

    def stores(self) -> list[str]:
        return sorted({path for recipe in self.experiment.recipes for path in [*self._mono_stores(recipe), *self._bitext_stores(recipe)]})

    def scores(self) -> list[str]:
        return [f"{RESULTS}/scores/{task}/{setting}/{recipe}/{seed}.json" for task, setting, recipe, seed in self.runs()]

    def reports(self) -> list[str]:
        """What the whole workflow is for: tables and figures; models and corpora where the config asks for no task."""
        aligners = [f"{RESULTS}/tables/alignment.md"] if self.alignment_scores() else []
        if not self.experiment.tasks:
            return [*aligners, *self.models()]
        layers = [f"{RESULTS}/figures/layers-{task}.svg" for task in self.experiment.tasks if self._by_layer(task)]
        loss = [f"{RESULTS}/figures/loss.svg"] if self._with_mlm() else []
        trained = [run for run in self._xtreme_runs() if run[1] != UNTRAINED]  # without any the table would be empty
        xtreme = [f"{RESULTS}/tables/xtreme.md"] if trained else []
        return [f"{RESULTS}/tables/main.md", *xtreme, *aligners, *layers, *loss, *self.models()]

    def _needs_bitext(self) -> bool:
        """Whether some recipe reads pairs, or what is made from them, or an aligner learns from them."""
        reads = {found for recipe in self.experiment.recipes for found in self.experiment.reads_of(recipe)}
        compared = [self._aligned_by(name) for name in self.experiment.learnt_aligners()] if self.alignment_scores() else []
        learns = any(not isinstance(self.experiment.aligners[name], Encoding) for name in compared)
        return learns or bool(reads & {"bitext", "links", "dictionary"})

    def table_spec(self, wildcards) -> str:
        return canonical_json({"recipes": [TRIVIAL, *self.experiment.recipes]})

    def xtreme_scores(self) -> list[str]:
        """Of the tasks that count in XTREME's average, what the recipes reach."""
        return [f"{RESULTS}/scores/{task}/{setting}/{recipe}/{seed}.json" for task, setting, recipe, seed in self._xtreme_runs()]

    def _xtreme_runs(self) -> list[tuple[str, str, str, int]]:
        return [run for run in self.runs() if get_task(run[0]).xtreme and run[1] in XTREME_SETTINGS]

    def submission_version(self, wildcards) -> int:
        return KINDS["xtreme"].version

    def submitted_predictions(self, wildcards) -> list[str]:
        return [f"{RESULTS}/predictions/{task}/{setting}/{wildcards.recipe}/{wildcards.seed}" for task, setting in self._submitted()]

    def submitted_taskdata(self, wildcards) -> list[str]:
        return [f"{RESULTS}/taskdata/{task}" for task, _ in self._submitted()]

    def submitted_scores(self, wildcards) -> list[str]:
        """Those that a threshold comes from."""
        mined = [(task, setting) for task, setting in self._submitted() if get_task(task).kind == "mine"]
        return [f"{RESULTS}/scores/{task}/{setting}/{wildcards.recipe}/{wildcards.seed}.json" for task, setting in mined]

    def _submitted(self) -> list[tuple[str, str]]:
        """(task, setting) of what can be handed in to XTREME: of each task its first setting that XTREME knows."""
        asked = {task: self.experiment.task_settings(task) for task in self.experiment.tasks if get_task(task).xtreme}
        return [(task, known[0]) for task, settings in asked.items() if (known := [s for s in settings if s in XTREME_SETTINGS])]

    def alignment_table_spec(self, wildcards) -> str:
        return canonical_json({"recipes": [TRIVIAL, *self.experiment.learnt_aligners()]})

    def layer_scores(self, wildcards) -> list[str]:
        settings = self._by_layer(wildcards.task)
        return [
            f"{RESULTS}/scores/{task}/{setting}/{recipe}/{seed}.json"
            for task, setting, recipe, seed in self.runs()
            if task == wildcards.task and setting in settings
        ]

    def _by_layer(self, task: str) -> list[str]:
        """The settings of a task in which every layer answers."""
        return [name for name in self.experiment.task_settings(task) if name == PROBE or get_task(task).kind in LAYERED]

    def mlm_models(self, wildcards) -> list[str]:
        return [f"{RESULTS}/models/{recipe}/{seed}" for recipe in self._with_mlm() for seed in self.experiment.seeds]

    def _with_mlm(self) -> list[str]:
        return [
            name
            for name, recipe in self.experiment.recipes.items()
            if "mlm" in recipe.objectives and self.experiment.pretrain_of(name).steps
        ]
