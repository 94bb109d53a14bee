"""Words that an encoder finds alike: SimAlign's cosines and matchings on the states of any encoder. Nothing is learnt from the bitext."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from ..errors import IsoglossError
from ..objectives import xlm_align
from ..padding import BATCH_TOKENS
from .contract import BACKWARD, BOTH, FORWARD, NONE, Candidates, Pairs
from .embeddings import SubWords, between_words, chunks, embed_sides, load_embedder

METHODS = ("inter", "itermax", "mwmf")
TOKEN_TYPES = ("word", "bpe")


class SimAlign:
    """Cite: Jalili Sabet et al. 2020 (SimAlign, arXiv 2004.08728).

    `inter` links what is each other's nearest, and gives both directions; `itermax` adds the nearest of what is left, `mwmf` pairs off
    one side with the highest sum: both decide on pairs of words at once, so their links have both directions and every rule leaves them.
    A cosine is no posterior: `p` is 0.
    Trap: words are not cut to pieces one by one but as running text, so in Chinese a piece may stand for several words.
    """

    def __init__(
        self,
        *,
        languages: tuple[str, str],
        model: str,
        layer: int | None = None,
        method: str = "inter",
        token_type: str = "word",
        distortion: float = 0.0,
        rounds: int = xlm_align.ROUNDS,
        alpha: float = xlm_align.RATIO,
        batch_tokens: int = BATCH_TOKENS,
    ) -> None:
        """`model`: a directory or hub name. `layer`: 0 is the embeddings; None: two thirds up. `batch_tokens`: padded, of a batch.

        `method`: inter, itermax (`rounds`, `alpha`: what a similarity counts where one word is linked already), or mwmf, which needs
        scipy. `token_type`: word, the mean of its sub-words; bpe: sub-words are linked, and then the words that they belong to.
        `distortion`: 0 to 1, how much far from the diagonal is less alike.
        """
        for name, given, allowed in (("method", method, METHODS), ("token_type", token_type, TOKEN_TYPES)):
            if given not in allowed:
                raise IsoglossError("aligner simalign", f"{name} is `{given}`", f"allowed: {', '.join(allowed)}", "Choose one of them")
        if not 0 <= distortion <= 1 or rounds < 1 or not 0 < alpha <= 1:
            given = f"distortion is {distortion}, rounds {rounds}, alpha {alpha}"
            raise IsoglossError("aligner simalign", given, "0 to 1; at least 1; above 0 and at most 1", "Correct them")
        if method == "mwmf" and not find_spec("scipy"):
            raise IsoglossError("aligner simalign", "method mwmf needs scipy", "", "`pip install scipy`, or choose itermax")
        self.languages, self.model, self.layer, self.batch_tokens = languages, model, layer, batch_tokens
        self.method, self.token_type, self.distortion, self.rounds, self.alpha = method, token_type, distortion, rounds, alpha

    @classmethod
    def missing(cls) -> str | None:
        """See the contract; `mwmf` alone needs more, and says so where it is chosen."""
        return None

    def align(self, pairs: Pairs, state: Path | None = None) -> Iterator[Candidates]:
        """See the contract; nothing is kept in `state`. Raises IsoglossError where the model cannot be read."""
        embed = load_embedder("simalign", self.model, self.layer, self.batch_tokens)
        for chunk in chunks(pairs):
            yield from map(self._candidates, *embed_sides(embed, chunk, self.languages))

    def _candidates(self, source: SubWords, target: SubWords) -> Candidates:
        if not source.first or not target.first:
            return NONE
        if self.token_type == "word":
            source, target = of_words(source), of_words(target)
        alike = distorted(similarity(source.states[0], target.states[0]), self.distortion)
        directions = match(alike, self.method, self.rounds, self.alpha)
        return between_words(directions, np.zeros(directions.shape), source, target)


def of_words(sentence: SubWords) -> SubWords:
    """The words that have sub-words, as if each were one: its state is the mean of those that cover it."""
    words = sorted({word for first, last in zip(sentence.first, sentence.last, strict=True) for word in range(first, last + 1)})
    first, last, asked = (torch.tensor(numbers, device=sentence.states.device) for numbers in (sentence.first, sentence.last, words))
    covers = ((first <= asked[:, None]) & (asked[:, None] <= last)).to(sentence.states.dtype)
    return SubWords(covers @ sentence.states / covers.sum(1, keepdim=True), words, words)


def similarity(source: torch.Tensor, target: torch.Tensor) -> np.ndarray:
    """(S, T) cosines of states (S, H) and (T, H), from -1..1 to 0..1."""
    units = [torch.nn.functional.normalize(states, dim=1) for states in (source, target)]
    return ((units[0] @ units[1].T + 1) / 2).cpu().numpy()


def distorted(similarity: np.ndarray, ratio: float) -> np.ndarray:
    """Similarities (S, T) times 1 - ratio * (distance from the diagonal)^2, places going from 0 to 1; unchanged for a side of one."""
    if min(similarity.shape) < 2:
        return similarity
    rows, columns = (np.linspace(0, 1, size) for size in similarity.shape)
    return similarity * (1 - ratio * (rows[:, None] - columns) ** 2)


def match(similarity: np.ndarray, method: str, rounds: int = xlm_align.ROUNDS, alpha: float = xlm_align.RATIO) -> np.ndarray:
    """The links (S, T) uint8 by similarities (S, T): for `inter` FORWARD | BACKWARD, where a target's source and where a source's target
    is its nearest (of equal ones the first); for the others BOTH or 0."""
    found = np.zeros(similarity.shape, np.uint8)
    if method == "inter":
        found[similarity.argmax(0), np.arange(similarity.shape[1])] |= FORWARD
        found[np.arange(similarity.shape[0]), similarity.argmax(1)] |= BACKWARD
    elif method == "itermax":
        found[_itermax(torch.from_numpy(similarity), rounds, alpha)] = BOTH
    else:
        from scipy.optimize import linear_sum_assignment

        found[linear_sum_assignment(similarity, maximize=True)] = BOTH
    return found


def _itermax(similarity: torch.Tensor, rounds: int, alpha: float) -> np.ndarray:
    """As in XLM-Align, which sees both sides of a pair as one row."""
    rows, columns = similarity.shape
    joint = similarity.new_zeros(1, rows + columns, rows + columns)
    joint[0, :rows, rows:], joint[0, rows:, :rows] = similarity, similarity.T
    second = torch.arange(rows + columns) >= rows
    across = (second[:, None] != second)[None]
    return xlm_align.itermax(joint, across, rounds=rounds, ratio=alpha)[0, :rows, rows:].numpy()
