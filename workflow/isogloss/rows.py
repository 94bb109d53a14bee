"""Packed examples + their stores -> a batch on the device: the sentence table, and the text it points into.

The text of a stream is read from its memory maps batch by batch; where it fits on the GPU it lies there as a whole, and a step
copies no more than the table.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from .batch import Batch, Layout, Table, lay_out
from .errors import IsoglossError
from .hashing import mix
from .masking import salt
from .streams import Packed, Part
from .tokens import TokenStore

BYTES = 8  # of a token on a device: id and word, int32
RESIDENT_SHARE = 0.1  # of a GPU's free memory that the text of one stream may take


class Rows:
    """Lays out packed examples of some parts on a device.

    Args:
        parts: what `Packed.part` counts in; one or two stores each.
        languages: codes in the order of their numbers in `Batch.language`.
        device: where the batches shall be.
        seed: of the drawn order of sides (`Layout.shuffle_sides`).
    Raises:
        IsoglossError: a store in a language that `languages` does not have.
    """

    def __init__(self, parts: Sequence[Part], layout: Layout, languages: Sequence[str], device: torch.device, seed: int) -> None:
        self.layout, self.device, self._salt = layout, device, salt(seed, "sides")
        self._parts = list(parts)
        self._stores = [[part.stores[side] for part in self._parts] for side in range(len(self._parts[0].stores))]
        self._languages = np.array([[_number(store, languages) for store in stores] for stores in self._stores])  # (sides, parts)
        self._text = _resident_text([store for stores in self._stores for store in stores], device)

    def batch(self, packed: Packed) -> Batch:
        """The rows as tensors, with nothing hidden yet."""
        sides, examples, layout = len(self._stores), len(packed), self.layout
        first = np.zeros((sides, examples), np.int64)  # index of the first token in its store
        whole = np.zeros((sides, examples), np.int64)
        key = np.zeros((sides, examples), np.int64)
        for number in np.unique(packed.part):
            of = np.flatnonzero(packed.part == number)
            part, rows = self._parts[number], packed.example[of]
            for side in range(sides):
                first[side, of] = part.stores[side].offsets[rows]
                whole[side, of] = part.lengths[side, rows]
                for epoch in np.unique(packed.epoch[of]):
                    chosen = of[packed.epoch[of] == epoch]
                    key[side, chosen] = _wrapped(part.nonce(side, int(epoch)) + first[side, chosen].astype(np.uint64))
        text = layout.fitted(whole)
        source = np.tile(np.arange(sides)[:, None], examples)  # which side of the data stands first, second
        if layout.shuffle_sides and sides == 2:
            turned = mix(torch.from_numpy(key[0]) ^ self._salt).numpy() & 1
            source ^= turned
        order = (source, np.arange(examples))
        return self._lay_out(packed, first[order], text[order], key[order], source)

    def _lay_out(self, packed: Packed, first: np.ndarray, text: np.ndarray, key: np.ndarray, source: np.ndarray) -> Batch:
        """Arrays (sides, E) in the order in which the sides stand in the rows; `source`: which side of the data that is."""
        layout, special, (sides, examples) = self.layout, self.layout.special, text.shape
        language = self._languages[source, packed.part]
        lead, opening = np.ones_like(text), np.full_like(text, special.cls)
        start = np.tile(packed.row * layout.row_length + packed.column, (sides, 1))
        position = np.full_like(text, layout.first_position)
        slots = layout.slots(text)
        if sides == 2:
            start[1] += 2 + text[0] + slots[0]
            if layout.joint:
                lead[1], opening[1] = layout.separators - 1, special.sep
                position[1] += 0 if layout.reset_positions else 2 + text[0]
        store = source * len(self._parts) + packed.part  # in the order of the flat text
        flat = {
            name: value.T.reshape(-1)
            for name, value in {
                "start": start,
                "opening": opening,
                "lead": lead,
                "text": text,
                "slots": slots,
                "first_position": position,
                "key": key,
                "pair": np.tile(np.arange(examples), (sides, 1)),
                "side": np.tile(np.arange(sides)[:, None], examples),
                "language": language,
            }.items()
        }
        ids, words, begin = self._text.take(store.T.reshape(-1), first.T.reshape(-1), flat["text"])
        table = Table(**{name: _sent(value.astype(np.int64), self.device) for name, value in (flat | {"begin": begin}).items()})
        batch = lay_out(table, ids, words, packed.rows, layout, examples if layout.joint else examples * sides)
        linked: dict[str, Any] = self._linked(packed, first, text, source) if all(part.links for part in self._parts) else {}
        fullest = int(np.bincount(packed.row, slots.sum(axis=0)).max(initial=0))  # slots in one row
        return replace(batch, most_labels=packed.rows * fullest, **linked)

    def _linked(self, packed: Packed, first: np.ndarray, text: np.ndarray, source: np.ndarray) -> dict[str, torch.Tensor]:
        """Links and units between the words that were not cut off, as the sides stand in the rows."""
        found: dict[str, list[np.ndarray]] = {"links": [], "units": []}
        for number in np.unique(packed.part):
            of = np.flatnonzero(packed.part == number)
            part = self._parts[number]
            last = np.stack([_last_words(part, packed.example[of], source[side, of], first[side, of], text[side, of]) for side in (0, 1)])
            for name, width in (("links", 1), ("units", 2)):
                at, words = _linked_words(part, name, packed.example[of])  # (N,) place in `of`, (N, 2 * width)
                turned = np.where(source[0, of][at, None] == 0, words, np.roll(words, width, axis=1))
                whole = (turned[:, width - 1] <= last[0, at]) & (turned[:, -1] <= last[1, at])
                found[name].append(np.column_stack([of[at], turned])[whole])
        flat = {name: np.concatenate(rows) for name, rows in found.items()}
        return {name: _sent(rows[np.argsort(rows[:, 0], kind="stable")].astype(np.int64), self.device) for name, rows in flat.items()}


def _linked_words(part: Part, name: str, examples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(which of the examples (N,), word indices (N, 2 or 4)) of all links or units of examples, one example after the other."""
    links = part.links
    offsets, values = (links.offsets, links.links) if name == "links" else (links.unit_offsets, links.units)  # type: ignore[union-attr]
    start, count = offsets[examples], offsets[examples + 1] - offsets[examples]
    at = np.repeat(np.arange(len(examples)), count)
    return at, values[np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + start[at]].astype(np.int64)


