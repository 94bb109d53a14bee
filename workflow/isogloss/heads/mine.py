"""Kind `mine`: the sentences of two corpora that one layer of an encoder takes for translations, by margin."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..errors import IsoglossError
from ..metrics.retrieval import headline_layer
from ..search import margin_candidates
from ..sentences import embed
from ..tasks import Record
from ..tasks.kinds import KINDS


class MineHead:
    """No parameters: sentences are embedded by one layer and paired by margin."""

    def predict(
        self, network: nn.Module, taskdata: Path, lang: str, tokenizer, max_length: int, device: torch.device, options: Mapping[str, Any]
    ) -> list[Record]:
        """{id: split, layer, centred, pred: [[foreign id, English id, score], ...]} of dev, if there is one, and test, best pairs first.

        A text that occurs more than once on its side is mined once and then left out, for it has no one id (LASER).

        Args:
            options: {pooling} of `sentences.embed`; {layer}, an index into `hidden_states` or "auto", two thirds up; {neighbours, margin,
                pairing} of `search.margin_candidates`.
        """
        kind, layer = KINDS["mine"], _layer(network, options["layer"])
        records: list[Record] = []

        @cache  # where one published set became dev and test, both have its whole English side
        def vectors(texts: tuple[str, ...]) -> torch.Tensor:
            return embed(network, texts, tokenizer, max_length, device, options["pooling"], [layer])[0].to(device)

        for split in kind.splits(taskdata, lang):
            data = kind.read(taskdata, lang, split)
            texts = [tuple(dict.fromkeys(side.values())) for side in (data.query, data.corpus)]
            ids = [
                [kind.once(side).get(text) for text in distinct] for side, distinct in zip((data.query, data.corpus), texts, strict=True)
            ]
            query, corpus = map(vectors, texts)
            for centred in (False, True):
                found = margin_candidates(query, corpus, options["neighbours"], options["margin"], options["pairing"], centred=centred)
                named = ((ids[0][i], ids[1][j], score) for i, j, score in zip(*(part.tolist() for part in found), strict=True))
                pred = [[left, right, score] for left, right, score in named if left is not None and right is not None]
                records.append({"id": split, "layer": layer, "centred": centred, "pred": pred})
        return records


def _layer(network: nn.Module, asked: int | str) -> int:
    depth: int = network.config.num_hidden_layers  # type: ignore[union-attr, assignment]
    layer = headline_layer(depth) if asked == "auto" else int(asked)
    if not 0 <= layer <= depth:
        raise IsoglossError("retrieval.layer", f"the model has no layer {layer}", f"0 (the embeddings) to {depth}", "Choose one of them")
    return layer
