"""Kind `retrieve`: sentence embeddings of every layer and the nearest neighbours among them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..metrics.retrieval import nearest
from ..padding import BATCH_TOKENS, by_length, pad_rows
from ..tasks import Record
from ..tasks.kinds import KINDS
from ..vocab import encode_plain


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
