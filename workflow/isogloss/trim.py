"""A large vocabulary cut, for the time of a training, to the ids that occur in it, and put back before publishing.

    kept = used_ids(stores, tokenizer);  trimmed = trim(model, kept);  train on trimmed.stores(stores);  trimmed.restore()

Who continues from a checkpoint with 250,002 pieces (XLM-R) on a few languages reads a tenth of them and pays for all: the logits of
the head are most of a step, the table most of the optimiser's state. For the ids that are kept, trimming is exact: the same states,
the same logits. What changes is what the objective asks: the softmax runs over the kept ids alone (its normaliser lacks the removed
columns), random replacements are drawn from them, and removed rows get neither the push away from every target nor weight decay.
Source: Abdaoui et al. 2020, "Load What You Need: Smaller Versions of Multilingual BERT" (there for good, here for the training).
"""

import copy
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn

from .batch import SpecialIds
from .errors import IsoglossError
from .tokens import TokenStore
from .vocab import encode_plain

BLOCK = 1 << 20  # tokens of a memory map looked at at a time: 8 MB as an index
CHUNK = 2048  # texts tokenised at a time


def used_ids(stores: Iterable[TokenStore], tokenizer, extra: Iterable[int] = ()) -> np.ndarray:
    """The ids that occur in the stores, all special ids, and `extra`: sorted, int64 (n,). Reads the stores block by block.

    Raises IsoglossError for an id that the tokenizer does not have.
    """
    used = np.zeros(len(tokenizer), bool)
    _mark(used, tokenizer.all_special_ids, "tokenizer")
    for store in stores:
        for start in range(0, len(store.ids), BLOCK):
            _mark(used, store.ids[start : start + BLOCK], f"tokens of {store.language}")
    _mark(used, list(extra), "extra ids")
    return np.flatnonzero(used)


def used_in_texts(texts: Iterable[str], tokenizer) -> np.ndarray:
    """The ids that texts are made of, without special tokens: sorted, int64 (n,). For what only tasks use, as `extra` of `used_ids`."""
    used, stream = np.zeros(len(tokenizer), bool), iter(texts)
    while chunk := list(itertools.islice(stream, CHUNK)):
        for ids, _ in encode_plain(tokenizer, chunk):
            used[ids] = True
    return np.flatnonzero(used)


def trim(model: Any, kept: np.ndarray, multiple: int = 64) -> "Trimmed":
    """Shrink a masked language model in place to the rows `kept` of its vocabulary; `Trimmed` translates ids and puts it back.

    Word embeddings, decoder and its bias become new Parameters, tied as before, so the optimiser has to be made afterwards. Beside
    `kept` stay the ids that the model's config names; the ids up to its padding id, because the RoBERTa family counts positions from
    that id on and it must not move; and the lowest other ids until the rows are a multiple of `multiple`, which tensor cores want.
    Those are real rows: a filler would take probability in the softmax, or need a bias of minus infinity.

    Memory: the full table stays, on the CPU. The peak, here and in `restore`, is the full table and the kept rows, never two full
    tables; trim before the model goes to a GPU, and that holds the kept rows only, until `restore`.

    Raises IsoglossError for an id that the model does not have.
    """
    wanted, pad = np.zeros(model.config.vocab_size, bool), model.config.pad_token_id
    _mark(wanted, kept, "ids to keep")
    wanted[list(_config_ids(model.config).values())] = True
    wanted[: 0 if pad is None else pad + 1] = True
    wanted[np.flatnonzero(~wanted)[: -int(wanted.sum()) % multiple]] = True
    return Trimmed(model, np.flatnonzero(wanted))


