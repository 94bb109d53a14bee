"""Kind `retrieve`: sentence embeddings of every layer and the nearest neighbours among them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..search import top_k_both
from ..sentences import embed
from ..tasks import Record
from ..tasks.kinds import KINDS


class RetrieveHead:
    """No parameters: sentences are embedded by every layer and searched by cosine."""

    def predict(
        self, network: nn.Module, taskdata: Path, lang: str, tokenizer, max_length: int, device: torch.device, options: Mapping[str, Any]
    ) -> list[Record]:
        """{id, direction, centred, pred: nearest id at layer 0..L} for both directions, with and without centring.

        Args:
            options: {pooling} of `sentences.embed`.
        """
        data = KINDS["retrieve"].read(taskdata, lang)
        query, corpus = (
            embed(network, list(side.values()), tokenizer, max_length, device, options["pooling"]) for side in (data.query, data.corpus)
        )
        records: list[Record] = []
        for centred in (False, True):
            layers = [top_k_both(x.to(device), y.to(device), 1, centred=centred) for x, y in zip(query, corpus, strict=True)]
            ways = (("en", data.query, list(data.corpus)), ("xx", data.corpus, list(data.query)))
            for (way, asking, answers), found in zip(ways, zip(*layers, strict=True), strict=True):
                nearest = torch.cat([index for _, index in found], 1).tolist()
                records += [
                    {"id": key, "direction": way, "centred": centred, "pred": [answers[k] for k in by_layer]}
                    for key, by_layer in zip(asking, nearest, strict=True)
                ]
        return records
