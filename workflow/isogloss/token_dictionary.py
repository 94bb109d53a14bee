"""A dictionary as token ids: what ALIGN-MLM pulls together and DICT-MLM swaps."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .dictionaries import read_dictionary
from .errors import IsoglossError
from .languages import SPACELESS, base_language, parse_pair
from .vocab import encode_plain

MOST_PIECES = 8  # of a word; longer ones are left out
_BEFORE = "。"  # stands before a word of a language without spaces, which in running text has no space before it


class TokenDictionary:
    """Entries (N,), each a word in two languages.

    ids: (N, MOST_PIECES) int64 per side, -1 behind the last piece; languages: (N,) number per side; held_out: (N,) bool.
    """

    def __init__(self, ids: Sequence[np.ndarray], languages: Sequence[np.ndarray], held_out: np.ndarray) -> None:
        self.ids = tuple(torch.from_numpy(np.asarray(side, np.int64)) for side in ids)
        self.languages = tuple(torch.from_numpy(np.asarray(side, np.int64)) for side in languages)
        self.held_out = torch.from_numpy(np.asarray(held_out, bool))

    def __len__(self) -> int:
        return len(self.held_out)

    def used_ids(self) -> np.ndarray:
        """The ids that the entries are made of."""
        flat = torch.cat([side.flatten() for side in self.ids]).numpy()
        return np.unique(flat[flat >= 0])

    def renamed(self, small: Any) -> "TokenDictionary":
        """With other ids: `small` maps an array of old ones (`trim.Trimmed.small`)."""
        known = int(self.ids[0][0, 0])  # stands in for no piece
        sides = [side.numpy() for side in self.ids]
        ids = [np.where(side >= 0, small(np.where(side >= 0, side, known)), -1) for side in sides]
        return TokenDictionary(ids, [side.numpy() for side in self.languages], self.held_out.numpy())


def read_token_dictionary(paths: Mapping[str, Path], tokenizer, languages: Sequence[str]) -> TokenDictionary:
    """The entries of dictionary artifacts, pair -> file, as ids of a vocabulary. Words with an unknown piece are left out.

    Raises IsoglossError if no entry is left to learn from.
    """
    sides: list[list[np.ndarray]] = [[], []]
    numbers: list[list[np.ndarray]] = [[], []]
    held_out: list[np.ndarray] = []
    for pair, path in sorted(paths.items()):
        entries = read_dictionary(path)
        codes = parse_pair(pair)
        ids = [
            _pieces([getattr(entry, side) for entry in entries], code, tokenizer) for side, code in zip(("src", "tgt"), codes, strict=True)
        ]
        whole = (ids[0][:, 0] >= 0) & (ids[1][:, 0] >= 0)
        for side in (0, 1):
            sides[side].append(ids[side][whole])
            numbers[side].append(np.full(int(whole.sum()), languages.index(codes[side])))
        held_out.append(np.array([entry.split != "train" for entry in entries], bool)[whole])
    found = TokenDictionary([np.concatenate(side) for side in sides], [np.concatenate(side) for side in numbers], np.concatenate(held_out))
    if bool(found.held_out.all()):
        where = ", ".join(str(path) for path in paths.values())
        raise IsoglossError(where, "no training entry whose words the vocabulary can spell", "at least one", "Give a larger dictionary")
    return found


def _pieces(words: Iterable[str], lang: str, tokenizer) -> np.ndarray:
    """(N, MOST_PIECES) ids as the words have them in running text, -1 behind them; all -1 for a word that cannot be spelt."""
    words = list(words)
    ids = np.full((len(words), MOST_PIECES), -1, np.int64)
    before = _BEFORE if base_language(lang) in SPACELESS else ""
    for number, (pieces, spans) in enumerate(encode_plain(tokenizer, [before + word for word in words])):
        own = [piece for piece, (start, _) in zip(pieces, spans, strict=True) if start >= len(before)]
        if 0 < len(own) <= MOST_PIECES and tokenizer.unk_token_id not in own:
            ids[number, : len(own)] = own
    return ids
