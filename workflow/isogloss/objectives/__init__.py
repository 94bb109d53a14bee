"""The table of objectives. It says which stream feeds each, because the workflow must know that before torch is imported.

To add one: a file with a class (the contract is in `contract.py`) and a line here.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Entry:
    """stream: what the objective eats, "mono" or "bitext"; target: "module:Class"."""

    stream: str
    target: str


OBJECTIVES = {
    "mlm": Entry(stream="mono", target="isogloss.objectives.mlm:MLM"),
    "tlm": Entry(stream="bitext", target="isogloss.objectives.tlm:TLM"),
    "camlm": Entry(stream="bitext", target="isogloss.objectives.camlm:CAMLM"),
    "contrast": Entry(stream="bitext", target="isogloss.objectives.contrast:Contrast"),
}


def load_objective(name: str) -> Any:
    """The class of an objective; imports torch."""
    module, _, cls = OBJECTIVES[name].target.partition(":")
    return getattr(import_module(module), cls)
