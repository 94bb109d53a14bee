"""Kind `lexicon`: the words of the other language that are nearest to a word, by its input embeddings and in every layer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..metrics.lexicon import ANSWERS
from ..search import top_k_both
from ..sentences import embed_words
from ..tasks import Record
from ..tasks.kinds import KINDS


class LexiconHead:
    """No parameters: words are embedded out of context and searched by cosine among all words of the other side."""

    def predict(
        self, network: nn.Module, taskdata: Path, lang: str, tokenizer, max_length: int, device: torch.device, options: Mapping[str, Any]
    ) -> list[Record]:
        """{id: word, direction, pred: up to ten words, best first, by the static vectors and by layer 0..L} for both directions."""
        kind = KINDS["lexicon"]
        entries = kind.read(taskdata, lang)
        sides = [list(kind.questions(entries, way)) for way in ("en", "xx")]
        english, foreign = (embed_words(network, words, tokenizer, max_length, device) for words in sides)
        spaces = [top_k_both(x.to(device), y.to(device), ANSWERS) for x, y in zip(english, foreign, strict=True)]
        records: list[Record] = []
        ways = (("en", *sides), ("xx", *reversed(sides)))
        for (way, asking, answers), found in zip(ways, zip(*spaces, strict=True), strict=True):
            nearest = torch.stack([index for _, index in found], 1).tolist()
            records += [
                {"id": word, "direction": way, "pred": [[answers[k] for k in best] for best in by_space]}
                for word, by_space in zip(asking, nearest, strict=True)
            ]
        return records
