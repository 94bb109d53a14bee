"""Kind `span`: the head, and how the answer is read off its scores of starts and ends."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from ..encoder import load_reader
from ..features import NOTHING, Features, Row, rows_of
from ..padding import pad_rows
from ..tasks import Record, Task
from .network import groups, length, precise, run


class SpanHead:
    """Two scores a piece: that the answer starts there, that it ends there (Devlin et al. 2019, section 4.2)."""

    def __init__(self, n_best: int = 20, max_answer: int = 30) -> None:
        self.n_best, self.max_answer = n_best, max_answer

    def load(self, task: Task, model: Path, *, trained: bool) -> nn.Module:
        """The encoder of a model directory under its trained head, or under a fresh one."""
        return load_reader(model, trained=trained)

    def targets(self, rows: Sequence[Row]) -> int:
        """How many decisions are taught: a start and an end for each row."""
        return 2 * len(rows)

    def loss(self, network: nn.Module, rows: Sequence[Row], pad: int, device: torch.device) -> torch.Tensor:
        """Cross-entropy over the cells of a row, summed over starts and ends; where the row has no answer, its first cell is right."""
        output = run(network, rows, pad, device)
        cells = torch.tensor([length(row) for row in rows], device=device)
        sides = zip(("first", "last"), (output.start_logits, output.end_logits), strict=True)
        return torch.stack([_side_loss(logits, rows, name, cells) for name, logits in sides]).sum()

    @torch.inference_mode()
    def predict(
        self, task: Task, network: nn.Module, features: Features, records: Sequence[Record], lang: str, pad: int, device: torch.device
    ) -> list[Record]:
        """{id, pred: text of the context} a record: the best of all windows; "" where no piece of the context could be read."""
        network.eval()
        best: list[tuple[float, int, int]] = [(float("-inf"), 0, 0)] * len(records)
        for group in groups(rows_of([features])):
            output = run(network, group, pad, device)
            begin, end = (pad_rows([features.cells(row, name) for _, row in group], NOTHING)[0].to(device) for name in ("begin", "end"))
            score, first, last = self.best_spans(output.start_logits.float(), output.end_logits.float(), begin != NOTHING)
            found = score, begin.gather(1, first[:, None])[:, 0], end.gather(1, last[:, None])[:, 0]
            for (_, row), span in zip(group, zip(*(part.tolist() for part in found), strict=True), strict=True):
                record = features.of(row, "record")
                if span[0] > best[record][0]:
                    best[record] = span
        return [
            {"id": record["id"], "pred": record["context"][start:end].strip()}
            for record, (_, start, end) in zip(records, best, strict=True)
        ]

    def best_spans(self, starts: torch.Tensor, ends: torch.Tensor, inside: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(score, first cell, last cell) of the best span of each row (B, L).

        It is, of the `n_best` best starts and ends inside the context, the pair with the highest sum that is in order and not too long.
        Of equal ones that with the best start wins, then the leftmost start, then the same of ends. The score is -inf where there is none.
        """
        count = min(self.n_best, starts.shape[1])
        (left, first), (right, last) = (_top(scores.masked_fill(~inside, float("-inf")), count) for scores in (starts, ends))
        pieces = last[:, None, :] - first[:, :, None] + 1
        sums = (left[:, :, None] + right[:, None, :]).masked_fill((pieces < 1) | (pieces > self.max_answer), float("-inf"))
        score, best = sums.flatten(1).max(1)
        rows = torch.arange(len(best), device=best.device)
        return score, first[rows, best // count], last[rows, best % count]


def _side_loss(logits: torch.Tensor, rows: Sequence[Row], name: str, cells: torch.Tensor) -> torch.Tensor:
    places = torch.tensor([features.of(row, name) for features, row in rows], device=logits.device)
    padding = torch.arange(logits.shape[1], device=logits.device) >= cells[:, None]
    return nn.functional.cross_entropy(precise(logits).masked_fill(padding, float("-inf")), places, reduction="sum")


def _top(scores: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The best of each row, of equal ones the leftmost first."""
    values, places = scores.sort(dim=1, descending=True, stable=True)
    return values[:, :count], places[:, :count]
