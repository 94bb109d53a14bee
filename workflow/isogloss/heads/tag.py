"""Kind `tag`: the head, and what it makes of rows of words."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from ..encoder import load_tagger
from ..features import NOTHING, Features, Row, rows_of
from ..padding import pad_rows
from ..probe import Probe
from ..tasks import Record, Task
from .network import groups, precise, run


class TagHead:
    """A linear layer over the states of each word's first piece."""

    pooled = False

    def load(self, task: Task, model: Path, *, trained: bool) -> nn.Module:
        """The encoder of a model directory under its trained head, or under a fresh one."""
        return load_tagger(model, task.labels, trained=trained)

    def targets(self, rows: Sequence[Row]) -> int:
        """How many words are taught: of those that share a piece the first."""
        return sum(int((features.cells(row, "label") != NOTHING).sum()) for features, row in rows)

    def loss(self, network: nn.Module, rows: Sequence[Row], pad: int, device: torch.device) -> torch.Tensor:
        """Cross-entropy summed over the words that are taught, and over the layers of a probe."""
        logits = precise(run(network, rows, pad, device).logits)
        labels, _ = pad_rows([features.cells(row, "label") for features, row in rows], NOTHING)
        asked = labels.to(device).expand(logits.shape[:-1])
        return nn.functional.cross_entropy(logits.flatten(0, -2), asked.flatten(), ignore_index=NOTHING, reduction="sum")

    @torch.inference_mode()
    def predict(
        self, task: Task, network: nn.Module, features: Features, records: Sequence[Record], lang: str, pad: int, device: torch.device
    ) -> list[Record]:
        """{id, pred: tags} a record; of a probe tags of layer 0..L."""
        network.eval()
        layers = network.layers if isinstance(network, Probe) else 1
        tags = [[[""] * len(record["tokens"]) for record in records] for _ in range(layers)]
        for group in groups(rows_of([features])):
            best = run(network, group, pad, device).logits.argmax(-1)
            for layer, labels in enumerate(best.view(layers, *best.shape[-2:]).tolist()):
                for (_, row), found in zip(group, labels, strict=True):
                    said = tags[layer][features.of(row, "record")]
                    for word, place in zip(features.words(row, "word").tolist(), features.words(row, "place").tolist(), strict=True):
                        said[word] = task.labels[found[place]]
        answers = zip(*tags, strict=True)
        return [
            {"id": record["id"], "pred": list(pred) if isinstance(network, Probe) else pred[0]}
            for record, pred in zip(records, answers, strict=True)
        ]
