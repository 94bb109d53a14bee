"""The sections `aligners` and `dictionaries`: which word translates which."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from ..aligners.symmetrise import RULES
from .section import Count, Fraction, Name, OpenFraction, Pair, Section


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
