"""config -> what the workflow asks for: the path of every artifact, and the inputs and settings of every job. No torch.

The rules spell the paths of their outputs; this module says, for given wildcards, what such an output is made from. `isogloss
check` reads the same plan. Methods named `*_inputs` and `*_spec` take Snakemake wildcards, or anything with these attributes.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .artifacts import KINDS, canonical_json
from .config import parse_config
from .corpora.table import TableRow, read_corpora_table
from .corpora.transforms import NEEDS_LEXICON
from .corpora.transforms.reorder import LEXICON_TASK
from .dictionaries import HELD_OUT, TRAIN
from .errors import IsoglossError, suggestion
from .languages import base_language
from .schema import (
    DictionaryLinks,
    Encoding,
    Experiment,
    InducedDictionary,
    Learnt,
    LocalCorpus,
    PanLex,
    PharaohLinks,
    PivotLanguage,
    PretrainedTokenizer,
    ResymmetrisedLinks,
    WordLists,
    World,
    as_list,
)
from .tasks import TRIVIAL, get_task
from .yaml_strict import read_yaml

RESULTS = "results"
ALIGNMENT = "alignment"  # the task that has the aligners as rows beside the recipes
UNTRAINED = "no_train"  # the setting that evaluates a published model as it is


class Plan:
    """The graph that an experiment describes.

    Args:
        experiment: the validated config.
        table: the rows of corpora.tsv by id.
        home: the directory that the experiment's paths are relative to.
    """

    def __init__(self, experiment: Experiment, table: Mapping[str, TableRow], home: Path = Path(".")) -> None:
        self.experiment, self.table, self.home = experiment, table, home
        self._check_table()

    # ------------------------------------------------------------------------------------------------ what there is

    @property
    def worlds(self) -> list[str]:
        return [name for name, corpus in self.experiment.corpora.items() if isinstance(corpus, World)]

    @property
    def downloads(self) -> list[str]:
        """Rows of corpora.tsv that the experiment needs: corpora, and evaluation sets (rows of the kind `task`)."""
        corpora = [name for name, corpus in self.experiment.corpora.items() if not isinstance(corpus, World | LocalCorpus)]
        sets = [place for place in self.experiment.evaluation.values() if place in self.table and self.table[place].kind == "task"]
        return sorted({*corpora, *sets})

    def runs(self) -> Iterator[tuple[str, str, str, int]]:
        """(task, setting, recipe, seed) of every row that the tables show; `trivial` first."""
        recipes, seeds = [TRIVIAL, *self.experiment.recipes], self.experiment.seeds
        for task in self.experiment.tasks:
            for setting in self.experiment.task_settings(task):
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

    def alignment_scores(self) -> list[str]:
        """The diagonal and the aligners against gold links, where the experiment has any; with the task `alignment` or without."""
        aligners = self.experiment.learnt_aligners()
        if not (aligners and ALIGNMENT in self.experiment.evaluation and self._aligned_languages()):
            return []
        rows = [(TRIVIAL, seed) for seed in self.experiment.seeds] + [(name, self.experiment.seeds[0]) for name in aligners]
        return [f"{RESULTS}/scores/{ALIGNMENT}/{UNTRAINED}/{row}/{seed}.json" for row, seed in rows]

    def _of_pairs(self, what: str, names: Iterable[str], pairs: Callable[[str], list[str]]) -> list[str]:
        wanted = self.experiment.language_pairs()
        return [f"{RESULTS}/{what}/{name}/{pair}.parquet" for name in names for pair in wanted if pair in pairs(name)]

    def stores(self) -> list[str]:
        return sorted({path for recipe in self.experiment.recipes for path in [*self._mono_stores(recipe), *self._bitext_stores(recipe)]})

    def scores(self) -> list[str]:
        return [f"{RESULTS}/scores/{task}/{setting}/{recipe}/{seed}.json" for task, setting, recipe, seed in self.runs()]

    def reports(self) -> list[str]:
        """What the whole workflow is for: tables and figures; models and corpora where the config asks for no task."""
        aligners = [f"{RESULTS}/tables/alignment.md"] if self.alignment_scores() else []
        if not self.experiment.tasks:
            return [*aligners, *self.models()]
        layers = [f"{RESULTS}/figures/layers-{task}.svg" for task in self.experiment.tasks if get_task(task).kind in ("retrieve", "align")]
        loss = [f"{RESULTS}/figures/loss.svg"] if self._with_mlm() else []
        return [f"{RESULTS}/tables/main.md", *aligners, *layers, *loss, *self.models()]

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

    # ------------------------------------------------------------------------------------------------------- corpora

    def world_spec(self, wildcards) -> str:
        corpus = self.experiment.corpora[wildcards.corpus]
        return self._json("raw", languages=self.experiment.base_languages, **corpus.model_dump(exclude={"format"}))

    def download_spec(self, wildcards) -> str:
        return self._json("raw", row=dataclasses.asdict(self.table[wildcards.corpus]))

    def taskdata_source(self, wildcards) -> str:
        inside = f"/tasks/{wildcards.task}" if self.experiment.evaluation[wildcards.task] in self.worlds else ""
        return self.taskdata_inputs(wildcards) + inside

    def taskdata_inputs(self, wildcards) -> str:
        place = self.experiment.evaluation[wildcards.task]
        return f"{RESULTS}/raw/{place}" if place in (*self.worlds, *self.downloads) else self._local(place)

    def taskdata_spec(self, wildcards) -> str:
        languages = self.experiment.set_languages(wildcards.task)
        return self._json("taskdata", languages=languages, **self._derived(languages))

    def taskdata_tagged(self, wildcards) -> list[str]:
        """The tagged sentences that the steps of its derived languages ask for; udpos finds them in itself."""
        return [] if wildcards.task == LEXICON_TASK else self._tagged(self.experiment.set_languages(wildcards.task))

    def mono_inputs(self, wildcards) -> list[str]:
        return self._inputs(self._mono_corpora(wildcards.lang))

    def bitext_inputs(self, wildcards) -> list[str]:
        return self._inputs(self._bitext_corpora(wildcards.pair))

    def mono_spec(self, wildcards) -> str:
        return self._json("mono", corpora=self._mono_corpora(wildcards.lang), clean=self.experiment.clean.model_dump())

    def bitext_spec(self, wildcards) -> str:
        return self._json("bitext", corpora=self._bitext_corpora(wildcards.pair), clean=self.experiment.clean.model_dump())

    def evaluation_inputs(self, wildcards) -> list[str]:
        """Every evaluation set of the experiment, used by a task or not: text that stands in one is not trained on."""
        return [f"{RESULTS}/taskdata/{task}" for task in sorted(self.experiment.evaluation)]

    def derived_mono_inputs(self, wildcards) -> str:
        return f"{RESULTS}/mono/{base_language(wildcards.lang)}.parquet"

    def derived_bitext_inputs(self, wildcards) -> str:
        """Mono text of the base that both languages have, else the bitext of the two bases."""
        bases = [base_language(lang) for lang in wildcards.pair.split("-")]
        return f"{RESULTS}/mono/{bases[0]}.parquet" if bases[0] == bases[1] else f"{RESULTS}/bitext/{'-'.join(bases)}.parquet"

    def derived_mono_tagged(self, wildcards) -> list[str]:
        return self._tagged([wildcards.lang])

    def derived_bitext_tagged(self, wildcards) -> list[str]:
        return self._tagged(wildcards.pair.split("-"))

    def derived_mono_spec(self, wildcards) -> str:
        return self._json("mono", **self._derived([wildcards.lang]))

    def derived_bitext_spec(self, wildcards) -> str:
        return self._json("bitext", **self._derived(wildcards.pair.split("-")))

    def _tagged(self, languages: Sequence[str]) -> list[str]:
        return [f"{RESULTS}/taskdata/{LEXICON_TASK}"] if self.experiment.have_step(languages, *NEEDS_LEXICON) else []

    def _derived(self, languages: Sequence[str]) -> dict[str, Any]:
        """How the derived ones among these are made; nothing where there are none, so that an experiment without them stays the same."""
        steps = self.experiment.steps_of(languages)
        return {"derived": steps} if steps else {}

    def _mono_corpora(self, lang: str) -> list[dict[str, Any]]:
        found = []
        for name, corpus in self.experiment.corpora.items():
            if isinstance(corpus, World):
                found.append(_reading(name, "lines", [lang], [f"{RESULTS}/raw/{name}/mono/{lang}.txt"]))
                found += [self._world_pair(name, pair) for pair in self.experiment.base_pairs() if lang in pair.split("-")]
            else:
                found += self._reading_of(name, corpus, "mono", [lang])
        return found

    def _bitext_corpora(self, pair: str) -> list[dict[str, Any]]:
        found = []
        for name, corpus in self.experiment.corpora.items():
            found += (
                [self._world_pair(name, pair)] if isinstance(corpus, World) else self._reading_of(name, corpus, "bitext", pair.split("-"))
            )
        return found

    def _world_pair(self, name: str, pair: str) -> dict[str, Any]:
        return _reading(f"{name}/{pair}", "tsv", pair.split("-"), [f"{RESULTS}/raw/{name}/bitext/{pair}.tsv"])

    def _reading_of(self, name: str, corpus: Any, use: str, languages: list[str]) -> list[dict[str, Any]]:
        if isinstance(corpus, LocalCorpus):
            reading = self._local_reading(name)
        else:
            row = self.table[name]
            reading = _reading(name, row.format, list(row.languages), [f"{RESULTS}/raw/{name}"], corpus.limit)
        return [reading] if use in corpus.use and set(languages) <= set(reading["languages"]) else []

    def _local_reading(self, name: str) -> dict[str, Any]:
        corpus: Any = self.experiment.corpora[name]
        return _reading(name, corpus.format, corpus.languages, [self._local(file) for file in as_list(corpus.path)], corpus.limit)

    def _inputs(self, corpora: list[dict[str, Any]]) -> list[str]:
        """The files that Snakemake watches: a generated or downloaded corpus is a directory."""
        made = f"{RESULTS}/raw/"
        return list(
            dict.fromkeys(
                "/".join(path.split("/")[:3]) if path.startswith(made) else path for corpus in corpora for path in corpus["paths"]
            )
        )

    def _local(self, path: str) -> str:
        return (Path(self.experiment.data_dir) / path).as_posix()

    def missing_files(self) -> list[IsoglossError]:
        """Local files and directories that the config names and the disk does not have."""
        named = [
            (f"evaluation.{task}", self._local(place))
            for task, place in self.experiment.evaluation.items()
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

    # ---------------------------------------------------------------------------------------- links and dictionaries

    def links_inputs(self, wildcards) -> list[str]:
        sources = self._link_sources(wildcards)
        given = [{"paths": [source[key]]} for source in sources for key in ("links", "tokens") if source[key]]
        return self._inputs([*(source["corpus"] for source in sources), *given])

    def links_dictionary(self, wildcards) -> list[str]:
        source = self.experiment.aligners[wildcards.aligner]
        return [f"{RESULTS}/dictionaries/{source.dictionary}/{wildcards.pair}.parquet"] if isinstance(source, DictionaryLinks) else []

    def links_alignments(self, wildcards) -> list[str]:
        """What an aligner found in the bitext, of one that does."""
        source = self.experiment.aligners[wildcards.aligner]
        return (
            [f"{RESULTS}/alignments/{self._aligned_by(wildcards.aligner)}/{wildcards.pair}.parquet"] if isinstance(source, Learnt) else []
        )

    def links_spec(self, wildcards) -> str:
        source = self.experiment.aligners[wildcards.aligner]
        if isinstance(source, Learnt):
            return self._json("links", symmetrise=source.symmetrise, threshold=source.threshold)
        if isinstance(source, DictionaryLinks):
            return self._json("links", aligner=source.aligner, once=source.once)
        return self._json("links", aligner=source.aligner, sources=self._link_sources(wildcards))

    def align_spec(self, wildcards) -> str:
        source = self.experiment.aligners[wildcards.aligner]
        options = source.model_dump(exclude={"aligner", *Learnt.model_fields, *(("model",) if isinstance(source, Encoding) else ())})
        return self._json("alignments", aligner=source.aligner, options=options)

    def align_model(self, wildcards) -> list[str]:
        """The encoder that an aligner reads, where it is a path."""
        model = self.align_model_name(wildcards)
        return [model] if model.startswith(f"{RESULTS}/") or (model and (self.home / model).is_dir()) else []

    def align_model_name(self, wildcards) -> str:
        """A model of this experiment, a directory, a name on the hub, or "" for an aligner without one."""
        source = self.experiment.aligners[wildcards.aligner]
        model = source.model if isinstance(source, Encoding) else ""
        return f"{RESULTS}/models/{model}/{self.experiment.seeds[0]}" if model in self.experiment.recipes else model

    def align_gpus(self, wildcards) -> int:
        """Programs compute on the CPU."""
        return int(self.experiment.aligners[wildcards.aligner].aligner in ("hmm", "simalign", "encoder"))

    def test_bitext(self, wildcards) -> list[str]:
        """The bitext that an aligner without a model learns beside the test sentences."""
        source = self.experiment.aligners[wildcards.aligner]
        pair = "-".join(sorted((wildcards.lang, PivotLanguage)))
        return [] if isinstance(source, Encoding) else [f"{RESULTS}/bitext/{pair}.parquet"]

    def test_alignments(self, wildcards) -> list[str]:
        return [f"{RESULTS}/alignments/{self._aligned_by(wildcards.aligner)}/test/{lang}.parquet" for lang in self._aligned_languages()]

    def test_predictions_spec(self, wildcards) -> str:
        source: Any = self.experiment.aligners[wildcards.aligner]
        rule = {"symmetrise": source.symmetrise, "threshold": source.threshold}
        return self._json("predictions", aligner=wildcards.aligner, seed=int(wildcards.seed), **rule)

    def _aligned_by(self, aligner: str) -> str:
        """The aligner whose candidates are made links: itself, or the one that it names."""
        source = self.experiment.aligners[aligner]
        return self._aligned_by(source.of) if isinstance(source, ResymmetrisedLinks) else aligner

    def _aligned_languages(self) -> list[str]:
        """Languages of the task `alignment` that have a bitext of their own with English."""
        asked = self._asked_languages(ALIGNMENT) or self.experiment.set_languages(ALIGNMENT)
        return [lang for lang in asked if "-".join(sorted((lang, PivotLanguage))) in self.experiment.base_pairs()]

    def derived_links_inputs(self, wildcards) -> list[str]:
        """The links of the two bases; none where both languages have the same one."""
        bases = [base_language(lang) for lang in wildcards.pair.split("-")]
        return [] if bases[0] == bases[1] else [f"{RESULTS}/links/{wildcards.aligner}/{'-'.join(bases)}.parquet"]

    def derived_links_spec(self, wildcards) -> str:
        return self._json("links", **self._derived(wildcards.pair.split("-")))

    def dictionary_inputs(self, wildcards) -> list[str]:
        return self._inputs([{"paths": [file["path"]]} for file in self._word_lists(wildcards)])

    def dictionary_bitext(self, wildcards) -> list[str]:
        """Of a dictionary that is induced from links."""
        return [f"{RESULTS}/bitext/{wildcards.pair}.parquet"] if self._induced(wildcards) else []

    def dictionary_links(self, wildcards) -> list[str]:
        source = self._induced(wildcards)
        return [f"{RESULTS}/links/{source.aligner}/{wildcards.pair}.parquet"] if source else []

    def dictionary_spec(self, wildcards) -> str:
        if source := self._induced(wildcards):
            return self._json("dictionary", **source.model_dump(exclude={"format", "aligner"}))
        return self._json("dictionary", files=self._word_lists(wildcards))

    def dictionary_texts(self) -> list[str]:
        """The text that dictionaries are held against: that of the pairs which have any."""
        pairs = {path.rpartition("/")[2] for path in self.all_dictionaries()}
        return [f"{RESULTS}/bitext/{pair}" for pair in sorted(pairs)]

    def samples_spec(self, wildcards) -> str:
        source = self.experiment.aligners[wildcards.aligner]
        once = isinstance(source, DictionaryLinks) and source.once
        return self._json("samples", aligner=source.aligner, once=once, max_length=self.experiment.encoder.max_length)

    def _induced(self, wildcards) -> InducedDictionary | None:
        source = self.experiment.dictionaries[wildcards.dictionary]
        return source if isinstance(source, InducedDictionary) else None

    def derived_dictionary_inputs(self, wildcards) -> str:
        """Mono text of the base that both languages have, else the dictionary of the two bases."""
        bases = [base_language(lang) for lang in wildcards.pair.split("-")]
        if bases[0] == bases[1]:
            return f"{RESULTS}/mono/{bases[0]}.parquet"
        return f"{RESULTS}/dictionaries/{wildcards.dictionary}/{'-'.join(bases)}.parquet"

    def derived_dictionary_spec(self, wildcards) -> str:
        return self._json("dictionary", **self._derived(wildcards.pair.split("-")))

    def _link_sources(self, wildcards) -> list[dict[str, Any]]:
        """Corpora with the files of their links, and of the tokens that these count."""
        source, pair = self.experiment.aligners[wildcards.aligner], wildcards.pair
        if isinstance(source, DictionaryLinks | Learnt):
            return []
        if not isinstance(source, PharaohLinks):
            return [self._gold_links(name, pair) for name in self.worlds]
        corpus = self._local_reading(source.corpus)
        return [
            self._link_source(
                corpus, key, self._local(source.links[key]), self._local(source.tokens[key]) if key in source.tokens else None
            )
            for key in _directions(pair, source.links)
        ]

    def _gold_links(self, world: str, pair: str) -> dict[str, Any]:
        raw = f"{RESULTS}/raw/{world}"
        return self._link_source(self._world_pair(world, pair), pair, f"{raw}/links/{pair}.txt", f"{raw}/bitext/{pair}.tokens.tsv")

    @staticmethod
    def _link_source(corpus: Mapping[str, Any], pair: str, links: str, tokens: str | None) -> dict[str, Any]:
        whole = {key: value for key, value in corpus.items() if key != "limit"}  # the files are as long as the whole corpus
        return {"corpus": whole, "languages": pair.split("-"), "links": links, "tokens": tokens}

    def _word_lists(self, wildcards) -> list[dict[str, Any]]:
        """Files with the languages of their columns, and the split that they are; None: to be made."""
        source, pair = self.experiment.dictionaries[wildcards.dictionary], wildcards.pair
        if isinstance(source, InducedDictionary):
            return []
        if isinstance(source, PanLex):
            return [{**_word_list(self._local(source.path), pair.split("-"), None), "format": "panlex"}]
        if not isinstance(source, WordLists):
            english_first = sorted(pair.split("-"), key=lambda lang: lang != PivotLanguage)
            stems = [f"{RESULTS}/raw/{name}/dictionaries/{'-'.join(english_first)}" for name in self.worlds]
            splits = {"train": TRAIN, "test": HELD_OUT}
            return [_word_list(f"{stem}.{name}.tsv", english_first, split) for stem in stems for name, split in splits.items()]
        train = TRAIN if _directions(pair, source.held_out) else None
        return [
            _word_list(self._local(file), key.split("-"), split)
            for files, split in ((source.files, train), (source.held_out, HELD_OUT))
            for key in _directions(pair, files)
            for file in as_list(files[key])
        ]

    # -------------------------------------------------------------------------------------------------------- tokens

    def vocab_inputs(self, wildcards) -> list[str]:
        vocab = self.experiment.vocabs[wildcards.vocab]
        if isinstance(vocab, PretrainedTokenizer):
            return [vocab.tokenizer] if (self.home / vocab.tokenizer).is_dir() else []
        return [f"{RESULTS}/mono/{lang}.parquet" for lang in self.experiment.base_languages]

    def vocab_spec(self, wildcards) -> str:
        mirror = {"mirror": True} if self.mirrored(wildcards.vocab) else {}
        return self._json("vocab", **self.experiment.vocabs[wildcards.vocab].model_dump(), **mirror)

    def mirrored(self, vocab: str) -> bool:
        """Whether a vocabulary has every piece twice, in its own script and in that of the step `script`."""
        own = not isinstance(self.experiment.vocabs[vocab], PretrainedTokenizer)
        return own and self.experiment.have_step(self.experiment.languages, "script")

    def tokens_version(self, wildcards) -> int:
        return KINDS["tokens"].version

    # ------------------------------------------------------------------------------------------------------- models

    def vocab_of(self, wildcards) -> str:
        return f"{RESULTS}/vocab/{self.experiment.encoder_of(wildcards.recipe).vocab}"

    def pretrain_mono(self, wildcards) -> list[str]:
        return self._mono_stores(wildcards.recipe)

    def pretrain_bitext(self, wildcards) -> list[str]:
        return self._bitext_stores(wildcards.recipe)

    def pretrain_links(self, wildcards) -> list[str]:
        return self._links(wildcards.recipe)

    def pretrain_dictionary(self, wildcards) -> list[str]:
        return self._dictionaries(wildcards.recipe)

    def pretrain_init(self, wildcards) -> list[str]:
        """The checkpoint that a recipe starts from, where it is a path."""
        init = self.init_of(wildcards)
        return [init] if init.startswith(f"{RESULTS}/") or (init and (self.home / init).is_dir()) else []

    def init_of(self, wildcards) -> str:
        """A model of this experiment, a directory, a name on the hub, or "" for a start from scratch."""
        init = self.experiment.recipes[wildcards.recipe].init
        return f"{RESULTS}/models/{init}/{wildcards.seed}" if init in self.experiment.recipes else init or ""

    def pretrain_spec(self, wildcards) -> str:
        recipe = wildcards.recipe
        return self._json(
            "model",
            recipe=recipe,
            seed=int(wildcards.seed),
            encoder=self.experiment.encoder_of(recipe).model_dump(),
            pretrain=self.experiment.pretrain_of(recipe).model_dump(exclude={"aligner", "dictionary"}),  # the inputs tell
            objectives=self.experiment.recipes[recipe].objectives,
            **self._derived(self.experiment.languages),
        )

    def pretrain_evaluation(self, wildcards) -> list[str]:
        """The evaluation sets whose pieces a trimmed vocabulary keeps; every text depends on them anyway."""
        return self.evaluation_inputs(wildcards) if self.experiment.encoder_of(wildcards.recipe).trim else []

    @property
    def checkpoint_options(self) -> str:
        """How often state is written: part of the command, not of a job's params, because it changes no result."""
        often = self.experiment.checkpoints
        return f"--every-minutes {often.minutes} --keep {often.keep}" + (f" --every-steps {often.steps}" if often.steps else "")

    def tracking_options(self, wildcards) -> str:
        """Who is told of the log: like `checkpoint_options`."""
        tracking = self.experiment.tracking
        tensorboard = f"--tensorboard {RESULTS}/tensorboard/{wildcards.recipe}/{wildcards.seed}" if tracking.tensorboard else ""
        return " ".join(filter(None, [tensorboard, f"--wandb {tracking.wandb}" if tracking.wandb else ""]))

    @property
    def gpus(self) -> int:
        """GPUs per training; Snakemake gives fewer where there are fewer."""
        return self.experiment.hardware.gpus

    @property
    def hardware_options(self) -> str:
        """How the GPUs are used: like `checkpoint_options`."""
        hardware = self.experiment.hardware
        chunks = f" --chunk-tokens {hardware.chunk_tokens}" if hardware.chunk_tokens else ""
        return f"--parallel {hardware.parallel} --compile {str(hardware.compile).lower()}{chunks}"

    def _mono_stores(self, recipe: str) -> list[str]:
        if "mono" not in self.experiment.reads_of(recipe):
            return []
        return [f"{RESULTS}/tokens/{self.experiment.encoder_of(recipe).vocab}/mono/{lang}" for lang in self.experiment.languages]

    def _bitext_stores(self, recipe: str) -> list[str]:
        if "bitext" not in self.experiment.reads_of(recipe):
            return []
        return [f"{RESULTS}/tokens/{self.experiment.encoder_of(recipe).vocab}/bitext/{pair}" for pair in self.experiment.language_pairs()]

    def _links(self, recipe: str) -> list[str]:
        aligner = self.experiment.pretrain_of(recipe).aligner
        if aligner is None or "links" not in self.experiment.reads_of(recipe):
            return []
        there = self.experiment.linked_pairs(aligner)
        return [f"{RESULTS}/links/{aligner}/{pair}.parquet" for pair in self.experiment.language_pairs() if pair in there]

    def _dictionaries(self, recipe: str) -> list[str]:
        dictionary = self.experiment.pretrain_of(recipe).dictionary
        if dictionary is None or "dictionary" not in self.experiment.reads_of(recipe):
            return []
        there = self.experiment.dictionary_pairs(dictionary)
        return [f"{RESULTS}/dictionaries/{dictionary}/{pair}.parquet" for pair in self.experiment.language_pairs() if pair in there]

    def _needs_bitext(self) -> bool:
        """Whether some recipe reads pairs, or what is made from them, or an aligner learns from them."""
        reads = {found for recipe in self.experiment.recipes for found in self.experiment.reads_of(recipe)}
        compared = [self._aligned_by(name) for name in self.experiment.learnt_aligners()] if self.alignment_scores() else []
        learns = any(not isinstance(self.experiment.aligners[name], Encoding) for name in compared)
        return learns or bool(reads & {"bitext", "links", "dictionary"})

    # -------------------------------------------------------------------------------------------------------- tasks

    def finetune_spec(self, wildcards) -> str:
        chosen = self.experiment.finetune_of(wildcards.task)
        unsaid = {"layer_decay"} if chosen.layer_decay == 1 else set()  # the models from before this key stay what they were
        settings = {**chosen.model_dump(exclude=unsaid), "max_length": self._task_length(wildcards)}
        return self._json(
            "finetuned",
            task=wildcards.task,
            setting=wildcards.setting,
            recipe=wildcards.recipe,
            seed=int(wildcards.seed),
            finetune=settings,
        )

    def predict_model(self, wildcards) -> str:
        if wildcards.setting == UNTRAINED:
            return f"{RESULTS}/models/{wildcards.recipe}/{wildcards.seed}"
        return f"{RESULTS}/finetuned/{wildcards.task}/{wildcards.setting}/{wildcards.recipe}/{wildcards.seed}"

    def predict_spec(self, wildcards) -> str:
        return self._json(
            "predictions",
            task=wildcards.task,
            setting=wildcards.setting,
            recipe=wildcards.recipe,
            seed=int(wildcards.seed),
            languages=self._asked_languages(wildcards.task),
            max_length=self._task_length(wildcards),
        )

    def trivial_spec(self, wildcards) -> str:
        return self._json(
            "predictions",
            task=wildcards.task,
            setting=wildcards.setting,
            recipe=TRIVIAL,
            seed=int(wildcards.seed),
            languages=self._asked_languages(wildcards.task),
        )

    def score_spec(self, wildcards) -> str:
        return self._json("scores", task=wildcards.task, setting=wildcards.setting, recipe=wildcards.row, seed=int(wildcards.seed))

    def _asked_languages(self, task: str) -> list[str] | None:
        """None: every language that the evaluation set turns out to have."""
        options = self.experiment.tasks.get(task)
        return None if options is None or options.languages is None else self.experiment.task_languages(task)

    def _task_length(self, wildcards) -> int:
        """Tokens per sequence in fine-tuning and prediction: no more than the encoder has positions for."""
        return min(self.experiment.finetune_of(wildcards.task).max_length, self.experiment.encoder_of(wildcards.recipe).max_length)

    # ------------------------------------------------------------------------------------------------------- report

    def table_spec(self, wildcards) -> str:
        return canonical_json({"recipes": [TRIVIAL, *self.experiment.recipes]})

    def alignment_table_spec(self, wildcards) -> str:
        return canonical_json({"recipes": [TRIVIAL, *self.experiment.learnt_aligners()]})

    def layer_scores(self, wildcards) -> list[str]:
        return [
            f"{RESULTS}/scores/{task}/{setting}/{recipe}/{seed}.json"
            for task, setting, recipe, seed in self.runs()
            if task == wildcards.task
        ]

    def mlm_models(self, wildcards) -> list[str]:
        return [f"{RESULTS}/models/{recipe}/{seed}" for recipe in self._with_mlm() for seed in self.experiment.seeds]

    def _with_mlm(self) -> list[str]:
        return [
            name
            for name, recipe in self.experiment.recipes.items()
            if "mlm" in recipe.objectives and self.experiment.pretrain_of(name).steps
        ]

    # ------------------------------------------------------------------------------------------------------- checks

    def _json(self, kind: str, **settings: Any) -> str:
        """The settings of a job as canonical JSON, with the version of what it makes: a param that Snakemake tracks."""
        return canonical_json({**settings, "version": KINDS[kind].version})

    def _check_table(self) -> None:
        for task, place in self.experiment.evaluation.items():
            if place in self.downloads and self.table[place].format != task:
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


def _directions(pair: str, files: Mapping[str, Any]) -> list[str]:
    """The keys, in either direction, under which there are files for a pair."""
    return [key for key in files if sorted(key.split("-")) == pair.split("-")]


def _word_list(path: str, languages: list[str], split: str | None) -> dict[str, Any]:
    return {"path": path, "languages": languages, "split": split}


def _reading(name: str, form: str, languages: list[str], paths: list[str], limit: int | None = None) -> dict[str, Any]:
    """How the text stages are told to read a corpus."""
    return {"id": name, "format": form, "languages": list(languages), "paths": paths, "limit": limit}
