"""Translation language modelling: masked language modelling over a sentence and its translation in one sequence."""

from dataclasses import replace

from ..attention import PAIRS
from ..batch import Layout
from .mlm import MLM


class TLM(MLM):
    """Idea: a hidden word can be read off its translation, so both sides must speak one tongue inside the encoder.

    Cite: Lample & Conneau 2019 (XLM); layout of InfoXLM with separators=1, of XLM with reset_positions=True.
    Eats: bitext.
    Relations: `mlm` without a translation; `camlm` forbids a side to see its own hidden words' neighbours.
    Trap: needs many tokens before it shows; the two sides come in random order, or the first never learns to look right.
    """

    rule = PAIRS

    def __init__(
        self, *, separators: int = 2, reset_positions: bool = False, rate: float = 0.15, keep: float = 0.1, random: float = 0.1
    ) -> None:
        super().__init__(rate=rate, keep=keep, random=random)
        self.separators, self.reset_positions = separators, reset_positions

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, separators=self.separators, reset_positions=self.reset_positions, shuffle_sides=True)
