"""The schema of config.yaml, once: every key, type and default stands here and nowhere else. No torch.

`Experiment` is the whole; `config.py` reads files into it and checks what only the whole can tell.
"""

import json
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model, model_validator

from .aligners.symmetrise import RULES
from .corpora import FORMATS
from .corpora.transforms import STEPS, has_step
from .languages import PIVOT, base_language
from .objectives import OBJECTIVES
from .presets import PRESETS, preset_for
from .tasks import get_task

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[a-z0-9]+)?$")]
Pair = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[a-z0-9]+)?-[a-z]{2,3}(_[a-z0-9]+)?$")]
Count = Annotated[int, Field(ge=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]
OpenFraction = Annotated[float, Field(gt=0, lt=1)]
PivotLanguage = PIVOT


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


def _diff(name: str, *sections: type[Section], **more: Any) -> type[Section]:
    """A section with every key of `sections` optional: a variant is a diff against the defaults."""
    keys: dict[str, Any] = {
        key: (field.rebuild_annotation() | None, Field(default=None, description=field.description))
        for section in sections
        for key, field in section.model_fields.items()
    }
    return create_model(name, __base__=Section, **{**keys, **more})


class GoldLinks(Section):
    """The links that the mini-worlds know; rows of other corpora have none."""

    aligner: Literal["gold"]


class PharaohLinks(Section):
    """Links `i-j` from files, a line per row of a local corpus."""

    aligner: Literal["pharaoh"]
    corpus: Name = Field(description="a key of `corpora`, of local files")
    links: dict[Pair, str] = Field(min_length=1, description="file per pair; the key says which language i is of; relative to data_dir")
    tokens: dict[Pair, str] = Field(
        default={},
        description="file per pair of the tokens that i and j count, `src TAB tgt` or `src ||| tgt`; default: the words between spaces",
    )


class DictionaryLinks(Section):
    """Every pair of a dictionary's train split that occurs in a row."""

    aligner: Literal["dictionary"]
    dictionary: Name = Field(description="a key of `dictionaries`")
    once: bool = Field(default=False, description="only where both occur once in their sentence, as in ML-CTL")


class Learnt(Section):
    """Candidates of both directions, made one set of links by a rule; another rule does not align again."""

    symmetrise: Literal[tuple(RULES)] = "grow-diag-final-and"  # type: ignore[valid-type]
    threshold: Fraction = Field(default=0.5, description="for the rule `threshold`: links with a posterior of at least so much")


class HMMLinks(Learnt):
    """Our own aligner: IBM Model 1, then a hidden Markov model whose directions are trained to agree."""

    aligner: Literal["hmm"]
    symmetrise: Literal[tuple(RULES)] = "threshold"  # type: ignore[valid-type]
    threshold: Fraction = Field(default=0.4, description="for the rule `threshold`: links with a posterior of at least so much")
    model1: Annotated[int, Field(ge=0)] = Field(default=4, description="iterations of IBM Model 1")
    hmm: Count = Field(default=5, description="iterations of the hidden Markov model")
    empty: OpenFraction = Field(default=0.05, description="probability of the empty word in training")
    empty_decoding: OpenFraction = Field(default=0.2, description="probability of the empty word when links are read off")
    furthest_jump: Count = Field(default=20, description="words; what jumps further is one case")
    jump_power: Annotated[float, Field(ge=0)] = Field(default=0.8, description="power to which the weights of jumps are raised")
    alpha: Annotated[float, Field(gt=0)] = Field(default=0.005, description="prior count of any two words that meet")
    stem: Count = Field(default=5, description="letters that make up a stem")
    stem_weight: Annotated[float, Field(ge=0)] = Field(default=10.0, description="prior count of what the stems of two words say")
    cognates: Annotated[float, Field(ge=0)] = Field(default=0.1, description="prior count of words that are spelt alike; 0: none")
    fold: bool = Field(default=True, description="upper case is lower case")


class FastAlignLinks(Learnt):
    """fast_align, on PATH, or systran-align from PyPI."""

    aligner: Literal["fast_align"]
    program: Literal["auto", "fast_align", "systran-align"] = Field(default="auto", description="auto: the first that is there")
    fold: bool = True


class EflomalLinks(Learnt):
    """The program eflomal, on PATH. It takes no seed: no two runs are equal."""

    aligner: Literal["eflomal"]
    model: Literal[1, 2, 3] = Field(default=3, description="1: IBM Model 1; 2: HMM; 3: with fertilities")
    n_samplers: Count = 3
    rel_iterations: Annotated[float, Field(gt=0)] = Field(default=1.0, description="factor on its number of iterations")
    null_prior: OpenFraction = 0.2
    fold: bool = True


class Encoding(Learnt):
    symmetrise: Literal[tuple(RULES)] = "intersect"  # type: ignore[valid-type]
    model: str = Field(description="a recipe, of which the first seed is taken; or a Hugging Face checkpoint directory or name")
    layer: Annotated[int, Field(ge=0)] | None = Field(default=None, description="0: the embeddings; default: two thirds up")


class SimAlignLinks(Encoding):
    """SimAlign: the most similar words, from any encoder."""

    aligner: Literal["simalign"]
    method: Literal["inter", "itermax", "mwmf"] = "inter"
    token_type: Literal["word", "bpe"] = "word"
    distortion: Fraction = Field(default=0.0, description="how much a word is drawn to the diagonal")


class EncoderLinks(Encoding):
    """awesome-align's rule: softmax over the sub-words of either side, from any encoder."""

    aligner: Literal["encoder"]
    probability: Annotated[float, Field(ge=0, lt=1)] = Field(default=0.001, description="what both softmaxes must exceed")


class ResymmetrisedLinks(Learnt):
    """What another aligner found, by another rule."""

    aligner: Literal["resymmetrise"]
    of: Name = Field(description="a key of `aligners`")


Aligner = Annotated[
    Annotated[GoldLinks, Tag("gold")]
    | Annotated[PharaohLinks, Tag("pharaoh")]
    | Annotated[DictionaryLinks, Tag("dictionary")]
    | Annotated[HMMLinks, Tag("hmm")]
    | Annotated[FastAlignLinks, Tag("fast_align")]
    | Annotated[EflomalLinks, Tag("eflomal")]
    | Annotated[SimAlignLinks, Tag("simalign")]
    | Annotated[EncoderLinks, Tag("encoder")]
    | Annotated[ResymmetrisedLinks, Tag("resymmetrise")],
    Discriminator("aligner"),
]


class WorldDictionary(Section):
    """That of the mini-worlds; their test words are held out."""

    format: Literal["miniworld"]


class WordLists(Section):
    """Files of two columns, `word TAB word` or `word word`, as MUSE's."""

    format: Literal["tsv"]
    files: dict[Pair, str | list[str]] = Field(
        min_length=1, description="per pair; the key says the order of the columns; relative to data_dir"
    )
    held_out: dict[Pair, str | list[str]] = Field(
        default={}, description="entries to measure with, not to learn from; default: those of 2 in 7 words of `files`"
    )


class InducedDictionary(Section):
    """From word links: what is linked often enough."""

    format: Literal["links"]
    aligner: Name = Field(description="a key of `aligners`")
    min_count: Count = Field(default=2, description="links of an entry")
    min_p: Fraction = Field(default=0.1, description="of either word, given the other")
    one_to_one: bool = Field(default=False, description="only the best translation of a word, where it is the best in both directions")
    most: Count | None = Field(default=None, description="keep so many entries, the most frequent ones")


class PanLex(Section):
    """The published CSV dump of PanLex: expressions that share a meaning."""

    format: Literal["panlex"]
    path: str = Field(description="the zip archive or its directory; relative to data_dir")


DictionarySource = Annotated[
    Annotated[WorldDictionary, Tag("miniworld")]
    | Annotated[WordLists, Tag("tsv")]
    | Annotated[InducedDictionary, Tag("links")]
    | Annotated[PanLex, Tag("panlex")],
    Discriminator("format"),
]


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


EncoderDiff = _diff("EncoderDiff", Encoder)
_Recipe = _diff(
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


_rows = {
    "recipes": (list[Name] | None, Field(default=None, min_length=1, description="default: all recipes")),
    "seeds": (list[int] | None, Field(default=None, min_length=1, description="default: all seeds")),
}
_Setting = _diff("_Setting", Finetune, **_rows)


class SettingOptions(_Setting):  # type: ignore[valid-type,misc]
    """How a task is run in one setting, where that differs from the task's other settings."""


def _by_name(value: Any) -> Any:
    """`[zero_shot, probe]` is short for `{zero_shot: {}, probe: {}}`."""
    named = isinstance(value, list) and all(isinstance(name, str) for name in value)
    if named and len(set(value)) < len(value):
        raise ValueError("Input should have each setting once")
    return dict.fromkeys(value, {}) if named else value


_Task = _diff(
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


class Experiment(Section):
    """A whole config.yaml."""

    name: Name = "experiment"
    languages: list[Language] = Field(min_length=1)
    pairs: list[Pair] | None = Field(default=None, description="default: every language with English")
    derived: dict[Language, Derivation] = Field(default={}, description="languages made from others, e.g. {en_x: [invert, script]}")
    seeds: list[Annotated[int, Field(ge=0, lt=2**63)]] = Field(default=[0], min_length=1)
    data_dir: str = Field(default=".", description="where relative paths of corpora and evaluation sets start")
    corpora: dict[Name, Corpus] = Field(min_length=1)
    clean: Clean = Clean()
    evaluation: dict[str, str | list[str]] = Field(
        default={},
        description="evaluation set: a mini-world above, a row of corpora.tsv, or a directory under data_dir; or a list of these",
    )
    aligners: dict[Name, Aligner] = Field(default={}, description="where word links come from")
    dictionaries: dict[Name, DictionarySource] = Field(default={}, description="where translations of words come from")
    vocabs: dict[Name, Vocab] = {"spm": SentencePiece()}
    encoder: Encoder = Encoder()
    pretrain: Pretrain = Pretrain()
    checkpoints: Checkpoints = Checkpoints()
    tracking: Tracking = Tracking()
    hardware: Hardware = Hardware()
    recipes: dict[Name, Recipe] = Field(min_length=1)
    finetune: Finetune = Finetune()
    retrieval: Retrieval = Retrieval()
    tasks: dict[str, TaskOptions] = {}

    def encoder_of(self, recipe: str) -> Encoder:
        """The encoder of a recipe: that of the recipe it starts from, or the defaults, with its own diff laid over."""
        chosen = self.recipes[recipe]
        base = self.encoder_of(chosen.init) if chosen.init in self.recipes else self.encoder
        return _overlaid(base, chosen.encoder)

    def pretrain_of(self, recipe: str) -> Pretrain:
        """The training settings of a recipe: the defaults with its own diff laid over."""
        return _overlaid(self.pretrain, self.recipes[recipe])

    def finetune_of(self, task: str, setting: str) -> Finetune:
        """The fine-tuning settings of a task: from the bottom up the section `finetune`, the task, the setting; in each its preset, then
        its keys."""
        chosen: dict[str, Any] = {}
        for section in (self.finetune, self.tasks.get(task), self._setting(task, setting)):
            given = {key: getattr(section, key) for key in Finetune.model_fields if section and key in section.model_fields_set}
            given = {key: value for key, value in given.items() if value is not None}
            preset = given.pop("preset", None)
            steps = {"warmup_steps": None} if "warmup" in given else {}  # which would win over the share
            chosen |= (preset_for(preset, task, setting) if preset else {}) | steps | given
        return Finetune(**chosen)

    def retrieval_of(self, task: str) -> Retrieval:
        """How sentences are compared in a task: the defaults with its own diff laid over."""
        return _overlaid(self.retrieval, self.tasks[task]) if task in self.tasks else self.retrieval

    def recipes_of(self, task: str, setting: str) -> list[str]:
        """The recipes that a task is run for, in the order of the config."""
        return self._asked("recipes", task, setting, list(self.recipes))

    def seeds_of(self, task: str, setting: str) -> list[int]:
        """The seeds that a task is run for, in the order of the config."""
        return self._asked("seeds", task, setting, self.seeds)

    def _asked(self, key: str, task: str, setting: str, there: list[Any]) -> list[Any]:
        sections = (self._setting(task, setting), self.tasks.get(task))
        asked = next((found for section in sections if (found := getattr(section, key, None)) is not None), there)
        return [name for name in there if name in asked]

    def _setting(self, task: str, setting: str) -> SettingOptions | None:
        options = self.tasks.get(task)
        return options.settings.get(setting) if options and options.settings else None

    def language_pairs(self) -> list[str]:
        """The pairs, each in alphabetical order."""
        if self.pairs is not None:
            return sorted({"-".join(sorted(pair.split("-"))) for pair in self.pairs})
        others = [language for language in self.languages if language != PivotLanguage]
        return sorted("-".join(sorted((language, PivotLanguage))) for language in others) if PivotLanguage in self.languages else []

    @property
    def base_languages(self) -> list[str]:
        """The languages that are not derived from others."""
        return [language for language in self.languages if language not in self.derived]

    def base_pairs(self) -> list[str]:
        """The pairs of base languages that are listed, or from which a listed one is derived."""
        # "_" sorts before all letters, so that a pair of bases is in alphabetical order wherever the pair is.
        bases = [tuple(map(base_language, pair.split("-"))) for pair in self.language_pairs()]
        return sorted({"-".join(pair) for pair in bases if len(set(pair)) == 2})

    def steps_of(self, languages: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """{language: the steps that make it} of the derived ones among these."""
        chosen = {language: self.derived[language] for language in languages if language in self.derived}
        return {language: [step.model_dump(exclude_none=True) for step in steps] for language, steps in chosen.items()}

    def have_step(self, languages: Iterable[str], *names: str) -> bool:
        """Whether any of these languages is made by one of the named steps."""
        return any(has_step(steps, *names) for steps in self.steps_of(languages).values())

    def in_world(self, task: str) -> bool:
        """Whether the evaluation set of a task is a mini-world's, which has every language of the experiment."""
        return any(isinstance(self.corpora.get(place), World) for place in self.places(task))

    def places(self, task: str) -> list[str]:
        """Where the evaluation set of a task comes from."""
        return as_list(self.evaluation.get(task, []))

    def set_languages(self, task: str) -> list[str]:
        """The languages of the experiment that the evaluation set of a task can have: those of XTREME, or all in a mini-world."""
        spec, world = get_task(task), self.in_world(task)

        def has(language: str) -> bool:
            base = base_language(language)
            return base in spec.languages or language == spec.source_language or (world and base != spec.source_language)

        return [language for language in self.languages if has(language)]

    def task_languages(self, task: str) -> list[str]:
        """The languages a task is evaluated in, its source language first."""
        spec, asked = get_task(task), self.tasks[task].languages if task in self.tasks else None
        chosen = [language for language in self.set_languages(task) if asked is None or language in asked]
        return sorted(chosen, key=lambda language: (language != spec.source_language, language))

    def task_settings(self, task: str) -> list[str]:
        return list(self.tasks[task].settings or get_task(task).settings[:1])

    def reads_of(self, recipe: str) -> set[str]:
        """Of "mono", "bitext", "links" and "dictionary" what a recipe's objectives read."""
        return {read for name, options in self.recipes[recipe].objectives.items() for read in OBJECTIVES[name].reads(options)}

    def linked_pairs(self, aligner: str) -> list[str]:
        """The pairs for which an aligner has links."""
        source = self.aligners[aligner]
        if isinstance(source, DictionaryLinks):
            return self.dictionary_pairs(source.dictionary)
        if isinstance(source, Learnt):
            return self._with_derived(self.base_pairs())
        return self._with_derived(source.links if isinstance(source, PharaohLinks) else self._world_pairs())

    def dictionary_pairs(self, dictionary: str) -> list[str]:
        """The pairs that a dictionary has."""
        source = self.dictionaries[dictionary]
        if isinstance(source, InducedDictionary):
            return self.linked_pairs(source.aligner)
        if isinstance(source, PanLex):
            return self._with_derived(self.base_pairs())
        return self._with_derived(source.files if isinstance(source, WordLists) else self._world_pairs())

    def learnt_aligners(self) -> list[str]:
        """The aligners that are compared on the task `alignment`: those that find links by themselves."""
        return [name for name, source in self.aligners.items() if isinstance(source, Learnt)]

    def _world_pairs(self) -> list[str]:
        there = any(isinstance(corpus, World) for corpus in self.corpora.values())
        return [pair for pair in self.base_pairs() if PivotLanguage in pair.split("-")] if there else []

    def _with_derived(self, given: Iterable[str]) -> list[str]:
        """The pairs among these, in any direction; those derived from them; and those of two languages with the same base."""
        known = {"-".join(sorted(pair.split("-"))) for pair in given}

        def has(pair: str) -> bool:
            bases = [base_language(lang) for lang in pair.split("-")]
            return bases[0] == bases[1] or "-".join(bases) in known

        return [pair for pair in sorted({*self.base_pairs(), *self.language_pairs()}) if has(pair)]


def as_list(value: str | list[str]) -> list[str]:
    """The paths of a key that takes one or several."""
    return value if isinstance(value, list) else [value]


def _overlaid(base: Section, diff: Section) -> Any:
    given = {key: value for key in type(base).model_fields if (value := getattr(diff, key)) is not None}
    return base.model_copy(update=given)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml, for editors; kept in workflow/schema/."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Experiment.model_json_schema()}
