"""config -> what the workflow asks for: the path of every artifact, and the inputs and settings of every job. No torch.

The rules spell the paths of their outputs; this module says, for given wildcards, what such an output is made from. `isogloss
check` reads the same plan. Methods named `*_inputs` and `*_spec` take Snakemake wildcards, or anything with these attributes.

One class, whose parts mirror the rule files, each building on those before it:

    base.py -> corpora.py -> align.py -> models.py -> tasks.py -> reports.py -> Plan
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..config import parse_config
from ..corpora.table import TableRow, read_corpora_table
from ..errors import IsoglossError, suggestion
from ..schema import Experiment, LocalCorpus, PanLex, PharaohLinks, WordLists, as_list
from ..tasks import TRIVIAL, UNTRAINED, get_task
from ..yaml_strict import read_yaml
from .base import RESULTS
from .reports import Reports

__all__ = ["RESULTS", "Plan", "open_plan"]


class Plan(Reports):
    """The graph that an experiment describes.

    Args:
        experiment: the validated config.
        table: the rows of corpora.tsv by id.
        home: the directory that the experiment's paths are relative to.
    """

    def __init__(self, experiment: Experiment, table: Mapping[str, TableRow], home: Path = Path(".")) -> None:
        super().__init__(experiment, table, home)
        self._check_table()

    def pattern(self, what: str) -> str:
        """A wildcard constraint: the names that the config knows, so that a misspelt target dies while the graph is built."""
        experiment = self.experiment
        names = {
            "corpus": [*self.worlds, *self.downloads],
            "world": self.worlds,
            "download": self.downloads,
            "lang": experiment.languages,
            "base_lang": experiment.base_languages,
            "derived_lang": list(experiment.derived),
            "pair": [*experiment.language_pairs(), *experiment.base_pairs()],
            "base_pair": experiment.base_pairs(),
            "derived_pair": [pair for pair in experiment.language_pairs() if "_" in pair],
            "aligner": list(experiment.aligners),
            "learnt_aligner": experiment.learnt_aligners(),
            "searching_aligner": [name for name in experiment.learnt_aligners() if self._aligned_by(name) == name],
            "dictionary": list(experiment.dictionaries),
            "vocab": list(experiment.vocabs),
            "recipe": list(experiment.recipes),
            "row": [TRIVIAL, *experiment.recipes, *experiment.learnt_aligners()],
            "task": list(experiment.evaluation),
            "setting": sorted({UNTRAINED, *(setting for task in experiment.tasks for setting in experiment.task_settings(task))}),
        }[what]
        return "|".join(name.replace(".", r"\.") for name in names) or "(?!)"

    def missing_files(self) -> list[IsoglossError]:
        """Local files and directories that the config names and the disk does not have."""
        named = [
            (f"evaluation.{task}", self._local(place))
            for task in self.experiment.evaluation
            for place in self.experiment.places(task)
            if place not in (*self.worlds, *self.downloads)
        ]
        for name, corpus in self.experiment.corpora.items():
            if isinstance(corpus, LocalCorpus):
                named += [(f"corpora.{name}.path", self._local(path)) for path in as_list(corpus.path)]
        for name, aligner in self.experiment.aligners.items():
            if isinstance(aligner, PharaohLinks):
                named += self._named(f"aligners.{name}.links", aligner.links) + self._named(f"aligners.{name}.tokens", aligner.tokens)
        for name, dictionary in self.experiment.dictionaries.items():
            if isinstance(dictionary, WordLists):
                named += self._named(f"dictionaries.{name}.files", dictionary.files)
                named += self._named(f"dictionaries.{name}.held_out", dictionary.held_out)
            if isinstance(dictionary, PanLex):
                named += [(f"dictionaries.{name}.path", self._local(dictionary.path))]
        remedy = f"Correct it, or set data_dir (now `{self.experiment.data_dir}`) to where the data lie"
        return [IsoglossError(where, f"there is no `{path}`", "", remedy) for where, path in named if not (self.home / path).exists()]

    def _named(self, where: str, files: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(config key, path) of the files that are given per pair."""
        return [(f"{where}.{pair}", self._local(path)) for pair, paths in files.items() for path in as_list(paths)]

    def _check_table(self) -> None:
        for task, place in ((name, place) for name in self.experiment.evaluation for place in self.experiment.places(name)):
            if place in self.downloads and self.table[place].format not in (task, *get_task(task).directories):
                raise IsoglossError(
                    f"evaluation.{task}",
                    f"the row `{place}` of corpora.tsv is for {self.table[place].format}",
                    "",
                    "Name the row of this task",
                )
        for name in (name for name in self.downloads if name in self.experiment.corpora):
            if name not in self.table:
                remedy = suggestion(name, self.table) or "Give format, languages and path for a local corpus, or add a row to the table"
                raise IsoglossError(f"corpora.{name}", "is no row of corpora.tsv and has no `path`", "", remedy)
            elif self.table[name].kind == "task":
                raise IsoglossError(f"corpora.{name}", "is an evaluation set", "text to train on", "Name it under `evaluation`")
        for use, names in (
            ("mono", self.experiment.base_languages),
            ("bitext", self.experiment.base_pairs() if self._needs_bitext() else []),
        ):
            for name in names:
                if not (self._mono_corpora(name) if use == "mono" else self._bitext_corpora(name)):
                    raise IsoglossError(
                        "corpora", f"none has {use} text for `{name}`", "", f"Add a corpus with `{name}`, or remove it from the experiment"
                    )


def open_plan(config: Mapping[str, Any], files: Sequence[str | Path], table: Path, home: Path = Path(".")) -> Plan:
    """The plan of a merged config. The files it came from are read again, strictly: merged, their duplicate keys are lost.

    Raises IsoglossError for anything that would let a job fail later: a bad config, or a local file that is not there.
    """
    for file in files:
        read_yaml(file)
    plan = Plan(parse_config(dict(config), " + ".join(str(file) for file in files) or "config"), read_corpora_table(table), home)
    if missing := plan.missing_files():
        raise IsoglossError("config", "".join(f"\n  {fault}" for fault in missing))
    return plan