class Trimmed:
    """A model that knows only `kept` (n,), sorted ids of its full vocabulary of V; id kept[k] is called k meanwhile.

    `to_small` (V,) int32 holds the small id of each id, -1 where it was not kept. Nothing here needs to be checkpointed: the kept rows are
    the model's own state, the others are those of the checkpoint that it started from.
    """

    def __init__(self, model: Any, kept: np.ndarray) -> None:
        self.kept, self._model = kept, model
        self.to_small = np.full(model.config.vocab_size, -1, np.int32)
        self.to_small[kept] = np.arange(len(kept))
        self._config_ids = _config_ids(model.config)
        self._full: list[tuple[list[str], nn.Parameter]] = []
        rows = torch.from_numpy(kept)
        for full in _vocabulary_parameters(model):
            small = nn.Parameter(full.detach()[rows.to(full.device)], requires_grad=full.requires_grad)
            self._full.append((_replace(model, full, small), full))
            full.data = full.data.cpu()
        _declare(model, len(kept), {key: int(self.to_small[value]) for key, value in self._config_ids.items()})

    def small(self, ids: np.ndarray) -> np.ndarray:
        """Ids of the full vocabulary -> small ids, int32 of the same shape. Raises IsoglossError for one that was not kept."""
        try:
            found = self.to_small[ids.astype(np.uint32)]  # unsigned: a negative id is out of range, it does not count from the end
        except IndexError:
            found = np.full(1, -1, np.int32)
        if found.min(initial=0) < 0:
            lost = np.setdiff1d(ids, self.kept)
            raise IsoglossError(
                "trimmed vocabulary",
                f"token id {lost[0]} was not kept",
                f"{len(self.kept)} of {len(self.to_small)} ids were",
                "Give `used_ids` every token store that is read, and ids from anywhere else as `extra`",
            )
        return found

    def special(self, special: SpecialIds) -> SpecialIds:
        """The special ids by their small names, in a vocabulary of the kept ids."""
        named = np.array([special.cls, special.sep, special.pad, special.mask, *special.all_special])
        cls, sep, pad, mask, *others = self.small(named).tolist()
        return SpecialIds(cls, sep, pad, mask, len(self.kept), tuple(others))

    def stores(self, stores: Iterable[TokenStore]) -> list[TokenStore]:
        """The same stores, read in small ids; nothing is translated before it is read."""
        small = [copy.copy(store) for store in stores]
        for store in small:
            store.ids = _SmallIds(store.ids, self.small)  # type: ignore[assignment]  # it is read like an array
        return small

    def restore(self) -> None:
        """Give the model its full vocabulary back, in place: trained rows in their places, the others bit for bit as they were.

        Parameters and config are the ones from before `trim`. A second call changes nothing.
        """
        if not self._full:
            return
        for names, full in self._full:
            trained = self._model.get_parameter(names[0])
            full.data = full.data.to(trained.dtype)  # of a model that was cast meanwhile
            full.data[torch.from_numpy(self.kept)] = trained.detach().to(full.device)
            full.data = full.data.to(trained.device)
            _replace(self._model, trained, full)
        self._full.clear()
        _declare(self._model, len(self.to_small), self._config_ids)


class _SmallIds:
    """Ids of a store, translated as they are read."""

    def __init__(self, ids: np.ndarray, small: Callable[[np.ndarray], np.ndarray]) -> None:
        self._ids, self._small = ids, small

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: Any) -> np.ndarray:
        return self._small(np.asarray(self._ids[index]))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self[:].astype(dtype or np.int32, copy=False)


def _mark(used: np.ndarray, ids: Any, where: str) -> None:
    ids = np.asarray(ids)
    if ids.size == 0:
        return
    least, greatest = int(ids.min()), int(ids.max())
    if least < 0 or greatest >= len(used):
        wrong = least if least < 0 else greatest
        raise IsoglossError(where, f"token id {wrong}", f"the vocabulary has the ids 0 to {len(used) - 1}", "Tokenise with this vocabulary")
    used[ids] = True


def _config_ids(config: Any) -> dict[str, int]:
    """The special ids that a model's config names; a config may name one that its table does not have."""
    named = {key: value for key, value in vars(config).items() if key.endswith("_token_id")}
    return {key: value for key, value in named.items() if isinstance(value, int) and 0 <= value < config.vocab_size}


def _vocabulary_parameters(model: Any) -> list[nn.Parameter]:
    """What has a row for each id, each Parameter once: word embeddings, decoder (the same if tied), its bias."""
    embedding, decoder = model.get_input_embeddings(), model.get_output_embeddings()
    return list(dict.fromkeys((embedding.weight, decoder.weight, decoder.bias)))


def _replace(model: nn.Module, old: nn.Parameter, new: nn.Parameter) -> list[str]:
    """Put one Parameter wherever another one is; the names of these places."""
    names = [name for name, parameter in model.named_parameters(remove_duplicate=False) if parameter is old]
    for name in names:
        module, _, attribute = name.rpartition(".")
        setattr(model.get_submodule(module), attribute, new)
    return names


def _declare(model: Any, rows: int, special: dict[str, int]) -> None:
    """What the model says of its vocabulary, beside its Parameters."""
    model.get_input_embeddings().num_embeddings = model.get_output_embeddings().out_features = model.config.vocab_size = rows
    for key, value in special.items():
        setattr(model.config, key, value)
