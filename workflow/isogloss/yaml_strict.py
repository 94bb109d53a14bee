"""Read a config file without YAML's silent lies: duplicate keys are refused, and the file is named in every error."""

from pathlib import Path
from typing import Any

import yaml

from .errors import IsoglossError


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice (plain YAML lets the last one win)."""

    def construct_mapping(self, node, deep=False):
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if isinstance(key, bool):
                raise IsoglossError(
                    f"{self.name} line {line}", f"YAML reads the key `{self._as_typed(key_node)}` as {key}", "keys are text", "Put it in quotes"
                )
            try:
                first = seen.setdefault(key, line)
            except TypeError:  # an unhashable key; the base class has the error for it
                break
            if first != line:
                raise IsoglossError(
                    f"{self.name} line {line}", f"the key `{key}` stands here and on line {first}", "each key once", "Remove or merge one of them"
                )
        return super().construct_mapping(node, deep=deep)

    def _as_typed(self, node) -> str:
        return str(node.value)


def read_yaml(path: str | Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises IsoglossError (file, line, remedy) if it is absent, malformed or repeats a key."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise IsoglossError(str(path), f"cannot be read ({error.strerror})", "", "Give the path of a config file") from error
    except UnicodeDecodeError as error:
        raise IsoglossError(str(path), f"is not UTF-8 (byte {error.start})", "", "Save the file as UTF-8") from error
    loader = _Loader(text)
    loader.name = str(path)
    try:
        value = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise IsoglossError(f"{path} line {line}", f"is not YAML: {error.problem}", "", "Mend the line; indentation and colons matter") from error
    except yaml.YAMLError as error:
        raise IsoglossError(str(path), f"is not YAML: {error}", "", "Mend the file") from error
    finally:
        loader.dispose()
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise IsoglossError(str(path), f"holds a {type(value).__name__}", "a mapping of keys to values", "See config.yaml for an example")
    return value


def merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """`base` with `overlay` laid over it, mapping by mapping, as Snakemake merges `--configfile`s; lists are replaced."""
    merged = dict(base)
    for key, value in overlay.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
