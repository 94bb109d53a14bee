"""Contrastive learning on translation pairs by sentence-transformers: its GradCache loss on mean-pooled states.

The loop is written out, because the package's own trainer needs `datasets` and tokenises every batch anew; it costs less than that.
"""

import random
import tempfile
from collections.abc import Iterator

import torch

from isogloss.device import autocast

from .meter import Meter
from .setup import Setup
from .trainer import Variant, tuned_variants

PAIRS = 256  # a step, so that every sentence has 255 negatives; the batch of a variant is what goes through the model at a time


def contrast_variants(setup: Setup) -> list[Variant]:
    return sorted({Variant(min(variant.batch, PAIRS), variant.attention) for variant in tuned_variants(setup)}, key=str)


def contrast(setup: Setup, variant: Variant, steps: int | None) -> "ContrastEngine":
    """CachedMultipleNegativesRankingLoss in bf16 where the processor has it, the pairs of a batch sorted by length.

    The loss does not depend on their order, and it drops the padding that a whole mini-batch shares.
    """
    return ContrastEngine(setup, variant)


class ContrastEngine:
    """Random batches of pairs, AdamW, gradients clipped at 1. No schedule: its loss is no masked-language-model loss."""

    model = None  # nothing to compare by masked language modelling

    def __init__(self, setup: Setup, variant: Variant) -> None:
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.losses import CachedMultipleNegativesRankingLoss
        from sentence_transformers.models import Pooling, Transformer

        self._setup, self._mini = setup, variant.batch
        with tempfile.TemporaryDirectory() as directory:
            setup.masked_lm().save_pretrained(directory)
            setup.tokenizer.save_pretrained(directory)
            encoder = Transformer(directory, model_kwargs={"attn_implementation": variant.attention})
        network = SentenceTransformer(modules=[encoder, Pooling(setup.shape.width, "mean")], device=str(setup.device))
        network.train()
        if setup.bf16:  # around `forward`, as accelerate does: the loss runs it again in its backward pass
            network.forward = autocast("bf16", setup.device)(network.forward)
        self._loss = CachedMultipleNegativesRankingLoss(network, mini_batch_size=variant.batch)
        self._parameters = list(network.parameters())
        self._optimizer = torch.optim.AdamW(self._parameters, lr=setup.learning_rate, weight_decay=0.01, fused=True)
        self._batches = self._endless(random.Random(setup.seed))

    def run(self, meter: Meter) -> None:
        while True:
            sides = list(zip(*next(self._batches), strict=True))
            for side in sides:
                meter.count(sum(map(len, side)), self._cells(side))
            self._loss([self._features(side) for side in sides], None).backward()
            torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
            self._optimizer.step()
            self._optimizer.zero_grad(set_to_none=True)
            if meter.step_done():
                return

    def _endless(self, rng: random.Random) -> Iterator[list[tuple[list[int], list[int]]]]:
        pairs = list(self._setup.sides)
        while True:
            rng.shuffle(pairs)
            for start in range(0, len(pairs) - PAIRS + 1, PAIRS):
                yield sorted(pairs[start : start + PAIRS], key=lambda pair: len(pair[0]) + len(pair[1]))

    def _features(self, side: tuple[list[int], ...]) -> dict[str, torch.Tensor]:
        padded = self._setup.tokenizer.pad({"input_ids": list(side)}, return_tensors="pt")
        return {name: tensor.to(self._setup.device) for name, tensor in padded.items()}

    def _cells(self, side: tuple[list[int], ...]) -> int:
        minis = [side[start : start + self._mini] for start in range(0, len(side), self._mini)]
        return sum(len(mini) * max(map(len, mini)) for mini in minis)
