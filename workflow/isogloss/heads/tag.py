"""Kind `tag`: the head, and how sentences of words become its batches."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from ..batch import IGNORED
from ..encoder import load_tagger
from ..features import Row, word_rows
from ..padding import BATCH_TOKENS, by_length, pad_rows
from ..tasks import Record, Task


class TagHead:
    """A linear layer over the states of each word's first piece."""

    def load(self, task: Task, model: Path, *, trained: bool) -> nn.Module:
        """The encoder of a model directory under its trained head, or under a fresh one."""
        return load_tagger(model, task.labels, trained=trained)

    def rows(self, records: Sequence[Record], lang: str, tokenizer, max_length: int) -> list[Row]:
        return list(word_rows([record["tokens"] for record in records], lang, tokenizer, max_length))

    def loss(
        self, task: Task, model: nn.Module, rows: Sequence[Row], records: Sequence[Record], pad: int, device: torch.device
    ) -> torch.Tensor:
        """Mean cross-entropy over words; of words that share a piece the first teaches."""
        ids, mask = pad_rows([row.ids for row in rows], pad)
        labels = torch.full(ids.shape, IGNORED)
        for k, row in enumerate(rows):
            for word, place in zip(reversed(row.words), reversed(row.places), strict=True):
                labels[k, min(place, len(row.ids) - 2)] = task.labels.index(records[row.record]["tags"][word])
        logits = model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
        return nn.functional.cross_entropy(logits.float().flatten(0, 1), labels.to(device).flatten(), ignore_index=IGNORED)

    @torch.inference_mode()
    def predict(
        self, task: Task, model: nn.Module, records: Sequence[Record], lang: str, tokenizer, max_length: int, device: torch.device
    ) -> list[Record]:
        """{id, pred: tags} a record."""
        model.eval()
        rows = self.rows(records, lang, tokenizer, max_length)
        tags: list[list[str]] = [[""] * len(record["tokens"]) for record in records]
        for group in by_length(rows, lambda row: len(row.ids), BATCH_TOKENS):
            ids, mask = pad_rows([row.ids for row in group], tokenizer.pad_token_id)
            best = model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits.argmax(-1).tolist()
            for row, labels in zip(group, best, strict=True):
                for word, place in zip(row.words, row.places, strict=True):
                    tags[row.record][word] = task.labels[labels[min(place, len(row.ids) - 2)]]
        return [{"id": record["id"], "pred": pred} for record, pred in zip(records, tags, strict=True)]
