"""Hardest negatives: is this sentence the translation? A yes or no for each pair, and a no for the worst rival on either side."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn

from ..attention import SENTENCES
from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..pooling import sentence_means
from ..words import text_hashes
from .contract import Coupled, Pooled, Scored, Setup
from .contrast import duplicates
from .layers import checked_layer


class HardNeg(Coupled):
    """Idea: each sentence says yes to its translation, and no to the one other sentence of the step that it is most taken with.

    Cite: the loss of CAMP (Wang et al. 2019, ICCV) with which ERNIE-M (arXiv 2012.15674) was tuned for Tatoeba; that paper names no
        score, so p = sigmoid(a * cosine + b) over sentences that are encoded apart is ours, as is the mean over pairs.
    Eats: bitext.
    Relations: `contrast` weighs all sentences of the step by a softmax, this sees the worst one only.
    Trap: the larger the step, the likelier its hardest negative is another good translation: equal sentences are spared, paraphrases
        are not; and as long as all cosines are alike, a and b learn and the encoder does not.
    """

    def __init__(self, *, layer: int | None = None) -> None:
        """`layer`: whose mean states are compared, 0 for the embeddings; None: the last."""
        super().__init__()
        self._layer = layer

    def build(self, setup: Setup) -> None:
        self.layer = checked_layer("hardneg", self._layer, 1, setup.encoder)
        self.scale, self.shift = nn.Parameter(torch.tensor(10.0)), nn.Parameter(torch.tensor(-5.0))

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, joint=False)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        return replace(batch, texts=text_hashes(batch))

    def pool(self, encoder: TransformersEncoder, batch: Batch) -> Pooled:
        """Mean states (S, H) of all sentences."""
        return Pooled((sentence_means(encoder.all_states(batch, SENTENCES)[self.layer], batch),))

    def score(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        """Mean over the pairs of the step."""
        x, y = nn.functional.normalize(states[0], dim=-1).unflatten(0, (-1, 2)).unbind(1)
        same = duplicates(batch.given("texts").unflatten(0, (-1, 2)))
        logits = self.scale * (x @ y.T) + self.shift
        nearest = (logits.diagonal() >= logits.amax(1)).to(logits.dtype).mean()
        metrics = {"accuracy": nearest, "scale": self.scale.detach().clone(), "shift": self.shift.detach().clone()}
        return hardest_negatives(logits, same).mean(), metrics


def hardest_negatives(logits: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """- 2 log p_ii - log(1 - max_j p_ij) - log(1 - max_j p_ji), (n,) in nats, of p = sigmoid of logits (n, n), j != i.

    Pairs with same[i, j] (n, n) share a sentence and are no negatives; a pair that is left without one loses what it says of itself
    only. Raises IsoglossError for one pair alone.
    """
    if len(logits) == 1:
        raise IsoglossError("objective hardneg", "a step of one pair", "at least two: the other one is the negative", "Raise batch_tokens")
    log_sigmoid = nn.functional.logsigmoid  # finite where the probability is 0 or 1
    left_out = same | torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    negatives = logits.masked_fill(left_out, torch.finfo(logits.dtype).min)
    return -2 * log_sigmoid(logits.diagonal()) - log_sigmoid(-negatives.amax(1)) - log_sigmoid(-negatives.amax(0))
