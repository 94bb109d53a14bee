"""The sections `corpora`, `derived` and `clean`: where text comes from, and what is kept of it."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from ..corpora import FORMATS
from ..corpora.transforms import STEPS
from .section import Count, Fraction, Language, Section


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


class Noise(Section):
    """What makes the mini-world harder (`corpora/miniworld/noise.py`)."""

    ambiguity: Fraction = Field(default=1.0, description="how often concepts with an ambiguous word are drawn; 0: never")
    synonymy: Fraction = Field(default=0.3, description="probability of another word than the usual one")
    reordering: Annotated[float, Field(ge=0, le=2)] = Field(
        default=1.0, description="factor on every optional word order; 0: the plain one"
    )
    typos: Fraction = Field(default=0.003, description="probability that a word of training text is misspelt")
    misaligned: Fraction = Field(default=0.02, description="probability that a pair is no translation")


class World(Section):
    """The embedded mini-world: generated, no download. It also holds evaluation sets."""

    format: Literal["miniworld"]
    seed: int = 1
    size: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="factor on the three numbers below: 0.01 for seconds, 100 for hours"
    )
    mono_sentences: Count = Field(default=3_000, description="sentences per language")
    pairs: Count = Field(default=3_000, description="sentence pairs per language pair")
    task_sentences: Count = Field(
        default=2_000,
        description="training sentences of a tagging task (3 times as many pairs in xnli); dev and test a quarter each",
    )
    translated: Fraction = Field(
        default=0.25, description="share of the training pairs and paragraphs that are also written in the other languages"
    )
    noise: Noise = Noise()


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


class ScriptStep(Section):
    """Every character in another script, so that no sub-word is shared."""

    overlap: Fraction = Field(default=0.0, description="share of word types that stay as they are")
    seed: int = Field(default=0, description="which word types stay")


class InvertStep(Section):
    """The words of each sentence from last to first, the final mark last."""


class PermuteStep(Section):
    """The words of each sentence in random order, the final mark last; the same sentence always gets the same order."""

    seed: int = 0


class ReorderStep(Section):
    """Head-final order by rule; needs the evaluation set udpos, and English as the base."""


class DerivationStep(Section):
    """One step, with its options."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    script: ScriptStep | None = None
    invert: InvertStep | None = None
    permute: PermuteStep | None = None
    reorder: ReorderStep | None = None

    @model_validator(mode="after")
    def _is_one_step(self) -> Self:
        if len(self.model_fields_set) != 1 or None in (getattr(self, name) for name in self.model_fields_set):
            raise ValueError(f"Input should be the name of one step ({', '.join(STEPS)}), or a mapping of it to its options")
        return self


def _step(value: Any) -> Any:
    """`invert` is short for `invert: {}`."""
    return {value: {}} if isinstance(value, str) else value


Derivation = Annotated[
    list[Annotated[DerivationStep, BeforeValidator(_step, json_schema_input_type=Literal[tuple(STEPS)] | DerivationStep)]],  # type: ignore[valid-type]
    Field(min_length=1),
]


class Clean(Section):
    """Which sentences and pairs are kept; every drop is counted by reason in the artifact."""

    min_chars: Annotated[int, Field(ge=0)] = 1
    max_chars: Count = 1000
    max_words: Count = 250
    max_ratio: Annotated[float, Field(ge=1)] = Field(
        default=4.0, description="longest side of a pair over the shortest, after scaling by script density"
    )
