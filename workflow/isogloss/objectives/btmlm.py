"""Back-translation masked language modelling: a sentence beside a few words of a translation that the model makes up itself."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ..attention import ACROSS, PAIRS
from ..batch import IGNORED, MASKED, SLOT, SPECIAL, TOKEN, Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..language_embedding import WHERE, LanguageEmbedding
from ..masking import draw, emptied, mask_tokens, origins_of_slots, salt
from .contract import FORWARD, Objective, Scored, Setup, checked_option, evaluating, mean_token_loss

POSITIONS = ("contiguous", "random")


class BTMLM(Objective):
    """Idea: the model guesses words of a translation behind a sentence, then reads hidden words of the sentence off its own guess.

    Cite: Ouyang et al. 2021 (ERNIE-M, arXiv 2012.15674), figure 3: `<s> x </s> </s> h h </s>`, all h guessed at once, the likeliest each.
    Eats: mono.
    Relations: `camlm` teaches the guessing, which is its rule over x and placeholders; until `start` and without the h this is `mlm`.
    Trap: the guesses may all be one frequent word: `collapse` near 1; and without the language embedding nothing says which language.
    """

    partners: torch.Tensor  # (languages, most): the languages that a sentence of one may be translated into, 0 behind the last
    partner_counts: torch.Tensor
    never: torch.Tensor

    def __init__(
        self,
        *,
        ratio: float = 0.15,
        start: float = 0.2,
        pseudo_positions: str = "contiguous",
        language_embedding: str = "asked",
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        """`ratio`: words guessed for each of the sentence; `start`: share of the training before the first guess; `pseudo_positions`:
        the guesses are the first words of the translation, or any of as many as the sentence has."""
        super().__init__()
        self.positions = checked_option("btmlm", "pseudo_positions", pseudo_positions, POSITIONS)
        self.where = checked_option("btmlm", "language_embedding", language_embedding, WHERE)
        self.ratio, self.start = ratio, start
        self.rate, self.keep, self.random = rate, keep, random

    @property
    def passes(self) -> float:
        return 1 + (1 - self.start) * FORWARD

    def build(self, setup: Setup) -> None:
        """Raises IsoglossError if there is no second language."""
        if len(setup.languages) < 2:
            raise IsoglossError("objective btmlm", "one language", "two or more", "Give it text in another language")
        self.embedding: LanguageEmbedding | None = setup.embedding if self.where != "none" else None
        self.last_position = setup.encoder.model.config.max_position_embeddings - 1
        found = partners(len(setup.languages), setup.pairs)
        table = nn.utils.rnn.pad_sequence([torch.tensor(others) for others in found], batch_first=True)
        of_recipe = {"partners": table, "partner_counts": torch.tensor([len(others) for others in found])}
        for name, values in (of_recipe | {"never": torch.tensor(setup.special.all_special)}).items():
            self.register_buffer(name, values, persistent=False)

    def layout(self, layout: Layout) -> Layout:
        own = replace(layout, slot_rate=self.ratio, slot_marks=2)
        self.most = most_placeholders(own)
        return own

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        begun = batch.done >= self.start
        given = self._with_placeholders(batch, special, seed) if begun else emptied(batch, batch.role == SLOT, special)
        return mask_tokens(given, special, seed, rate=self.rate, keep=self.keep, random=self.random)

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        """Mean cross-entropy in nats over the masked tokens of the sentences. `collapse`: the chance that two guesses are the same."""
        clear = replace(batch, ids=batch.given("clean"), role=torch.where(batch.role == MASKED, TOKEN, batch.role))
        added = None if self.embedding is None else self.embedding.added(clear, self.where)
        metrics = {}
        if batch.done >= self.start:
            cells, tokens = self._guesses(encoder, clear, added)
            metrics = {"collapse": collision(tokens, cells < batch.ids.numel(), encoder.model.config.vocab_size)}
            batch = replace(batch, ids=written(batch.ids, cells, tokens))
        loss, more = mean_token_loss(encoder, encoder(batch, PAIRS, added), batch)
        return loss, more | metrics

    def _with_placeholders(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        """The slots behind each sentence as the second side of a pair, in a drawn language: a separator, placeholders, a separator."""
        slot = batch.role == SLOT
        mark = slot & ~(_moved(slot, 1) & _moved(slot, -1))
        sentence_key = batch.key - batch.positions  # one number per sentence: both count its cells
        own = batch.language.clamp(min=0)
        language = self.partners[own, draw(sentence_key, salt(*seed, "language")) % self.partner_counts[own]]
        opened = replace(
            batch,
            ids=torch.where(mark, special.sep, batch.ids),
            side=torch.where(slot, 1, batch.side),
            role=torch.where(mark, SPECIAL, batch.role),
            language=torch.where(slot, language, batch.language),
        )
        return opened if self.positions == "contiguous" else self._scattered(opened, mark, seed)

    def _scattered(self, batch: Batch, mark: torch.Tensor, seed: tuple[int | str, ...]) -> Batch:
        """Placeholders with any of the next s positions behind a sentence of s tokens, in order, as far as the encoder has them."""
        text, sentence = batch.role == TOKEN, batch.sentence.clamp(min=0)
        lengths = torch.zeros_like(batch.pair).index_add(0, sentence.flatten(), text.flatten().long())
        ahead = batch.positions + lengths[sentence] + 2  # of the i-th token's position it is the i-th behind the two separators
        origin = origins_of_slots(batch, text & (ahead < self.last_position), (*seed, "positions"))
        drawn = torch.where(origin >= 0, ahead.flatten()[origin.clamp(min=0)], batch.positions)
        closing = mark & _moved(batch.role == SLOT, 1)
        return replace(batch, positions=torch.where(closing, _moved(drawn, 1) + 1, drawn))

    def _guesses(self, encoder: TransformersEncoder, clear: Batch, added: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        """(cells (K,) of the placeholders, counted over all rows, and tokens (K,)); behind the last of them cells that there are not."""
        labels = torch.where(clear.role == SLOT, clear.ids, IGNORED)
        asking = replace(clear, labels=labels, most_labels=len(clear.ids) * self.most)
        cells, asked = asking.asked()
        with evaluating(encoder):
            tokens = encoder.best_tokens(encoder(asking, ACROSS, added).flatten(0, 1)[cells], self.never)
        return torch.where(asked == IGNORED, clear.ids.numel(), cells), tokens


def partners(languages: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """For each language the others that it has text in parallel with; all others where there are none."""
    both = {*pairs, *((b, a) for a, b in pairs)}
    others = [[b for b in range(languages) if b != a] for a in range(languages)]
    return [[b for b in others[a] if (a, b) in both] or others[a] for a in range(languages)]


def most_placeholders(layout: Layout) -> int:
    """How many placeholders a row can have at most, whatever its sentences are."""
    tokens = np.arange(1, layout.row_length + 1)
    slots = layout.slots(tokens)
    share = (slots - layout.slot_marks) / (tokens + layout.overhead(1) + slots)
    return int(share.max() * layout.row_length + 1e-6)


def written(ids: torch.Tensor, cells: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """(R, L): ids with tokens (K,) in some cells (K,), counted over all rows; a cell that there is not takes none."""
    spare = torch.cat([ids.flatten(), ids.new_zeros(1)])
    return spare.index_copy(0, cells, tokens)[:-1].view_as(ids)


def collision(tokens: torch.Tensor, counted: torch.Tensor, vocab_size: int) -> torch.Tensor:
    """The chance that two of the tokens (K,) that are counted, drawn without putting back, are the same; 0 for fewer than two."""
    counts = torch.zeros(vocab_size, dtype=torch.long, device=tokens.device).index_add_(0, tokens, counted.long())
    total = counts.sum()
    return (counts * (counts - 1)).sum().double() / (total * (total - 1)).clamp(min=1)


def _moved(cells: torch.Tensor, by: int) -> torch.Tensor:
    """(R, L): of each cell the value `by` cells before it in its row; zero where there is none."""
    moved = torch.zeros_like(cells)
    if by > 0:
        moved[:, by:] = cells[:, :-by]
    else:
        moved[:, :by] = cells[:, -by:]
    return moved