def _last_words(part: Part, examples: np.ndarray, side: np.ndarray, first: np.ndarray, text: np.ndarray) -> np.ndarray:
    """Index of the last word (E,) that is there as a whole; no bound where nothing was cut off.

    A token may cover several words and bears the index of the first, so of a sentence that was cut the last token's words are doubtful.
    """
    last = np.full(len(examples), np.iinfo(np.int64).max)
    for k in (0, 1):
        cut = (side == k) & (text < part.lengths[k, examples])
        last[cut] = part.stores[k].words[first[cut] + text[cut]].astype(np.int64) - 1  # before the word of the first token that is gone
    return last


def _number(store: TokenStore, languages: Sequence[str]) -> int:
    if store.language not in languages:
        raise IsoglossError(
            f"language {store.language}", "has no number", f"one of {', '.join(languages)}", "Name the languages of all parts"
        )
    return languages.index(store.language)


def _sent(values: np.ndarray, device: torch.device) -> torch.Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(values))
    return tensor if device.type == "cpu" else tensor.pin_memory().to(device, non_blocking=True)


def _wrapped(values: np.ndarray) -> np.ndarray:
    """uint64 as the int64 of the same bits."""
    return values.view(np.int64)


# ------------------------------------------------------------------------------------------------------------------- text


def _resident_text(stores: Sequence, device: torch.device) -> "_OnDisk | _OnDevice":
    if device.type == "cuda":
        tokens = sum(len(store.ids) for store in stores)
        free, _ = torch.cuda.mem_get_info(device)
        if tokens * BYTES < RESIDENT_SHARE * free:
            return _OnDevice(stores, device)
    return _OnDisk(stores, device)


class _OnDisk:
    """Reads what a batch needs from the memory maps."""

    def __init__(self, stores: Sequence, device: torch.device) -> None:
        self._stores, self._device = list(stores), device

    def take(self, store: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, np.ndarray]:
        """(ids (N,), words (N,), where each sentence begins in them (S,)) of sentences (S,) given by store, first token and length."""
        order = np.argsort(store, kind="stable")
        begin = np.empty(len(store), np.int64)
        begin[order] = np.cumsum(count[order]) - count[order]
        ids, words = np.empty(count.sum(), np.int32), np.empty(count.sum(), np.int32)
        for number in np.unique(store):
            chosen = order[np.searchsorted(store[order], number) : np.searchsorted(store[order], number, side="right")]
            lengths = count[chosen]
            place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(first[chosen], lengths)
            here = slice(begin[chosen[0]], begin[chosen[0]] + lengths.sum())
            ids[here], words[here] = self._stores[number].ids[place], self._stores[number].words[place]
        return _sent(ids, self._device), _sent(words, self._device), begin


class _OnDevice:
    """All tokens of all stores in the memory of the device."""

    def __init__(self, stores: Sequence, device: torch.device) -> None:
        ids = np.concatenate([np.asarray(store.ids, np.int32) for store in stores])
        words = np.concatenate([np.asarray(store.words, np.int32) for store in stores])
        self._ids, self._words = torch.from_numpy(ids).to(device), torch.from_numpy(words).to(device)
        sizes = np.array([len(store.ids) for store in stores])
        self._base = np.cumsum(sizes) - sizes

    def take(self, store: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, np.ndarray]:
        return self._ids, self._words, self._base[store] + first
