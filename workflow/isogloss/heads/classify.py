"""Kind `classify`: the head, and what it makes of pairs of texts."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from ..encoder import load_classifier
from ..features import Features, Row, rows_of
from ..probe import Probe
from ..tasks import Record, Task
from .network import groups, precise, run


class ClassifyHead:
    """A classifier over the state of the first token of a pair; a probe sees the mean of all states."""

    pooled = True

    def load(self, task: Task, model: Path, *, trained: bool) -> nn.Module:
        """The encoder of a model directory under its trained head, or under a fresh one."""
        return load_classifier(model, task.labels, trained=trained)

    def targets(self, rows: Sequence[Row]) -> int:
        """How many pairs are taught."""
        return len(rows)

    def loss(self, network: nn.Module, rows: Sequence[Row], pad: int, device: torch.device) -> torch.Tensor:
        """Cross-entropy summed over pairs, and over the layers of a probe."""
        logits = precise(run(network, rows, pad, device).logits)
        labels = torch.tensor([features.of(row, "label") for features, row in rows], device=device)
        return nn.functional.cross_entropy(logits.flatten(0, -2), labels.expand(logits.shape[:-1]).flatten(), reduction="sum")

    @torch.inference_mode()
    def predict(
        self, task: Task, network: nn.Module, features: Features, records: Sequence[Record], lang: str, pad: int, device: torch.device
    ) -> list[Record]:
        """{id, pred: label} a record, of a probe labels of layer 0..L; of equal scores the label that comes first in the task."""
        network.eval()
        found: list[list[int]] = [[]] * len(records)
        for group in groups(rows_of([features])):
            best = run(network, group, pad, device).logits.argmax(-1)
            for (_, row), labels in zip(group, best.view(-1, len(group)).T.tolist(), strict=True):
                found[features.of(row, "record")] = labels
        said = ([task.labels[label] for label in labels] for labels in found)
        return [
            {"id": record["id"], "pred": labels if isinstance(network, Probe) else labels[0]}
            for record, labels in zip(records, said, strict=True)
        ]
