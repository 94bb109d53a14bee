"""Artifacts on disk -> what the objectives of a recipe eat: parts, streams, and how these become rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from .batch import Layout, SpecialIds
from .encoder import first_position
from .errors import IsoglossError
from .languages import parse_pair
from .links import read_links
from .objectives import OBJECTIVES
from .objectives.contract import Objective
from .rows import Rows
from .streams import Part, Stream
from .tokens import open_tokens
from .vocab import vocab_fingerprint


def read_parts(mono: Mapping[str, Path], bitext: Mapping[str, Path], links: Mapping[str, Path], vocab: Path) -> dict[str, list[Part]]:
    """ "mono" and "bitext" -> a part for each tokens artifact (language or pair -> path), with its links where there are any.

    Raises IsoglossError for tokens of another vocab, and for links of another bitext.
    """
    known = vocab_fingerprint(vocab)

    def part(name: str, path: Path) -> Part:
        stores = open_tokens(path, known)
        linked = read_links(links[name]) if name in links else None
        if linked is not None and len(linked) != len(stores[0]):
            given, remedy = f"links {len(linked)} rows", "Make the links and the tokens of this pair from the same bitext"
            raise IsoglossError(str(links[name]), given, f"{path} has {len(stores[0])}", remedy)
        return Part(name, stores, linked)

    given = {"mono": mono, "bitext": bitext}
    return {kind: [part(name, path) for name, path in sorted(paths.items())] for kind, paths in given.items()}


def languages_of(parts: Mapping[str, list[Part]], dictionary: Mapping[str, Path]) -> list[str]:
    """The languages of the text and of the dictionaries (pair -> path), in the order of their numbers."""
    spoken = {store.language for kind in parts.values() for part in kind for store in part.stores}
    return sorted(spoken.union(*map(parse_pair, dictionary)))


def parallel_languages(parts: Mapping[str, list[Part]], languages: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs of languages that have text in parallel, by number."""
    sides = [[languages.index(store.language) for store in part.stores] for part in parts["bitext"]]
    return [(a, b) for a, b in sides]


def make_layout(spec: Mapping[str, Any], special: SpecialIds, model) -> Layout:
    """The layout from which every objective makes its own."""
    longest = spec["encoder"]["max_length"]
    return Layout(special, longest, spec["pretrain"].get("row_length") or longest, first_position(model.config))


def make_streams(
    options: Mapping[str, Mapping[str, Any]],
    objectives: Mapping[str, Objective],
    layout: Layout,
    parts: Mapping[str, list[Part]],
    languages: Sequence[str],
    settings: Mapping[str, Any],
    seed: int,
    device: torch.device,
) -> tuple[dict[str, Stream], dict[str, Rows]]:
    """What each objective eats, and how it becomes rows. Those with rows share the tokens of a step evenly."""
    eaten = {name: stream for name in objectives if (stream := OBJECTIVES[name].stream)}
    batch_rows = settings["batch_tokens"] // max(len(eaten), 1) // layout.row_length
    streams, rows = {}, {}
    for name, kind in eaten.items():
        own = objectives[name].layout(layout)
        linked = "links" in OBJECTIVES[name].reads(options[name])
        chosen = [part if linked else Part(part.name, part.stores) for part in parts[kind] if part.links or not linked]
        try:
            streams[name] = Stream(chosen, layout=own, batch_rows=batch_rows, alpha=settings["alpha"], seed=seed)
        except IsoglossError as error:
            raise IsoglossError(f"objective {name}: {error.where}", error.given, error.allowed, error.remedy) from error
        rows[name] = Rows(streams[name].parts, own, languages, device, seed)
    return streams, rows
