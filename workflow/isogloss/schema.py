"""The schema of config.yaml, once: every key, type and default stands here and nowhere else. No torch.

`Experiment` is the whole; `config.py` reads files into it and checks what only the whole can tell.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model

from .corpora import FORMATS
from .objectives import OBJECTIVES
from .tasks import get_task

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


def json_schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml, for editors; kept in workflow/schema/."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Experiment.model_json_schema()}
