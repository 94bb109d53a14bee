"""DICT-MLM: masked language modelling whose inputs, or answers, are now and then words of another language."""

from dataclasses import replace

import torch

from ..attention import SENTENCES
from ..batch import IGNORED, MASKED, Batch, SpecialIds
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..language_embedding import WHERE, LanguageEmbedding
from ..masking import draw, mask_tokens, salt, uniform
from ..words import first_cells
from .contract import Objective, Scored, Setup, checked_option, mean_token_loss

VARIANTS = ("input_swap", "label_swap")


class DictMLM(Objective):
    """Idea: a word's translation stands in its place, or is the answer, so that both must mean the same in context.

    Cite: Chaudhary et al. 2020 (DICT-MLM, arXiv 2010.12566): `label_swap`; ALIGN-MLM (arXiv 2211.08547) measures `input_swap`.
    Eats: mono, dictionary.
    Relations: `mlm` with a dictionary in it; `align` uses the same dictionary without any context.
    Trap: only words of one piece on both sides are swapped: `swapped` of the asked tokens says how many; and without the language
        embedding nothing tells `label_swap` in which language to answer.
    """

    key: torch.Tensor  # (M,) id * languages + language of every word of one piece, sorted
    image: torch.Tensor  # (M,) its translation
    spoken: torch.Tensor  # (M,) the translation's language

    def __init__(
        self,
        *,
        variant: str = "input_swap",
        swap: float = 0.5,
        language_embedding: str = "asked",
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        super().__init__()
        self.variant, self.swap = checked_option("dict_mlm", "variant", variant, VARIANTS), swap
        self.where = checked_option("dict_mlm", "language_embedding", language_embedding, WHERE)
        self.rate, self.keep, self.random = rate, keep, random

    def build(self, setup: Setup) -> None:
        if setup.dictionary is None:
            raise IsoglossError("objective dict_mlm", "has no dictionary", "one per pair", "Name one in pretrain.dictionary")
        entries = setup.dictionary
        single = ~entries.held_out & (entries.ids[0][:, 1] < 0) & (entries.ids[1][:, 1] < 0)
        words = [side[single, 0] for side in entries.ids]
        languages = [side[single] for side in entries.languages]
        self._languages = len(setup.languages)
        there_and_back = ((0, 1), (1, 0))
        key = torch.cat([words[a] * self._languages + languages[a] for a, _ in there_and_back])
        image, spoken = (torch.cat([values[b] for _, b in there_and_back]) for values in (words, languages))
        order = key.argsort(stable=True)
        for name, values in (("key", key), ("image", image), ("spoken", spoken)):
            self.register_buffer(name, values[order].contiguous(), persistent=False)  # a file, no state
        self.embedding: LanguageEmbedding | None = None
        if self.where != "none":
            self.embedding = setup.embedding

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        masked = mask_tokens(batch, special, seed, rate=self.rate, keep=self.keep, random=self.random)
        image, spoken = self._translations(batch, seed)
        swapped = (masked.role == MASKED) & (image >= 0) & (uniform(batch.key, salt(*seed, "swap")) < self.swap)
        hidden = replace(masked, language=torch.where(swapped, spoken, masked.language))
        if self.variant == "input_swap":
            return replace(hidden, ids=torch.where(swapped, image, masked.ids))
        return replace(hidden, labels=torch.where(swapped, image, masked.given("labels")))

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        """Mean cross-entropy in nats over the masked and swapped tokens."""
        added = None if self.embedding is None else self.embedding.added(batch, self.where)
        loss, metrics = mean_token_loss(encoder, encoder(batch, SENTENCES, added), batch)
        asked = batch.labels != IGNORED
        own = batch.languages[batch.sentence.clamp(min=0)]
        swapped = (asked & (batch.language != own)).sum() * batch.parts / batch.given("total").clamp(min=1)
        return loss, metrics | {"swapped": swapped}

    def _translations(self, batch: Batch, seed: tuple[int | str, ...]) -> tuple[torch.Tensor, torch.Tensor]:
        """For each cell one translation of its token, drawn from those of its word, and the number of its language; -1: none.

        A token that is part of a longer word has none.
        """
        first = first_cells(batch).flatten()
        sizes = torch.zeros_like(first).index_add_(0, first.clamp(min=0), (first >= 0).long())
        alone = (first >= 0) & (sizes[first.clamp(min=0)] == 1)
        wanted = (batch.ids * self._languages + batch.language).flatten()
        start, end = torch.searchsorted(self.key, wanted), torch.searchsorted(self.key, wanted, right=True)
        count = end - start
        chosen = start + draw(batch.key, salt(*seed, "translation")).flatten() % count.clamp(min=1)
        known = alone & (count > 0)
        at = chosen.clamp(max=max(len(self.key) - 1, 0))
        found = [torch.where(known, values[at], -1) if len(values) else torch.full_like(first, -1) for values in (self.image, self.spoken)]
        return found[0].view_as(batch.ids), found[1].view_as(batch.ids)
