"""Words that an encoder finds alike: awesome-align's rule on the states of any encoder. Nothing is learnt from the bitext."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch.nn.utils.rnn import pad_sequence

from ..errors import IsoglossError
from ..padding import BATCH_TOKENS, by_length
from .contract import BACKWARD, FORWARD, NONE, Candidates, Pairs
from .embeddings import SubWords, between_words, chunks, embed_sides, load_embedder

PROBABILITY = 0.001
CELLS = 1 << 21  # dot products held at once


class Encoder:
    """Cite: Dou and Neubig 2021 (awesome-align, arXiv 2101.08231): its extraction of links by softmax, without its training.

    Dot products of the states of all sub-words; a softmax over the source for each sub-word of the target (FORWARD), and one over the
    target for each of the source (BACKWARD); sub-words are linked where both are above the threshold, words where any of their
    sub-words are. `intersect` is exactly that. p: the root of the product of both. One direction alone is above so low a threshold
    for most words, so the other rules want a higher one.
    Trap: words are not cut to pieces one by one but as running text, so in Chinese a piece may link several words.
    """

    def __init__(
        self,
        *,
        languages: tuple[str, str],
        model: str,
        layer: int | None = None,
        probability: float = PROBABILITY,
        batch_tokens: int = BATCH_TOKENS,
    ) -> None:
        """`model`: a directory or hub name. `layer`: 0 is the embeddings; None: two thirds up. `batch_tokens`: padded, of a batch."""
        if not 0 <= probability < 1:
            raise IsoglossError("aligner encoder", f"probability is {probability}", "at least 0 and below 1", "Correct it")
        self.languages, self.model, self.layer, self.probability, self.batch_tokens = languages, model, layer, probability, batch_tokens

    @classmethod
    def missing(cls) -> str | None:
        """See the contract."""
        return None

    def align(self, pairs: Pairs, state: Path | None = None) -> Iterator[Candidates]:
        """See the contract; nothing is kept in `state`. Raises IsoglossError where the model cannot be read."""
        embed = load_embedder("encoder", self.model, self.layer, self.batch_tokens)
        for chunk in chunks(pairs):
            source, target = embed_sides(embed, chunk, self.languages)
            yield from link_words(source, target, 0, self.probability)


def link_words(source: Sequence[SubWords], target: Sequence[SubWords], layer: int, probability: float = PROBABILITY) -> list[Candidates]:
    """The candidates of each pair by the states of one of the layers that the sub-words have."""
    found = [NONE] * len(source)
    sizes = [(len(src.first), len(tgt.first)) for src, tgt in zip(source, target, strict=True)]
    for group in by_length([k for k, size in enumerate(sizes) if all(size)], lambda k: max(sizes[k]) ** 2, CELLS):
        of_source, of_target = forward_backward(*([side[k].states[layer] for k in group] for side in (source, target)))
        chosen = (of_source > probability) * FORWARD + (of_target > probability) * BACKWARD
        directions, ps = chosen.cpu().numpy(), (of_source * of_target).sqrt().cpu().numpy()
        for slot, k in enumerate(group):
            rows, columns = sizes[k]
            found[k] = between_words(directions[slot, :rows, :columns], ps[slot, :rows, :columns], source[k], target[k])
    return found


@torch.inference_mode()
def forward_backward(source: Sequence[torch.Tensor], target: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """(p(source | target), p(target | source)) of pairs of states (S, H) and (T, H), by their dot products.

    Both are (pairs, longest S, longest T): the first sums to 1 over the source, the second over the target; 0 beyond the end of a side.
    """
    scores = pad_sequence(list(source), True) @ pad_sequence(list(target), True).transpose(1, 2)
    beyond = [pad_sequence([states.new_zeros(len(states)) for states in side], True, 1).bool() for side in (source, target)]
    outside = beyond[0][:, :, None] | beyond[1][:, None]
    scores = scores.masked_fill(outside, torch.finfo(scores.dtype).min)
    return scores.softmax(1).masked_fill(outside, 0), scores.softmax(2).masked_fill(outside, 0)
