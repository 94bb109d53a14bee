"""What every objective is: a loss over packed rows, or over what all rows of a step are summed up in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

import torch
from torch import nn

from ..batch import Batch, Layout, SpecialIds
from ..encoder import TransformersEncoder
from ..errors import IsoglossError
from ..language_embedding import LanguageEmbedding
from ..parallel import sum_over_ranks
from ..token_dictionary import TokenDictionary

FORWARD = 1 / 3  # of the operations of a forward and a backward pass

Scored = tuple[torch.Tensor, dict[str, torch.Tensor]]  # (loss in nats, what else to log)


@dataclass(frozen=True)
class Setup:
    """What an objective may know when it is built.

    languages: codes in the order of their numbers; pairs: numbers of the languages that have text in parallel; embedding: one vector
    per language, shared by all objectives that add it; dictionary: where the objective reads one.
    """

    encoder: TransformersEncoder
    special: SpecialIds
    languages: Sequence[str]
    pairs: Sequence[tuple[int, int]] = ()
    embedding: LanguageEmbedding | None = None
    dictionary: TokenDictionary | None = None


class Objective(nn.Module):
    """Keyword hyper-parameters with defaults; whatever parameters it owns are in checkpoints and never in the published encoder.

    The loop calls `build` once, lays out rows as `layout` says, and at each step `prepare` on the rows of the whole step, then
    `forward` on this rank's part of them, or on chunks of that. The mean of `forward` over the parts is the loss of the step,
    whatever their number. An objective without rows (`Entry.stream` is None) gets an empty batch.
    """

    @property
    def passes(self) -> float:
        """How often the encoder runs over the rows, forward and backward; a forward pass alone is FORWARD of that."""
        return 1.0

    def build(self, setup: Setup) -> None:
        """Make the parameters, which may depend on the encoder; keep what `forward` needs to know."""

    def layout(self, layout: Layout) -> Layout:
        """The layout of this objective's rows, from the defaults."""
        return layout

    def prepare(self, batch: Batch, special: SpecialIds, seed: tuple[int | str, ...]) -> Batch:
        """Hide and ask: all randomness from the keys of the cells and `seed` (`masking.py`)."""
        return batch

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        """(loss in nats, what else to log)."""
        raise NotImplementedError

    def after_step(self, encoder: TransformersEncoder) -> None:
        """Called once after each optimiser step, for what follows the weights (a momentum encoder, a queue)."""


@dataclass
class Pooled:
    """What a part of the rows adds to a coupled loss.

    states: tensors that are summed over the parts, zero for what stands elsewhere; loss, metrics: what this part loses by itself, as
    `Objective.forward` would return it.
    """

    states: tuple[torch.Tensor, ...]
    loss: torch.Tensor | None = None
    metrics: dict[str, torch.Tensor] = field(default_factory=dict)


