"""What a training is made from, known by content: two trainings with the same settings and lineage give the same model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .artifacts import file_sha256, read_directory, read_parquet_summary
from .checkpoint import fingerprint
from .vocab import vocab_fingerprint


def lineage(
    mono: Mapping[str, Path],
    bitext: Mapping[str, Path],
    vocab: Path,
    init: str | Path | None,
    links: Mapping[str, Path],
    dictionary: Mapping[str, Path],
) -> dict[str, Any]:
    """{input: fingerprint} of the token stores, links, dictionaries, the vocab and the starting point."""
    stores = {**{f"mono/{name}": path for name, path in mono.items()}, **{f"bitext/{name}": path for name, path in bitext.items()}}
    known: dict[str, Any] = {name: _store_content(path) for name, path in stores.items()}
    for kind, paths in (("links", links), ("dictionary", dictionary)):
        known |= {f"{kind}/{pair}": read_parquet_summary(path, kind)["sha256"] for pair, path in paths.items()}
    return {**known, "vocab": vocab_fingerprint(vocab), **({"init": _init_content(init)} if init else {})}


def _store_content(path: Path) -> dict[str, str]:
    return {name: facts["sha256"] for name, facts in read_directory(path, "tokens")["stores"].items()}


def _init_content(init: str | Path) -> str:
    """The fingerprint of a published model's run, or the content of a checkpoint directory; a hub name stands for itself."""
    run = Path(init) / "run.json"
    if run.is_file():
        made = json.loads(run.read_text(encoding="utf-8"))
        return fingerprint([made["spec"], made["inputs"]])
    files = sorted(file for file in Path(init).glob("*") if file.suffix in (".safetensors", ".bin", ".json"))
    return fingerprint([[file.name, file_sha256(file)] for file in files]) if files else str(init)
