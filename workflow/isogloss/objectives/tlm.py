"""Translation language modelling: masked language modelling over a sentence and its translation in one sequence."""

from dataclasses import replace

from ..attention import PAIRS
from ..batch import Batch, Layout
from ..encoder import TransformersEncoder
from ..language_embedding import LanguageEmbedding
from .contract import Scored, Setup, checked_option, mean_token_loss
from .mlm import MLM


class TLM(MLM):
    """Idea: a hidden word can be read off its translation, so both sides must speak one tongue inside the encoder.

    Cite: Lample & Conneau 2019 (XLM), with separators=2, reset_positions=True, language_embedding="all"; InfoXLM, with separators=1.
    Eats: bitext.
    Relations: `mlm` without a translation; `camlm` forbids a side to see its own hidden words' neighbours.
    Trap: needs many tokens before it shows; the two sides come in random order, or the first never learns to look right.
    """

    rule = PAIRS

    def __init__(
        self,
        *,
        separators: int = 2,
        reset_positions: bool = False,
        language_embedding: str = "none",
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        super().__init__(rate=rate, keep=keep, random=random)
        self.separators, self.reset_positions = separators, reset_positions
        self.where = checked_option("tlm", "language_embedding", language_embedding, ("none", "all"))
        self.embedding: LanguageEmbedding | None = None

    def build(self, setup: Setup) -> None:
        if self.where != "none":
            self.embedding = setup.embedding

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, separators=self.separators, reset_positions=self.reset_positions, shuffle_sides=True)

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        """Mean cross-entropy in nats over the masked tokens of both sides together."""
        added = None if self.embedding is None else self.embedding.added(batch, self.where)
        return mean_token_loss(encoder, encoder(batch, self.rule, added), batch)