class Coupled(Objective):
    """An objective whose loss couples all sentences of the step, so that it is no mean over parts: each part is pooled first."""

    def pool(self, encoder: TransformersEncoder, batch: Batch) -> Pooled:
        raise NotImplementedError

    def score(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        """The coupled loss from the states of all parts; of `batch` nothing but what is known of the whole step."""
        raise NotImplementedError

    def forward(self, encoder: TransformersEncoder, batch: Batch) -> Scored:
        pooled = self.pool(encoder, batch)
        loss, metrics = self._scored(pooled.states, batch)
        return (loss if pooled.loss is None else loss + pooled.loss), metrics | pooled.metrics

    def _scored(self, states: Sequence[torch.Tensor], batch: Batch) -> Scored:
        summed = [sum_over_ranks(state) for state in states]
        with torch.autocast(batch.ids.device.type, enabled=False):  # cosines over a small temperature are too much for half precision
            return self.score(summed, batch)


def backward(
    objective: Objective,
    encoder: TransformersEncoder,
    batch: Batch,
    scale: float,
    chunks: int = 1,
    context: Callable[[], AbstractContextManager] = nullcontext,
) -> Scored:
    """Add the gradients of scale * loss of this rank's rows, in so many chunks of rows; returns the loss and what to log, detached.

    A coupled loss is computed as GradCache does (Gao et al. 2021, arXiv 2101.06983): states without gradients, chunk by chunk; the
    loss and its gradient at the states; then each chunk once more, whose states are pulled along that gradient. So the number of
    sentences that a contrastive loss compares is no matter of memory. The random numbers of a chunk are the same both times.

    context: of the forward passes, such as autocast; no gradient is computed in it, or what was kept in fp32 would be in half precision.
    """
    if chunks == 1:
        with context():
            loss, metrics = objective(encoder, batch)
        (scale * loss).backward()
        return loss.detach(), metrics
    parts = [batch.part(number, chunks) for number in range(chunks)]
    if isinstance(objective, Coupled):
        return _backward_cached(objective, encoder, batch, parts, scale, context)
    scored = []
    for part in parts:
        with context():
            loss, metrics = objective(encoder, part)
        (scale / chunks * loss).backward()
        scored.append((loss.detach(), metrics))
    return _mean(scored)


def _backward_cached(
    objective: Coupled,
    encoder: TransformersEncoder,
    batch: Batch,
    parts: Sequence[Batch],
    scale: float,
    context: Callable[[], AbstractContextManager],
) -> Scored:
    device, random = batch.ids.device, []
    with torch.no_grad(), context():
        sums: list[torch.Tensor] = []
        for part in parts:
            random.append(_random_state(device))
            states = objective.pool(encoder, part).states
            sums = [total + state for total, state in zip(sums, states, strict=True)] if sums else list(states)
    leaves = [total.detach().requires_grad_(total.is_floating_point()) for total in sums]
    loss, metrics = objective._scored(leaves, batch)
    (scale * loss).backward()
    alone = []
    for part, state in zip(parts, random, strict=True):
        _set_random_state(device, state)
        with context():
            pooled = objective.pool(encoder, part)
        pulled = [(made * leaf.grad).sum() for made, leaf in zip(pooled.states, leaves, strict=True) if leaf.grad is not None]
        own = pooled.loss if pooled.loss is not None else torch.zeros((), device=device)
        torch.stack([*pulled, scale / len(parts) * own]).sum().backward()
        alone.append((own.detach(), pooled.metrics))
    separate, more = _mean(alone)
    return loss.detach() + separate, metrics | more


def _mean(scored: Sequence[Scored]) -> Scored:
    names = scored[0][1]
    means = {name: torch.stack([metrics[name].double() for _, metrics in scored]).mean() for name in names}
    return torch.stack([loss for loss, _ in scored]).mean(), means


def _random_state(device: torch.device) -> torch.Tensor:
    return torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()


def _set_random_state(device: torch.device, state: torch.Tensor) -> None:
    torch.cuda.set_rng_state(state, device) if device.type == "cuda" else torch.set_rng_state(state)


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """For a pass that teaches nothing: no gradients, and no dropout, so no random number is drawn. Each part then gets its mode back."""
    training = [part for part in module.modules() if part.training]
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for part in training:
            part.training = True


def checked_option(objective: str, option: str, given: str, allowed: Sequence[str]) -> str:
    """An option that is one of a few words. Raises IsoglossError for another."""
    if given not in allowed:
        raise IsoglossError(f"objective {objective}", f"{option}: {given}", f"allowed: {', '.join(allowed)}", "Correct it in the recipe")
    return given


def mean_token_loss(encoder: TransformersEncoder, states: torch.Tensor, batch: Batch) -> Scored:
    """(mean cross-entropy, accuracy and how many tokens are asked for) of the step: this part's share of it, times the number of parts."""
    if batch.total is None:
        raise ValueError("the batch was not prepared: it asks for nothing")
    loss, right = encoder.token_loss(states, batch)
    asked = batch.total.clamp(min=1)  # nothing is asked of a batch of unknown words
    return loss * batch.parts / asked, {"accuracy": right * batch.parts / asked, "asked": batch.total.to(loss.dtype)}
