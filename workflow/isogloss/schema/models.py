"""The sections `vocabs`, `encoder`, `pretrain` and `recipes`, and what changes no result: `checkpoints`, `tracking`, `hardware`."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from .section import Count, Fraction, Name, Section, diff_of


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
    trim: bool = Field(
        default=False,
        description="continue with only the vocabulary entries that the text uses; published whole again; only with `init`",
    )


class Pretrain(Section):
    """How a recipe is trained; each recipe may override any of these keys."""

    steps: Annotated[int, Field(ge=0)] = Field(default=1000, description="0 publishes the initial weights: the row `random initialisation`")
    batch_tokens: Annotated[int, Field(ge=64)] = Field(
        default=4096, description="padded tokens per step, shared evenly by the recipe's objectives"
    )
    row_length: Annotated[int, Field(ge=8)] | None = Field(
        default=None,
        description="cells per packed row; default encoder.max_length; longer rows fill better, shorter ones make CPU attention cheaper",
    )
    optimizer: Literal["adamw", "muon"] = Field(
        default="adamw", description="muon: for the matrices of the layers, with AdamW for the rest; fewer steps from scratch"
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
    aligner: Name | None = Field(default=None, description="whose links the objectives read that read any: a key of `aligners`")
    dictionary: Name | None = Field(default=None, description="which dictionary the objectives read that read one: a key of `dictionaries`")


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


EncoderDiff = diff_of("EncoderDiff", Encoder)
_Recipe = diff_of(
    "_Recipe",
    Pretrain,
    objectives=(
        Annotated[dict[str, dict[str, Option]], BeforeValidator(_spelt_out, json_schema_input_type=dict[str, float | dict[str, Option]])],
        {},
    ),
    init=(str | None, Field(default=None, description="another recipe, or a Hugging Face checkpoint directory or name")),
    encoder=(EncoderDiff, EncoderDiff()),
)


class Recipe(_Recipe):  # type: ignore[valid-type,misc]
    """What is trained: objectives with weights, and whatever differs from the sections `encoder` and `pretrain`."""


class Checkpoints(Section):
    """When resumable state is written; changing it retrains nothing."""

    minutes: Annotated[float, Field(gt=0)] = 10.0
    steps: Count | None = None
    keep: Count = 2


class Tracking(Section):
    """Who is told of the training log beside `log.jsonl`; changing it retrains nothing."""

    tensorboard: bool = Field(default=False, description="event files in results/tensorboard/{recipe}/{seed}")
    wandb: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=128)] | None = Field(
        default=None, description="a project of Weights & Biases"
    )


class Hardware(Section):
    """What a training runs on; changing it retrains nothing."""

    gpus: Annotated[int, Field(ge=0)] = Field(default=1, description="per training; 0, or none to be seen: the CPU")
    share: Count = Field(default=1, description="fine-tunings and predictions that run on one GPU side by side; 1: each has it alone")
    parallel: Literal["ddp", "fsdp"] = Field(
        default="ddp", description="with several GPUs: a whole copy of the model on each, or (fsdp) a share of it"
    )
    chunk_tokens: Annotated[int, Field(ge=64)] | None = Field(
        default=None,
        description="padded tokens of a step that a GPU computes at a time; default all. What a contrastive loss compares stays whole",
    )
    compile: Literal["auto"] | bool = Field(default="auto", description="torch.compile; auto: on a GPU")
