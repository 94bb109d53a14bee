"""A vector per language, added to word embeddings while training; zero at first, so that nothing changes until it is learnt."""

import torch
from torch import nn

from .batch import MASKED, SLOT, Batch

WHERE = ("none", "asked", "all")


class LanguageEmbedding(nn.Embedding):
    """(languages, H), shared by all objectives of a training that add it, and never published with the encoder."""

    def __init__(self, languages: int, width: int) -> None:
        super().__init__(languages, width)
        nn.init.zeros_(self.weight)

    def added(self, batch: Batch, where: str) -> torch.Tensor | None:
        """(R, L, H) to add to the word embeddings; None for "none".

        "all": of every cell's language. "asked": only where a token is hidden or a slot stands for one, so that the encoder that is
        published, which has no such vectors, reads ordinary text as it always did.
        """
        if where == "none":
            return None
        chosen = (batch.language >= 0) & ((batch.role == SLOT) | (batch.role == MASKED) | (where == "all"))
        return self(batch.language.clamp(min=0)) * chosen[..., None]
