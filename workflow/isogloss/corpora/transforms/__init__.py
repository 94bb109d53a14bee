"""Languages made from others by known changes, so that one knows exactly in what the two differ (ALIGN-MLM, arXiv 2211.08547).

A step maps the tokens of a sentence to (new tokens, order): order[k] is the place in the old sentence of new token k. Steps are
pure: the same tokens give the same result on every machine, whatever came before. They are applied in the order given, and
their orders compose. Standard library only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ...errors import IsoglossError, suggestion
from .order import Invert, Permute
from .reorder import Lexicon, Reorder
from .script import Script

Steps = Sequence[Mapping[str, Mapping[str, Any]]]  # [{"invert": {}}, {"script": {"overlap": 0.25, "seed": 1}}]
Derived = Mapping[str, Steps]  # code of the derived language -> its steps

STEPS: dict[str, Any] = {"script": Script, "invert": Invert, "permute": Permute, "reorder": Reorder}
NEEDS_LEXICON = ("reorder",)


class Step(Protocol):
    """What every step does to the tokens of one sentence."""

    def __call__(self, tokens: Sequence[str]) -> tuple[list[str], list[int]]: ...


class Transform:
    """Steps, one after the other.

    Args:
        steps: a mapping of one name to its options each.
        lexicon: word -> universal part of speech, for the steps that ask for it.

    Raises IsoglossError for an unknown step, and for a missing lexicon.
    """

    def __init__(self, steps: Steps, lexicon: Lexicon | None = None) -> None:
        self.steps: list[Step] = [_make(name, options, lexicon) for step in steps for name, options in step.items()]

    def __call__(self, tokens: Sequence[str]) -> tuple[list[str], list[int]]:
        made, order = list(tokens), list(range(len(tokens)))
        for step in self.steps:
            made, moved = step(made)
            order = [order[k] for k in moved]
        return made, order


def has_step(steps: Steps, *names: str) -> bool:
    """Whether one of the named steps is among these."""
    return any(name in step for step in steps for name in names)


def describe(steps: Steps) -> str:
    """`invert, script (overlap 0.25, seed 1)`: options that are 0 are not named."""
    return ", ".join(name + _options(options) for step in steps for name, options in step.items())


def _options(options: Mapping[str, Any]) -> str:
    named = ", ".join(f"{key} {value}" for key, value in options.items() if value)
    return f" ({named})" if named else ""


def _make(name: str, options: Mapping[str, Any], lexicon: Lexicon | None) -> Step:
    if name not in STEPS:
        raise IsoglossError("derived", f"no step `{name}`", f"allowed: {', '.join(STEPS)}", suggestion(name, STEPS))
    if name not in NEEDS_LEXICON:
        return STEPS[name](**options)
    if lexicon is None:
        raise IsoglossError(f"step {name}", "has no lexicon", "tagged sentences of the base language", "Give the udpos task data")
    return STEPS[name](lexicon, **options)
