"""The table of objectives. It says what each reads, because the workflow must know that before torch is imported.

To add one: a file with a class (the contract is in `contract.py`) and a line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One objective.

    stream: what its rows are made from, "mono" or "bitext"; None: it has no rows.
    target: "module:Class".
    links: whether it reads the word links of its pairs; or the options with which it does.
    dictionary: whether it reads the dictionary.
    """

    stream: str | None
    target: str
    links: bool | Mapping[str, Any] = False
    dictionary: bool = False

    def reads(self, options: Mapping[str, Any]) -> set[str]:
        """Of "mono", "bitext", "links" and "dictionary" what the objective needs with these options."""
        linked = all(options.get(key) == value for key, value in self.links.items()) if isinstance(self.links, Mapping) else self.links
        wanted = {"links": linked, "dictionary": self.dictionary, self.stream: self.stream is not None}
        return {name for name, needed in wanted.items() if needed and name}


OBJECTIVES = {
    "mlm": Entry(stream="mono", target="isogloss.objectives.mlm:MLM"),
    "tlm": Entry(stream="bitext", target="isogloss.objectives.tlm:TLM"),
    "dict_mlm": Entry(stream="mono", target="isogloss.objectives.dict_mlm:DictMLM", dictionary=True),
    "align": Entry(stream=None, target="isogloss.objectives.align:Align", dictionary=True),
    "camlm": Entry(stream="bitext", target="isogloss.objectives.camlm:CAMLM"),
    "btmlm": Entry(stream="mono", target="isogloss.objectives.btmlm:BTMLM"),
    "contrast": Entry(stream="bitext", target="isogloss.objectives.contrast:Contrast", links={"level": "multi"}),
    "veco2": Entry(stream="bitext", target="isogloss.objectives.veco2:Veco2", links=True),
    "xlco": Entry(stream="bitext", target="isogloss.objectives.xlco:XLCO"),
    "hardneg": Entry(stream="bitext", target="isogloss.objectives.hardneg:HardNeg"),
    "xlm_align": Entry(stream="bitext", target="isogloss.objectives.xlm_align:XLMAlign"),
}


def load_objective(name: str) -> Any:
    """The class of an objective; imports torch."""
    module, _, cls = OBJECTIVES[name].target.partition(":")
    return getattr(import_module(module), cls)
