"""Heads: how a model meets a kind of task. The only code of fine-tuning and prediction that depends on the kind.

tag       token classification on the first piece of each word
retrieve  mean-pooled states of every layer, nearest neighbours by cosine; nothing is trained
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from .batch import IGNORED
from .encoder import load_tagger
from .features import Row, word_rows
from .metrics.retrieval import nearest
from .tasks import Record, Task
from .tasks.kinds import KINDS
from .vocab import encode_plain

BATCH_TOKENS = 8192  # padded tokens of a prediction batch


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


class RetrieveHead:
    """No parameters: sentences are embedded by every layer and searched by cosine."""

    @torch.inference_mode()
    def embed(self, model: nn.Module, texts: Sequence[str], tokenizer, max_length: int, device: torch.device) -> np.ndarray:
        """Mean of the states over all tokens, special ones included (XTREME): float32 (layers + 1, texts, H), embedding output first."""
        model.eval()
        encoded = [[tokenizer.cls_token_id, *ids[: max_length - 2], tokenizer.sep_token_id] for ids, _ in encode_plain(tokenizer, texts)]
        found: list[Any] = [None] * len(texts)
        for group in by_length(list(enumerate(encoded)), lambda item: len(item[1]), BATCH_TOKENS):
            ids, mask = pad_rows([ids for _, ids in group], tokenizer.pad_token_id)
            states = torch.stack(
                model(input_ids=ids.to(device), attention_mask=mask.to(device), output_hidden_states=True).hidden_states
            ).float()
            weight = mask.to(device).float()[None, :, :, None]
            pooled = ((states * weight).sum(2) / weight.sum(2)).cpu().numpy()
            for slot, (number, _) in enumerate(group):
                found[number] = pooled[:, slot]
        return np.stack(found, axis=1)

    def predict(self, model: nn.Module, taskdata: Path, lang: str, tokenizer, max_length: int, device: torch.device) -> list[Record]:
        """{id, direction, centred, pred: nearest id at layer 0..L} for both directions, with and without centring."""
        data = KINDS["retrieve"].read(taskdata, lang)
        query, corpus = (self.embed(model, list(side.values()), tokenizer, max_length, device) for side in (data.query, data.corpus))
        records: list[Record] = []
        for centred in (False, True):
            for direction, asking, asked, ids, answers in (
                ("en", query, corpus, data.query, data.corpus),
                ("xx", corpus, query, data.corpus, data.query),
            ):
                by_layer = np.stack([nearest(asking[layer], asked[layer], centred) for layer in range(len(asking))], axis=1)
                names = list(answers)
                records += [
                    {"id": key, "direction": direction, "centred": centred, "pred": [names[k] for k in best]}
                    for key, best in zip(ids, by_layer.tolist(), strict=True)
                ]
        return records


HEADS: Mapping[str, Any] = {"tag": TagHead(), "retrieve": RetrieveHead()}


def pad_rows(rows: Sequence[Sequence[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """ids (B, L) filled up with `pad`, and the mask (B, L) of what is not padding."""
    length = max(map(len, rows))
    ids = torch.tensor([[*row, *[pad] * (length - len(row))] for row in rows])
    return ids, torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in rows])


def by_length(items: Iterable[Any], length_of, budget: int) -> Iterator[list[Any]]:
    """Groups of similar length with at most `budget` padded tokens each (one item at least), shortest first."""
    group: list[Any] = []
    for item in sorted(items, key=length_of):
        if group and (len(group) + 1) * length_of(item) > budget:
            yield group
            group = []
        group.append(item)
    if group:
        yield group
