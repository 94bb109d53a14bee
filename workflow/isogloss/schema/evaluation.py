"""The sections `finetune`, `retrieval` and `tasks`: what is evaluated, and how."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ..presets import PRESETS
from .section import Count, Fraction, Language, Name, Section, diff_of


class Finetune(Section):
    """How a task is fine-tuned; each task may override any of these keys."""

    preset: Literal[tuple(PRESETS)] | None = Field(  # type: ignore[valid-type]
        default=None, description="hyper-parameters of a paper (isogloss/presets.py); keys beside it win"
    )
    epochs: Annotated[float, Field(ge=0)] = 3.0
    batch_size: Count = Field(default=32, description="examples a step, whatever fits into memory at a time")
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    layer_decay: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="factor on the learning rate from each layer to the one below; 1: the same rate everywhere"
    )
    embeddings_norm: Literal["whole", "decayed"] = Field(
        default="whole",
        description="the rate of the embeddings' LayerNorm under layer_decay: the whole one, as in ERNIE-M's code, or theirs",
    )
    schedule: Literal["linear", "ernie_m"] = Field(
        default="linear", description="after the warm-up: to 0 from the peak, or (ernie_m) on the line from the peak at step 0"
    )
    warmup: Fraction = Field(default=0.1, description="share of the steps")
    warmup_steps: Annotated[int, Field(ge=0)] | None = Field(default=None, description="instead of `warmup`")
    weight_decay: Annotated[float, Field(ge=0)] = Field(default=0.0, description="of matrices; biases and norms have none")
    epsilon: Annotated[float, Field(gt=0)] = Field(default=1e-8, description="of Adam")
    clip: Annotated[float, Field(gt=0)] = 1.0
    max_length: Annotated[int, Field(ge=8)] = 128
    selection: Literal["source_dev", "final", "joint_dev", "per_language_dev"] = Field(
        default="source_dev",
        description="keep the epoch that is best on English dev, the last one, the one that is best on the mean of all dev sets, "
        "or the best for each language",
    )
    probe_rate: Annotated[float, Field(gt=0)] = Field(default=0.01, description="learning rate of the setting `probe`")
    stride: Count = Field(default=128, description="questions: pieces from one window of a long text to the next")
    max_question: Count = Field(default=64, description="questions: pieces of a question, at most")
    max_answer: Count = Field(default=30, description="questions: pieces of an answer, at most")
    n_best: Count = Field(default=20, description="questions: starts and ends that are tried with each other")


class Retrieval(Section):
    """How sentences are compared where nothing is trained; each task may override any of these keys."""

    pooling: Literal["mean", "mean_text", "cls"] = Field(
        default="mean", description="of the states of a sentence: all, special tokens inside (XTREME); without these; the first token's"
    )
    layer: Literal["auto"] | Annotated[int, Field(ge=0)] = Field(
        default="auto", description="of the tables, an index into hidden_states; auto: two thirds up (8 of 12)"
    )
    margin: Literal["ratio", "distance", "absolute"] = Field(default="ratio", description="mining: cosine against those of the neighbours")
    neighbours: Count = Field(default=4, description="mining: on either side")
    pairing: Literal["max", "intersect"] = Field(default="max", description="mining: the best of both directions, or what both agree on")
    threshold_from: Literal["dev", "test"] = Field(default="dev", description="mining: the set on which the threshold is chosen")


_rows = {
    "recipes": (list[Name] | None, Field(default=None, min_length=1, description="default: all recipes")),
    "seeds": (list[int] | None, Field(default=None, min_length=1, description="default: all seeds")),
}
_Setting = diff_of("_Setting", Finetune, **_rows)


class SettingOptions(_Setting):  # type: ignore[valid-type,misc]
    """How a task is run in one setting, where that differs from the task's other settings."""


def _by_name(value: Any) -> Any:
    """`[zero_shot, probe]` is short for `{zero_shot: {}, probe: {}}`."""
    named = isinstance(value, list) and all(isinstance(name, str) for name in value)
    if named and len(set(value)) < len(value):
        raise ValueError("Input should have each setting once")
    return dict.fromkeys(value, {}) if named else value


_Task = diff_of(
    "_Task",
    Finetune,
    Retrieval,
    languages=(
        list[Language] | None,
        Field(default=None, min_length=1, description="default: every language of the experiment that the task has"),
    ),
    settings=(
        Annotated[dict[str, SettingOptions], BeforeValidator(_by_name, json_schema_input_type=list[str] | dict[str, SettingOptions])]
        | None,
        Field(default=None, min_length=1, description="default: the first of the task, zero_shot or no_train"),
    ),
    **_rows,
)


class TaskOptions(_Task):  # type: ignore[valid-type,misc]
    """How a task is run: in which languages and settings, for whom, and whatever differs from the sections `finetune` and `retrieval`."""
