"""Turn pydantic's findings into sentences: where, what was given, what is allowed, what to do next."""

import re
import typing
from typing import Any

from pydantic import BaseModel, Tag, ValidationError

from .errors import IsoglossError, suggestion

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def describe(error: ValidationError, model: type[BaseModel]) -> str:
    """All faults of a config, one a line."""
    return "".join(f"\n  {_fault(item, model)}" for item in error.errors(include_url=False))


def _fault(item: Any, model: type[BaseModel]) -> IsoglossError:
    path, kind = _path(item["loc"])
    where, given = ".".join(str(part) for part in path), item["input"]
    if item["type"] == "extra_forbidden":
        allowed = _keys_at(model, path[:-1], kind)
        remedy = suggestion(path[-1], allowed) or "Remove it or correct its name"
        return IsoglossError(where, "unknown key", f"allowed here: {', '.join(allowed)}" if allowed else "", remedy)
    if item["type"] == "missing":
        return IsoglossError(where, "is missing", "", "Add it")
    if item["type"] in ("model_type", "dict_type"):
        return IsoglossError(
            where, f"{given!r} was given", "a mapping of keys to values", "Write {} for an empty one" if given is None else "Correct it"
        )
    if item["type"] in ("union_tag_invalid", "union_tag_not_found"):
        where = f"{where}.{item['ctx']['discriminator'].strip(chr(39))}"
        if item["type"] == "union_tag_not_found":
            return IsoglossError(where, "is missing", "", "Add it")
        given, allowed = item["ctx"]["tag"], re.findall(r"'([^']*)'", item["ctx"]["expected_tags"])
        return IsoglossError(where, f"{given!r} was given", f"allowed: {', '.join(allowed)}", suggestion(given, allowed) or "Correct it")
    if item["type"] == "literal_error":
        allowed = re.findall(r"'([^']*)'", item["ctx"]["expected"])
        return IsoglossError(
            where, f"{given!r} was given", f"allowed: {', '.join(allowed)}", suggestion(given, allowed) or _remedy("", given)
        )
    return IsoglossError(where, f"{given!r} was given", item["msg"].removeprefix("Value error, "), _remedy(item["type"], given))


def _path(loc: tuple[Any, ...]) -> tuple[list[Any], str]:
    """The keys to a fault, and which kind of corpus or vocab it is in: pydantic names the member of a union after its key."""
    path, kind = [part for part in loc if part != "[key]"], ""
    if path[0] in ("corpora", "vocabs", "aligners", "dictionaries") and len(path) > 2:
        kind = path.pop(2)
    return path[:2] + [part for part in path[2:] if part not in ("str", "list[str]")], kind


def _remedy(kind: str, given: Any) -> str:
    if isinstance(given, bool) and kind == "string_type":
        return "YAML 1.1 reads bare no, off, n, yes, on and y as booleans: put the word in quotes"
    if isinstance(given, str) and kind.startswith(("float", "int")) and _NUMBER.fullmatch(given.strip()):
        if kind.startswith("int"):
            return f"YAML reads it as text: write it without quotes and in digits, e.g. {float(given):.0f}"
        return f"YAML reads it as text: write it without quotes and with a decimal point, e.g. {_with_point(given)}"
    if isinstance(given, int | float) and kind == "string_type":
        return "Put it in quotes"
    return "Correct it"


def _with_point(number: str) -> str:
    mantissa, e, exponent = number.strip().lower().partition("e")
    return (mantissa if "." in mantissa else f"{mantissa}.0") + e + (exponent if exponent[:1] in "+-" or not exponent else f"+{exponent}")


def _keys_at(annotation: Any, path: list[Any], kind: str = "") -> list[str]:
    """The keys allowed at a path of the schema, through dicts, lists, unions and Annotated; `kind` is the tag of a union's member."""
    models = _models(annotation, kind)
    if not path:
        return sorted({key for model in models for key in model.model_fields})
    keys: list[str] = []
    for model in models:
        if path[0] in model.model_fields:
            keys += _keys_at(model.model_fields[path[0]].annotation, path[1:], kind)
    if not models and typing.get_origin(annotation) in (dict, list):
        keys += _keys_at(typing.get_args(annotation)[-1], path[1:], kind)
    elif not models:
        keys += [key for part in typing.get_args(annotation) for key in _keys_at(part, path, kind)]  # of an option, or one with limits
    return sorted(set(keys))


def _models(annotation: Any, kind: str) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) in (dict, list) or any(isinstance(part, Tag) and part.tag != kind for part in parts):
        return []
    return [model for part in parts for model in _models(part, kind)]
