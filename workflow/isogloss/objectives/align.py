"""ALIGN-MLM: the word embeddings of a dictionary's two sides are pulled together."""

import torch
from torch import nn

from ..batch import Batch
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from .contract import Objective, Scored, Setup, checked_option
from .vectors import off_pair_cosine, precision_at_1

MOST_SOUGHT = 512  # held-out entries that are sought among each other at each step
DISTANCES = ("cosine", "l2")


class Align(Objective):
    """Idea: translations get one word embedding, and the layers above then treat the languages as one.

    Cite: ALIGN-MLM (arXiv 2211.08547): L_MLM - (alpha / |D|) * sum of cos(E[a], E[b]), with alpha = 10 as this objective's weight.
    Eats: dictionary.
    Relations: `dict_mlm` shows the model translations in context; `contrast` ties states, this ties the table itself.
    Trap: nothing pushes apart, so all embeddings may fall together: watch `off_pair`; and D is learnt by heart: watch `held_out`.
    """

    def __init__(self, *, distance: str = "cosine") -> None:
        super().__init__()
        self.distance = checked_option("align", "distance", distance, DISTANCES)

    def build(self, setup: Setup) -> None:
        entries = setup.dictionary
        if entries is None:
            raise IsoglossError("objective align", "has no dictionary", "one per pair", "Name one in pretrain.dictionary")
        self.learnt, self.held_out = (
            Words(torch.cat([side[chosen] for side in entries.ids])) for chosen in (~entries.held_out, entries.held_out)
        )

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        """- mean cosine over the whole dictionary, or the mean squared distance; independent of the batch, in [-1, 1]."""
        weight = _whole(encoder.model.get_input_embeddings().weight)
        x, y = self.learnt(weight).chunk(2)
        cosines = nn.functional.cosine_similarity(x, y)
        loss = -cosines.mean() if self.distance == "cosine" else (x - y).square().sum(1).mean()
        with torch.no_grad():
            metrics = {"cosine": cosines.mean(), "off_pair": off_pair_cosine(x, y)}
            if len(self.held_out.counts):
                unseen = self.held_out(weight).chunk(2)
                metrics["held_out"] = nn.functional.cosine_similarity(*unseen).mean()
                metrics["held_out_found"] = precision_at_1(*(side[:MOST_SOUGHT] for side in unseen))
        return loss, metrics


class Words(nn.Module):
    """Words (N,) as the means of the embeddings of their pieces (N, P), -1 behind the last."""

    pieces: torch.Tensor  # (M,) ids of all pieces, one word after the other
    word: torch.Tensor  # (M,) which word each is of
    counts: torch.Tensor  # (N,)

    def __init__(self, ids: torch.Tensor) -> None:
        super().__init__()
        there = ids >= 0
        for name, values in (("pieces", ids[there]), ("word", there.nonzero()[:, 0]), ("counts", there.sum(1))):
            self.register_buffer(name, values, persistent=False)  # they are in a file, and no state

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """(N, H) from the embedding table (V, H); float32 at least."""
        rows = nn.functional.embedding(self.pieces, weight)
        rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
        return rows.new_zeros(len(self.counts), rows.shape[1]).index_add(0, self.word, rows) / self.counts[:, None]


def _whole(weight: torch.Tensor) -> torch.Tensor:
    """The embedding table, gathered where the ranks share it (FSDP)."""
    return weight.full_tensor() if hasattr(weight, "full_tensor") else weight
