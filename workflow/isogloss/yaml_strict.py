"""Read a config file without YAML's silent lies: duplicate keys are refused, and the file is named in every error."""

import re
from pathlib import Path
from typing import Any

import yaml

from .errors import IsoglossError


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice (plain YAML lets the last one win) and numbers that are not what they look like."""

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key, line = self.construct_object(key_node), key_node.start_mark.line + 1
            if isinstance(key, bool):
                raise IsoglossError(
                    f"{self.name} line {line}", f"YAML reads the key `{key_node.value}` as {key}", "keys are text", "Put it in quotes"
                )
            if key in seen:
                given = (
                    f"the key `{key}` stands here and on line {seen[key]}" if seen[key] != line else f"the key `{key}` stands here twice"
                )
                raise IsoglossError(f"{self.name} line {line}", given, "each key once", "Remove or merge one of them")
            seen[key] = line
        return node

    def construct_yaml_int(self, node):
        value = super().construct_yaml_int(node)
        if re.match(r"[+-]?0\d|.*:", node.value):
            remedy = "Write it as a decimal number, or in quotes if it is text"
            raise IsoglossError(f"{self.name} line {node.start_mark.line + 1}", f"YAML reads `{node.value}` as {value}", "", remedy)
        return value


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)


def read_yaml(path: str | Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises IsoglossError (file, line, remedy) if it is absent, malformed or repeats a key."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise IsoglossError(str(path), f"cannot be read ({error.strerror})", "", "Give the path of a config file") from error
    except UnicodeDecodeError as error:
        raise IsoglossError(str(path), f"is not UTF-8 (byte {error.start})", "", "Save the file as UTF-8") from error
    try:
        loader = _Loader(text)
        loader.name = str(path)
        value = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise IsoglossError(
            f"{path} line {line}", f"is not YAML: {error.problem}", "", "Mend the line; indentation and colons matter"
        ) from error
    except yaml.YAMLError as error:
        raise IsoglossError(str(path), f"is not YAML: {str(error).splitlines()[0]}", "", "Mend the file") from error
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
