"""Kind `align`: the words of a pair that the states of each layer find alike; nothing is trained."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..aligners.contract import BOTH, Candidates
from ..aligners.embeddings import CHUNK, Embedder, chunks, embed_sides
from ..aligners.encoder import link_words
from ..languages import with_pivot
from ..tasks import Record
from ..tasks.kinds import KINDS


class AlignHead:
    """No parameters: the links of awesome-align (aligners/encoder.py) in every layer."""

    def predict(
        self, network: nn.Module, taskdata: Path, lang: str, tokenizer, max_length: int, device: torch.device, options: Mapping[str, Any]
    ) -> list[Record]:
        """{id, pred: links [[i, j], ...] between tokens at layer 0..L}, sorted; the sides in alphabetical order of their languages."""
        records, embed = KINDS["align"].read(taskdata, lang), Embedder(network, tokenizer, max_length)
        found: list[tuple[Candidates, ...]] = []
        layers: int = network.config.num_hidden_layers + 1  # type: ignore[union-attr, operator, assignment]
        for chunk in chunks([(record["src"], record["tgt"]) for record in records], CHUNK // layers):
            source, target = embed_sides(embed, chunk, with_pivot(lang))
            found += zip(*(link_words(source, target, layer) for layer in range(layers)), strict=True)
        return [{"id": record["id"], "pred": [*map(_links, by_layer)]} for record, by_layer in zip(records, found, strict=True)]


def _links(candidates: Candidates) -> list[list[int]]:
    return [[i, j] for i, j, direction, _ in zip(*candidates, strict=True) if direction == BOTH]
