"""Word aligners: one file each, listed in one literal table; the contract is in `contract.py`.

    bitext --align--> candidates of every row (alignments/{aligner}/{pair}.parquet) --symmetrise--> links/{aligner}/{pair}.parquet

The workflow reads the table while it builds its graph, so nothing heavy is imported here.
To add one: a file with a class, and a line here.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One aligner.

    target: "module:Class".
    symmetrise: the rule (symmetrise.py) that makes links of its two directions where the config names none, and its threshold.
    model: whether it reads an encoder; the others learn from the bitext itself, so they need all of it to align a part.
    """

    target: str
    symmetrise: str
    threshold: float = 0.5
    model: bool = False


ALIGNERS = {
    "hmm": Entry("isogloss.aligners.hmm:HMM", symmetrise="threshold", threshold=0.4),
    "fast_align": Entry("isogloss.aligners.fast_align:FastAlign", symmetrise="grow-diag-final-and"),
    "eflomal": Entry("isogloss.aligners.eflomal:Eflomal", symmetrise="grow-diag-final-and"),
    "simalign": Entry("isogloss.aligners.simalign:SimAlign", symmetrise="intersect", model=True),
    "encoder": Entry("isogloss.aligners.encoder:Encoder", symmetrise="intersect", model=True),
}


def load_aligner(name: str) -> Any:
    """The class of an aligner; may import torch."""
    module, _, cls = ALIGNERS[name].target.partition(":")
    return getattr(import_module(module), cls)
