"""The one error that people see: where, what was given, what is allowed, what to do next."""

import difflib
from collections.abc import Iterable
from typing import Any


class IsoglossError(Exception):
    """Bad input. The command line prints it as one paragraph, without a traceback, and exits with code 1.

    Args:
        where: the file, config key or artifact at fault.
        given: what was found there.
        allowed: what would have been accepted ("" if `given` already says it).
        remedy: what the reader can do next.
    """

    def __init__(self, where: str, given: str, allowed: str = "", remedy: str = "") -> None:
        self.where, self.given, self.allowed, self.remedy = str(where), given, allowed, remedy
        sentences = [part if part.endswith("?") else part.rstrip(".") + "." for part in (given, allowed, remedy) if part]
        super().__init__(f"{self.where}: {' '.join(sentences)}")

    def __reduce__(self):  # workers hand it to their parent
        return type(self), (self.where, self.given, self.allowed, self.remedy)


def suggestion(given: Any, allowed: Iterable[str]) -> str:
    """ "Did you mean `x`?" where something allowed is close to what was given, else "" ."""
    close = difflib.get_close_matches(str(given), list(allowed), n=1)
    return f"Did you mean `{close[0]}`?" if close else ""
