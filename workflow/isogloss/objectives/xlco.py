"""XLCO: a sentence tells its translation, encoded by a slower self, from a queue of earlier ones."""

import copy
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn
from torch.distributed.tensor import DTensor

from ..attention import SENTENCES
from ..batch import PADDING, Batch, Layout, SpecialIds, begins
from ..encoder import TransformersEncoder, first_position
from ..errors import IsoglossError
from ..masking import draw, mask_tokens, salt
from .contract import FORWARD, Coupled, Pooled, Scored, Setup
from .layers import checked_layer

_LAST = torch.iinfo(torch.int64).max


class XLCO(Coupled):
    """Idea: the negatives are the translations of many steps back, kept in a queue, so that their number is no matter of the batch.

    Cite: Chi et al. 2021 (InfoXLM, arXiv 2007.07834): state of <s> at layer 8 of 12, masked input, dot products over .25, momentum.
        Its released code draws two pairs of the corpus for each mixed sequence; here they are neighbours in a packed row, whose
        sequences of two sentences fit the encoder's positions, and any other pair stays by itself. It fills the queue before training;
        here what is still empty is no negative. Its published runs have a queue of 131,072 and momentum .9999 (base).
    Eats: bitext.
    Relations: `contrast` has the step's own sentences as negatives and one encoder.
    Trap: the queue starts empty (`filled`), so the first step teaches nothing; and it must be short beside the corpus, half of its pairs
        at most, or a sentence meets its own translation there.
    """

    queue: torch.Tensor
    seen: torch.Tensor

    def __init__(
        self,
        *,
        layer: int | None = None,
        temperature: float = 0.25,
        queue: int = 4096,
        momentum: float = 0.999,
        mixup: bool = True,
        both: bool = False,
        rate: float = 0.15,
        keep: float = 0.1,
        random: float = 0.1,
    ) -> None:
        """`layer`: None: at 2/3 of the depth. `mixup`: two pairs are one, the order of their sentences drawn on each side. `both`: both
        sides of a pair ask for the other, and both go to the queue, for the price of one that is drawn (the released code)."""
        super().__init__()
        if queue < 1:
            raise IsoglossError("objective xlco", f"queue: {queue}", "1 or more", "Correct it in the recipe")
        self._layer, self._size = layer, queue
        self.temperature, self.momentum, self.mixup, self.both = temperature, momentum, mixup, both
        self.rate, self.keep, self.random = rate, keep, random

    @property
    def passes(self) -> float:
        return 1 + FORWARD

    def build(self, setup: Setup) -> None:
        encoder, width = setup.encoder, setup.encoder.width
        self.layer = checked_layer("xlco", self._layer, 2 / 3, encoder)
        config = encoder.model.config
        self._first_position = first_position(config)
        self._longest = config.max_position_embeddings - self._first_position
        self.projection = nn.Linear(width, width, bias=False)
        nn.init.normal_(self.projection.weight, std=0.02)
        self.slow, self.slow_projection = copy.deepcopy(encoder), copy.deepcopy(self.projection)
        self.slow.requires_grad_(False).eval()
        self.slow_projection.requires_grad_(False)
        self.register_buffer("queue", torch.zeros(self._size, width))
        self.register_buffer("seen", torch.zeros((), dtype=torch.long))  # keys so far; the next one's place is `seen` mod the queue's size

    def train(self, mode: bool = True) -> "XLCO":
        """The slow encoder never drops anything out."""
        super().train(mode)
        self.slow.eval()
        return self

    def layout(self, layout: Layout) -> Layout:
        return replace(layout, joint=False)

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        longest = self._longest if self.mixup else 0
        mixed = mix_pairs(batch, longest, self._first_position, special.pad, seed)
        return mask_tokens(mixed, special, seed, rate=self.rate, keep=self.keep, random=self.random)

    def pool(self, encoder: TransformersEncoder, batch: Batch) -> Pooled:
        """States (S, H) of the first cells of all sequences, by the fast encoder and by the slow one."""
        if isinstance(next(encoder.parameters()), DTensor):
            raise IsoglossError("objective xlco", "hardware.parallel: fsdp", "ddp: the slow encoder is a whole one", "Use ddp")
        with torch.no_grad():
            keys = first_states(self.slow.all_states(batch, SENTENCES)[self.layer], batch)
        return Pooled((first_states(encoder.all_states(batch, SENTENCES)[self.layer], batch), keys))

    def score(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        """Mean over the pairs of the step, mixed ones counting once."""
        fast, slow = (pooled.unflatten(0, (-1, 2)) for pooled in states)
        pair = batch.pair[::2]
        asked = pair == torch.arange(len(pair), device=pair.device)  # of two mixed pairs the first stands for both
        queries, answers = fast[:, 0], slow[:, 1].detach()
        if self.both:
            queries, answers, asked = torch.cat([queries, fast[:, 1]]), torch.cat([answers, slow[:, 0].detach()]), asked.repeat(2)
        self._answers = answers, asked  # of this step, for `after_step`
        losses, margins = against_queue(
            self.projection(queries), self.slow_projection(answers), self.queue, self.seen.clamp(max=len(self.queue)), self.temperature
        )
        with torch.no_grad():
            found = {"accuracy": (margins > 0).to(losses.dtype), "margin": margins}
            metrics = {name: _mean(values, asked) for name, values in found.items()}
            metrics["filled"] = (self.seen / len(self.queue)).clamp(max=1)
        return _mean(losses, asked), metrics

    @torch.no_grad()
    def after_step(self, encoder: TransformersEncoder) -> None:
        """Answers to the queue, by the slow weights that the loss saw; then these follow the fast ones."""
        # Only the fast projection is inherited (`inheritance.py`). The first step's loss is 0 by whichever, for the queue is empty.
        first = self.seen == 0
        self.slow_projection.weight.copy_(torch.where(first, self.projection.weight, self.slow_projection.weight))
        answers, asked = self._answers
        keys = self.slow_projection(answers)
        self.queue.copy_(enqueued(self.queue, self.seen, keys, asked))
        self.seen += asked.sum()
        for slow, fast in ((self.slow, encoder), (self.slow_projection, self.projection)):
            torch._foreach_lerp_(list(slow.parameters()), list(fast.parameters()), 1 - self.momentum)


def against_queue(
    queries: torch.Tensor, keys: torch.Tensor, queue: torch.Tensor, filled: torch.Tensor, temperature: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropies (N,) in nats of each key among itself and the queue, and by how much it beats the best of the queue (N,).

    Logits are dot products over the temperature, of queries and keys (N, H) and the first `filled` rows of the queue (Q, H). While
    there are none, both are 0.
    """
    there = torch.arange(len(queue), device=queue.device) < filled
    negatives = (queries @ queue.T / temperature).masked_fill(~there, torch.finfo(queries.dtype).min)
    positives = (queries * keys).sum(1) / temperature
    losses = -nn.functional.logsigmoid(positives - negatives.logsumexp(1))
    return losses, torch.where(filled > 0, positives - negatives.amax(1), 0)


def enqueued(queue: torch.Tensor, seen: torch.Tensor, keys: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """The queue (Q, H) after the keys (N, H) that are asked (N,), of which the c-th goes to place (seen + c) mod Q; the last one stays.

    Written from the places, so that neither shapes nor the host depend on how many there are.
    """
    count, place = asked.sum(), torch.arange(len(queue), device=queue.device)
    number = count - 1 - (seen + count - 1 - place) % len(queue)  # the last c that goes to this place; negative: none does
    order = (~asked).long().argsort(stable=True)  # the asked keys first
    return torch.where((number >= 0)[:, None], keys[order[number.clamp(min=0)]].to(queue.dtype), queue)


def first_states(states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """State (S, H) of the first cell of each sentence, from (R, L, H); zero for one that is not in these rows. At least float32."""
    flat = states.flatten(0, 1)
    flat = flat.to(torch.promote_types(flat.dtype, torch.float32))
    at = torch.where(_begins(batch.sentence), batch.sentence + 1, 0).flatten()  # the first row takes all other cells
    return flat.new_zeros(len(batch.pair) + 1, flat.shape[1]).index_add(0, at, flat)[1:]


def mix_pairs(batch: Batch, longest: int, first: int, pad: int, seed: tuple[int | str, ...]) -> Batch:
    """Two pairs that follow each other in a row become one: `<s> x </s> x' </s>` and `<s> y' </s> y </s>`, order and sides drawn.

    Of the pairs of a row the first goes with the second, the third with the fourth, unless either sequence has more than `longest`
    cells; then both stay by themselves, and so does the last of an odd number. Sides are swapped at random either way. Sequences get
    the numbers of sentences: of two pairs p and p + 1 there are sentences 2p and 2p + 1, and none 2p + 2 and 2p + 3; `pair` says so.
    `first`: position id of a first cell.
    """
    pairs, device = len(batch.pair) // 2, batch.ids.device
    pair, side = torch.arange(pairs, device=device), torch.arange(2, device=device)
    opening = _first_cells(batch)
    row = torch.div(opening[::2], batch.ids.shape[1], rounding_mode="floor").contiguous()
    cells = torch.zeros(2 * pairs + 1, dtype=torch.long, device=device).index_add(
        0, batch.sentence.flatten() + 1, torch.ones_like(batch.sentence).flatten()
    )
    fits = (cells[1:] + cells[1:].roll(-2) - 1).view(pairs, 2).amax(1) <= longest  # the second <s> falls away
    even = (pair - torch.searchsorted(row, row)) % 2 == 0
    leads = even & (row == row.roll(-1)) & (pair < pairs - 1) & fits
    follows = leads.roll(1)
    leader = pair - follows.long()
    # Three bits of each unit, (P, 2): which sentence comes first on either side, and whether the sides are swapped.
    bits = draw(batch.key.flatten()[opening[2 * leader]], salt(*seed, "mix"))[:, None]
    turned, swapped = (bits >> side) & 1, (bits >> 2) & 1
    place = torch.where(leads[leader][:, None], follows[:, None] ^ turned, 0).flatten()
    number = (2 * leader[:, None] + (side ^ swapped)).flatten()
    mixed = _rearranged(batch, place, number, opening, first, pad)
    spoken = batch.languages[(2 * pair[:, None] + (side ^ swapped)).flatten()]  # of a mixed sequence the language of one of the two
    return replace(mixed, pair=leader.repeat_interleave(2), languages=spoken)


def _rearranged(batch: Batch, place: torch.Tensor, number: torch.Tensor, opening: torch.Tensor, first: int, pad: int) -> Batch:
    """Each sentence (S,) as the first or second of sequence `number` (S,), which `place` (S,) says; sequences of a row in their order."""
    at, (rows, length) = batch.sentence.clamp(min=0), batch.ids.shape
    cell = torch.arange(rows * length, device=at.device).view(rows, length)
    there = (batch.sentence >= 0) & ~((place[at] == 1) & (cell == opening[at]))
    order = torch.where(there, 2 * number[at] + place[at], _LAST).argsort(dim=1, stable=True)

    def moved(values: torch.Tensor, padding: int) -> torch.Tensor:
        return torch.where(there, values, padding).gather(1, order)

    sentence = moved(number[at], -1)
    column = torch.arange(length, device=at.device).repeat(rows, 1)
    begin = torch.where(_begins(sentence), column, 0).cummax(1).values
    return replace(
        batch,
        ids=moved(batch.ids, pad),
        positions=torch.where(sentence >= 0, column - begin, 0) + first,
        sentence=sentence,
        side=torch.where(sentence >= 0, sentence % 2, 0),
        role=moved(batch.role, PADDING),
        language=moved(batch.language, -1),
        word=moved(batch.word, -1),
        key=batch.key.gather(1, order),
    )


def _first_cells(batch: Batch) -> torch.Tensor:
    """(S,) the number of the first cell of each sentence, counted over all rows."""
    opens, cell = _begins(batch.sentence).flatten(), torch.arange(batch.ids.numel(), device=batch.ids.device)
    return torch.zeros(len(batch.pair) + 1, dtype=torch.long, device=cell.device).index_add(
        0, torch.where(opens, batch.sentence.flatten() + 1, 0), cell
    )[1:]


def _begins(sentence: torch.Tensor) -> torch.Tensor:
    """(R, L) bool: the first cell of each sentence."""
    return begins(sentence) & (sentence >= 0)


def _mean(values: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    return torch.where(asked, values, 0).sum() / asked.sum().clamp(min=1)
