"""Cross-attention masked language modelling: hidden words are told from the translation alone."""

from dataclasses import replace

from ..attention import ACROSS, ACROSS_ALONE
from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..language_embedding import WHERE, LanguageEmbedding
from ..masking import fill_slots, mask_tokens
from .contract import Objective, Scored, Setup, checked_option, mean_token_loss

VARIANTS = ("slots", "in_place")


class CAMLM(Objective):
    """Idea: a word is predicted in a cell that sees the translation and no word of its own sentence, so meaning must cross over.

    Cite: Ouyang et al. 2021 (ERNIE-M, arXiv 2012.15674), figure 1c; variant in_place is what the formula beside the figure says.
    Eats: bitext.
    Relations: `tlm` also lets a hidden word see its own sentence; the sentences themselves are encoded as in `mlm`, unmasked.
    Trap: any cell that sees both sides leaks the answer, be it a shared <s>; what is hidden must be <mask>, for "keep" would show it.
    """

    def __init__(
        self,
        *,
        variant: str = "slots",
        same_sentence_slots: bool = True,
        language_embedding: str = "asked",
        rate: float = 0.15,
        separators: int = 2,
    ) -> None:
        """`variant`: slots stand behind a sentence that stays whole; in_place hides the tokens themselves, from both sides.
        `same_sentence_slots`: a hidden cell sees those of its sentence beside itself."""
        super().__init__()
        self.variant = checked_option("camlm", "variant", variant, VARIANTS)
        self.where = checked_option("camlm", "language_embedding", language_embedding, WHERE)
        self.rule = ACROSS if same_sentence_slots else ACROSS_ALONE
        self.rate, self.separators = rate, separators

    def build(self, setup: Setup) -> None:
        self.embedding: LanguageEmbedding | None = setup.embedding if self.where != "none" else None

    def layout(self, layout: Layout) -> Layout:
        slot_rate = self.rate if self.variant == "slots" else 0.0
        return replace(layout, separators=self.separators, shuffle_sides=True, slot_rate=slot_rate)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        if self.variant == "slots":
            return fill_slots(batch, special, seed)
        return mask_tokens(batch, special, seed, rate=self.rate, keep=0.0, random=0.0)

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        """Mean cross-entropy in nats over the hidden tokens of both sides together."""
        added = None if self.embedding is None else self.embedding.added(batch, self.where)
        return mean_token_loss(encoder, encoder(batch, self.rule, added), batch)
