"""The schema of config.yaml, once: the Snakefile, the commands and the tests all read it here. No torch.

Validation is in two steps: types and keys (pydantic, below), then what only the whole can tell (`_cross_check`).
Every default stands here and nowhere else; `isogloss check` prints the resolved values.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError, create_model

from .config_errors import describe, suggestion
from .corpora import FORMATS
from .corpora.miniworld import LANGUAGES as MINIWORLD_LANGUAGES
from .errors import IsoglossError
from .objectives import OBJECTIVES
from .tasks import TASKS, get_task
from .yaml_strict import merge, read_yaml

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[a-z0-9]+)?$")]
Pair = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[a-z0-9]+)?-[a-z]{2,3}(_[a-z0-9]+)?$")]
Count = Annotated[int, Field(ge=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]
PivotLanguage = "en"
TRIVIAL = "trivial"  # the row of the baseline that needs no model; a recipe cannot take its name


class Section(BaseModel):
    """A mapping whose keys are all known; values are never converted (YAML's `no` is not a language, "5e-4" not a number)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class LocalCorpus(Section):
    """A corpus in local files, in one of the published formats."""

    format: Literal[tuple(FORMATS)]  # type: ignore[valid-type]
    languages: list[Language] = Field(min_length=1, description="in the order of the columns or files")
    path: str | list[str] = Field(description="file, or files in the order of `languages`; relative to data_dir")
    use: list[Literal["mono", "bitext"]] = Field(default=["mono", "bitext"], description="as single sentences, as pairs, or both")
    limit: Count | None = Field(default=None, description="read only the first rows")


class TableCorpus(Section):
    """A row of workflow/corpora.tsv, downloaded; the id is the key in `corpora`."""

    use: list[Literal["mono", "bitext"]] = ["mono", "bitext"]
    limit: Count | None = None


class World(Section):
    """The embedded mini-world: generated, no download. It also holds evaluation sets."""

    format: Literal["miniworld"]
    seed: int = 1
    mono_sentences: Count = Field(default=20_000, description="sentences per language")
    pairs: Count = Field(default=15_000, description="sentence pairs per language pair")
    task_sentences: Count = Field(default=2_000, description="training sentences per task; dev and test have a quarter each")


def _corpus_kind(value: Any) -> str:
    keys = set(value or {}) if isinstance(value, dict) else set(type(value).model_fields) if isinstance(value, BaseModel) else set()
    form = value.get("format") if isinstance(value, dict) else getattr(value, "format", None)
    if form == "miniworld" or form is not None and form not in FORMATS and not keys & {"path", "languages"}:
        return "miniworld"
    return "local" if keys & {"path", "format", "languages"} else "table"


Corpus = Annotated[
    Annotated[World, Tag("miniworld")] | Annotated[LocalCorpus, Tag("local")] | Annotated[TableCorpus, Tag("table")],
    Discriminator(_corpus_kind),
]


class Clean(Section):
    """Which sentences and pairs are kept; every drop is counted by reason in the artifact."""

    min_chars: Annotated[int, Field(ge=0)] = 1
    max_chars: Count = 1000
    max_words: Count = 250
    max_ratio: Annotated[float, Field(ge=1)] = Field(
        default=4.0, description="longest side of a pair over the shortest, after scaling by script density"
    )


class SentencePiece(Section):
    """A SentencePiece unigram vocabulary trained on the experiment's text."""

    size: Annotated[int, Field(ge=16, le=1_000_000)] = 8000
    byte_fallback: bool = Field(default=False, description="spell unknown characters as bytes instead of <unk>")
    character_coverage: Annotated[float, Field(gt=0, le=1)] = 0.9995
    alpha: Fraction = Field(default=0.3, description="languages are sampled in proportion to size ** alpha")
    sentences: Count = Field(default=500_000, description="sentences sampled for training, all languages together")


class PretrainedTokenizer(Section):
    """An existing Hugging Face tokenizer instead."""

    tokenizer: str = Field(description="directory (relative to the experiment) or name on the hub")


def _vocab_kind(value: Any) -> str:
    return "pretrained" if isinstance(value, PretrainedTokenizer) or isinstance(value, dict) and "tokenizer" in value else "sentencepiece"


Vocab = Annotated[
    Annotated[SentencePiece, Tag("sentencepiece")] | Annotated[PretrainedTokenizer, Tag("pretrained")], Discriminator(_vocab_kind)
]


class Encoder(Section):
    """A transformers encoder, from scratch unless the recipe has `init`."""

    architecture: Literal["bert", "xlm-roberta"] = "xlm-roberta"
    vocab: Name = Field(default="spm", description="a key of `vocabs`")
    layers: Count = 4
    width: Count = 256
    heads: Count = 4
    feed_forward: Count = 1024
    dropout: Fraction = 0.1
    max_length: Annotated[int, Field(ge=8)] = Field(default=128, description="tokens per sequence, special ones included")


class Pretrain(Section):
    """How a recipe is trained; each recipe may override any of these keys."""

    steps: Annotated[int, Field(ge=0)] = Field(default=1000, description="0 publishes the initial weights: the row `random initialisation`")
    batch_tokens: Annotated[int, Field(ge=64)] = Field(
        default=4096, description="padded tokens per step, shared evenly by the recipe's objectives"
    )
    learning_rate: Annotated[float, Field(gt=0)] = 5e-4
    warmup: Fraction = Field(default=0.1, description="fraction of the steps")
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    beta1: Annotated[float, Field(ge=0, lt=1)] = 0.9
    beta2: Annotated[float, Field(ge=0, lt=1)] = 0.98
    epsilon: Annotated[float, Field(gt=0)] = 1e-6
    clip: Annotated[float, Field(gt=0)] = Field(default=1.0, description="global gradient norm")
    alpha: Fraction = Field(default=0.3, description="languages and pairs are drawn in proportion to size ** alpha")
    precision: Literal["auto", "fp32", "bf16"] = Field(
        default="auto", description="auto: bf16 where the processor computes in it, else fp32"
    )
    log_every: Count = Field(default=50, description="steps between log lines")


class Finetune(Section):
    """How a task is fine-tuned; each task may override any of these keys."""

    epochs: Annotated[float, Field(ge=0)] = 3.0
    batch_size: Count = 32
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    warmup: Fraction = 0.1
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    clip: Annotated[float, Field(gt=0)] = 1.0
    max_length: Annotated[int, Field(ge=8)] = 128
    selection: Literal["source_dev", "final"] = Field(
        default="source_dev", description="keep the epoch that is best on English dev, or the last one"
    )


class Checkpoints(Section):
    """When resumable state is written; changing it retrains nothing."""

    minutes: Annotated[float, Field(gt=0)] = 10.0
    steps: Count | None = None
    keep: Count = 2


def _diff(section: type[Section], name: str, **more: Any) -> type[Section]:
    """A section with every key of `section` optional: a variant is a diff against the defaults."""
    keys: dict[str, Any] = {
        key: (field.rebuild_annotation() | None, Field(default=None, description=field.description))
        for key, field in section.model_fields.items()
    }
    return create_model(name, __base__=Section, **{**keys, **more})


def _plain(value: Any) -> Any:
    """What has the same meaning in the config, on the command line and in run.json: no dates, no infinities."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError("Input should be text, a finite number, true, false, or a list or mapping of these") from None
    return value


Option = Annotated[Any, AfterValidator(_plain)]


def _spelt_out(value: Any) -> Any:
    """`mlm: 1` is short for `mlm: {weight: 1}`."""
    if not isinstance(value, dict):
        return value
    return {key: {"weight": item} if isinstance(item, int | float) and not isinstance(item, bool) else item for key, item in value.items()}


EncoderDiff = _diff(Encoder, "EncoderDiff")
_Recipe = _diff(
    Pretrain,
    "_Recipe",
    objectives=(
        Annotated[dict[str, dict[str, Option]], BeforeValidator(_spelt_out, json_schema_input_type=dict[str, float | dict[str, Option]])],
        {},
    ),
    init=(str | None, Field(default=None, description="another recipe, or a Hugging Face checkpoint directory or name")),
    encoder=(EncoderDiff, EncoderDiff()),
)


class Recipe(_Recipe):  # type: ignore[valid-type,misc]
    """What is trained: objectives with weights, and whatever differs from the sections `encoder` and `pretrain`."""


_Task = _diff(
    Finetune,
    "_Task",
    languages=(
        list[Language] | None,
        Field(default=None, min_length=1, description="default: every language of the experiment that the task has"),
    ),
    settings=(list[str] | None, Field(default=None, min_length=1, description="default: all settings of the task")),
)


class TaskOptions(_Task):  # type: ignore[valid-type,misc]
    """How a task is run: its languages and settings, and whatever differs from the section `finetune`."""


class Experiment(Section):
    """A whole config.yaml."""

    name: Name = "experiment"
    languages: list[Language] = Field(min_length=1)
    pairs: list[Pair] | None = Field(default=None, description="default: every language with English")
    seeds: list[Annotated[int, Field(ge=0, lt=2**63)]] = Field(default=[0], min_length=1)
    data_dir: str = Field(default=".", description="where relative paths of corpora and evaluation sets start")
    corpora: dict[Name, Corpus] = Field(min_length=1)
    clean: Clean = Clean()
    evaluation: dict[str, str] = Field(
        default={}, description="evaluation set: a mini-world above, a row of corpora.tsv, or a directory under data_dir"
    )
    vocabs: dict[Name, Vocab] = {"spm": SentencePiece()}
    encoder: Encoder = Encoder()
    pretrain: Pretrain = Pretrain()
    checkpoints: Checkpoints = Checkpoints()
    recipes: dict[Name, Recipe] = Field(min_length=1)
    finetune: Finetune = Finetune()
    tasks: dict[str, TaskOptions] = {}

    def encoder_of(self, recipe: str) -> Encoder:
        """The encoder of a recipe: that of the recipe it starts from, or the defaults, with its own diff laid over."""
        chosen = self.recipes[recipe]
        base = self.encoder_of(chosen.init) if chosen.init in self.recipes else self.encoder
        return _overlaid(base, chosen.encoder)

    def pretrain_of(self, recipe: str) -> Pretrain:
        """The training settings of a recipe: the defaults with its own diff laid over."""
        return _overlaid(self.pretrain, self.recipes[recipe])

    def finetune_of(self, task: str) -> Finetune:
        """The fine-tuning settings of a task: the defaults with its own diff laid over."""
        return _overlaid(self.finetune, self.tasks[task])

    def language_pairs(self) -> list[str]:
        """The pairs, each in alphabetical order."""
        if self.pairs is not None:
            return sorted({"-".join(sorted(pair.split("-"))) for pair in self.pairs})
        others = [language for language in self.languages if language != PivotLanguage]
        return sorted("-".join(sorted((language, PivotLanguage))) for language in others) if PivotLanguage in self.languages else []

    def task_languages(self, task: str) -> list[str]:
        """The languages a task is evaluated in, its source language first."""
        spec, asked = get_task(task), self.tasks[task].languages if task in self.tasks else None
        chosen = [language for language in (asked or self.languages) if language in spec.languages or language == spec.source_language]
        return sorted(set(chosen), key=lambda language: (language != spec.source_language, language))

    def task_settings(self, task: str) -> list[str]:
        return list(self.tasks[task].settings or get_task(task).settings)

    def streams_of(self, recipe: str) -> list[str]:
        """Which streams a recipe's objectives eat: "mono", "bitext" or both."""
        return sorted({OBJECTIVES[name].stream for name in self.recipes[recipe].objectives})


def _overlaid(base: Section, diff: Section) -> Any:
    given = {key: value for key in type(base).model_fields if (value := getattr(diff, key)) is not None}
    return base.model_copy(update=given)


# --------------------------------------------------------------------------------------------------------------- reading


def load_config(*paths: str | Path) -> Experiment:
    """Read one config file, or several laid over each other from left to right."""
    value: dict[str, Any] = {}
    for path in paths:
        value = merge(value, read_yaml(path))
    return parse_config(value, " + ".join(str(path) for path in paths))


def parse_config(value: dict[str, Any], source: str = "config") -> Experiment:
    """Validate a config mapping. Raises IsoglossError that lists every fault: where, what was given, what is allowed, what to do."""
    try:
        experiment = Experiment.model_validate(value)
    except ValidationError as error:
        raise IsoglossError(source, describe(error, Experiment)) from None
    faults = list(_cross_check(experiment))
    if faults:
        raise IsoglossError(source, "".join(f"\n  {fault}" for fault in faults))
    return experiment


def _cross_check(experiment: Experiment):
    yield from _check_languages(experiment)
    yield from _check_corpora(experiment)
    yield from _check_recipes(experiment)
    yield from _check_tasks(experiment)


def _check_languages(experiment: Experiment):
    lists: dict[str, list[Any]] = {"languages": experiment.languages, "seeds": experiment.seeds}
    lists |= {
        f"tasks.{name}.{key}": getattr(task, key) or [] for name, task in experiment.tasks.items() for key in ("languages", "settings")
    }
    for key, values in lists.items():
        for repeated in sorted({str(value) for value in values if values.count(value) > 1}):
            yield IsoglossError(key, f"`{repeated}` stands there twice", "each once", "Remove one")
    for pair in experiment.pairs or ():
        for language in pair.split("-"):
            if language not in experiment.languages:
                yield IsoglossError(
                    "pairs", f"`{pair}` has `{language}`", f"languages: {', '.join(experiment.languages)}", "Add it to `languages`"
                )
        if len(set(pair.split("-"))) == 1:
            yield IsoglossError("pairs", f"`{pair}` pairs a language with itself", "two languages", "Remove it")


def _check_corpora(experiment: Experiment):
    for name, corpus in experiment.corpora.items():
        if (
            isinstance(corpus, LocalCorpus)
            and isinstance(corpus.path, list)
            and corpus.format in ("moses", "tsv")
            and len(corpus.path) != 1
        ):
            yield IsoglossError(
                f"corpora.{name}.path",
                f"{len(corpus.path)} files",
                f"one file for the format {corpus.format}",
                "List them as corpora of their own",
            )
        if isinstance(corpus, LocalCorpus) and corpus.format in ("lines", "verses") and len(_as_list(corpus.path)) != len(corpus.languages):
            yield IsoglossError(
                f"corpora.{name}.path",
                f"{len(_as_list(corpus.path))} files for {len(corpus.languages)} languages",
                f"one file per language for the format {corpus.format}",
                "List the files in the order of `languages`",
            )
        unknown = [lang for lang in experiment.languages if lang not in MINIWORLD_LANGUAGES] if isinstance(corpus, World) else []
        if unknown:
            remedy = "Remove them from `languages`, or the corpus"
            yield IsoglossError(
                f"corpora.{name}", f"the mini-world has no {', '.join(unknown)}", f"it has {', '.join(MINIWORLD_LANGUAGES)}", remedy
            )
    for name, place in experiment.evaluation.items():
        if name not in TASKS:
            yield IsoglossError(f"evaluation.{name}", "no such task", f"allowed: {', '.join(TASKS)}", suggestion(name, TASKS))
        if not isinstance(experiment.corpora.get(place), World | None):
            yield IsoglossError(
                f"evaluation.{name}",
                f"the corpus `{place}` holds no evaluation sets",
                "a mini-world, a row of corpora.tsv of the kind task, or a directory",
                "Name one of these",
            )


def _check_recipes(experiment: Experiment):
    for name, recipe in experiment.recipes.items():
        where = f"recipes.{name}"
        if name == TRIVIAL:
            yield IsoglossError(where, "this name is taken by the baseline without a model", "", "Choose another name")
        for objective, options in recipe.objectives.items():
            if objective not in OBJECTIVES:
                yield IsoglossError(
                    f"{where}.objectives",
                    f"no objective `{objective}`",
                    f"allowed: {', '.join(OBJECTIVES)}",
                    suggestion(objective, OBJECTIVES),
                )
            elif OBJECTIVES[objective].stream == "bitext" and not experiment.language_pairs():
                yield IsoglossError(
                    f"{where}.objectives.{objective}",
                    "needs pairs and the experiment has none",
                    "",
                    "Add English to `languages`, or list `pairs`",
                )
            weight = options.get("weight", 1)
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
                yield IsoglossError(
                    f"{where}.objectives.{objective}", f"weight {weight!r}", "a number above 0", "Remove the objective to switch it off"
                )
        if not recipe.objectives and experiment.pretrain_of(name).steps:
            yield IsoglossError(where, "has no objectives", f"some of: {', '.join(OBJECTIVES)}; or `steps: 0`", "Add `objectives`")
        yield from _check_init(experiment, name)


def _check_init(experiment: Experiment, name: str):
    where, chain, current = f"recipes.{name}", [name], experiment.recipes[name].init
    while current in experiment.recipes:
        if current in chain:
            yield IsoglossError(
                f"{where}.init", f"a cycle: {' -> '.join([*chain, current])}", "recipes that end in one without `init`", "Break the cycle"
            )
            return
        chain, current = [*chain, current], experiment.recipes[current].init
    recipe, encoder = experiment.recipes[name], experiment.encoder_of(name)
    changed = sorted(key for key in type(recipe.encoder).model_fields if getattr(recipe.encoder, key) is not None)
    inherited = set(changed) - {"dropout", "max_length"} - (set() if recipe.init in experiment.recipes else {"vocab"})
    if recipe.init is not None and inherited:
        yield IsoglossError(
            f"{where}.encoder",
            f"changes {', '.join(sorted(inherited))} of the encoder it starts from",
            "dropout, max_length",
            "Remove it, or `init`",
        )
    if encoder.vocab not in experiment.vocabs:
        yield IsoglossError(
            f"{where}: encoder.vocab",
            f"no vocab `{encoder.vocab}`",
            f"allowed: {', '.join(experiment.vocabs)}",
            suggestion(encoder.vocab, experiment.vocabs),
        )
    if encoder.width % encoder.heads:
        yield IsoglossError(
            f"{where}: encoder", f"width {encoder.width} is not divisible by {encoder.heads} heads", "", "Change width or heads"
        )


def _check_tasks(experiment: Experiment):
    for name, options in experiment.tasks.items():
        where = f"tasks.{name}"
        if name not in TASKS:
            yield IsoglossError(where, "no such task", f"allowed: {', '.join(TASKS)}", suggestion(name, TASKS))
            continue
        task = get_task(name)
        if name not in experiment.evaluation:
            yield IsoglossError(
                where,
                "has no evaluation set",
                "a key of `evaluation`",
                f"Add `{name}: <directory or corpus>` to `evaluation`, so that training text is cleaned of it",
            )
        for language in options.languages or ():
            if language not in experiment.languages:
                yield IsoglossError(
                    f"{where}.languages",
                    f"nobody trains `{language}`",
                    f"languages: {', '.join(experiment.languages)}",
                    "Add it to `languages`, or remove it here",
                )
            elif language not in task.languages:
                yield IsoglossError(
                    f"{where}.languages", f"the task has no `{language}`", f"it has {' '.join(sorted(task.languages))}", "Remove it here"
                )
        if task.source_language not in experiment.languages:
            yield IsoglossError(
                where,
                f"starts from `{task.source_language}`, which nobody trains",
                f"languages: {', '.join(experiment.languages)}",
                f"Add `{task.source_language}` to `languages`",
            )
        for setting in options.settings or ():
            if setting not in task.settings:
                yield IsoglossError(
                    f"{where}.settings",
                    f"no setting `{setting}`",
                    f"allowed: {', '.join(task.settings)}",
                    suggestion(setting, task.settings),
                )


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml, for editors; kept in workflow/schema/."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Experiment.model_json_schema()}
