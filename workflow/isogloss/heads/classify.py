"""Kind `classify`: the head, and how pairs of texts become its batches."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from ..encoder import load_classifier
from ..features import PairRow, pair_rows
from ..padding import BATCH_TOKENS, by_length, pad_rows
from ..tasks import Record, Task


class ClassifyHead:
    """A classifier over the state of the first token of a pair."""

    def load(self, task: Task, model: Path, *, trained: bool) -> nn.Module:
        """The encoder of a model directory under its trained head, or under a fresh one."""
        return load_classifier(model, task.labels, trained=trained)

    def rows(self, records: Sequence[Record], lang: str, tokenizer, max_length: int) -> list[PairRow]:
        return list(pair_rows([(record["text_a"], record["text_b"]) for record in records], tokenizer, max_length))

    def loss(
        self, task: Task, model: nn.Module, rows: Sequence[PairRow], records: Sequence[Record], pad: int, device: torch.device
    ) -> torch.Tensor:
        """Mean cross-entropy over pairs."""
        labels = torch.tensor([task.labels.index(records[row.record]["label"]) for row in rows])
        return nn.functional.cross_entropy(_logits(model, rows, pad, device), labels.to(device))

    @torch.inference_mode()
    def predict(
        self, task: Task, model: nn.Module, records: Sequence[Record], lang: str, tokenizer, max_length: int, device: torch.device
    ) -> list[Record]:
        """{id, pred: label} a record; of equal scores the label that comes first in the task."""
        model.eval()
        labels = [""] * len(records)
        for group in by_length(self.rows(records, lang, tokenizer, max_length), lambda row: len(row.ids), BATCH_TOKENS):
            best = _logits(model, group, tokenizer.pad_token_id, device).argmax(-1).tolist()
            for row, label in zip(group, best, strict=True):
                labels[row.record] = task.labels[label]
        return [{"id": record["id"], "pred": label} for record, label in zip(records, labels, strict=True)]


def _logits(model, rows: Sequence[PairRow], pad: int, device: torch.device) -> torch.Tensor:
    """(rows, labels), float32. Token types are for models that have two: XLM-R has one, whatever its tokenizer says."""
    ids, mask = pad_rows([row.ids for row in rows], pad)
    options = {}
    if model.config.type_vocab_size > 1:
        options["token_type_ids"] = pad_rows([row.types for row in rows], 0)[0].to(device)
    return model(input_ids=ids.to(device), attention_mask=mask.to(device), **options).logits.float()
