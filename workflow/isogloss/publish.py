"""A finished training -> the model directory that anybody can load, with its tokenizer, log, card and run.json."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from .artifacts import atomic_directory, to_json
from .inheritance import write_learnt
from .model_card import model_card
from .vocab import copy_tokenizer


def publish(
    model,
    vocab: Path,
    log: Path,
    run: Mapping[str, Any],
    out: Path,
    learnt: Mapping[str, torch.Tensor],
    languages: Sequence[str],
) -> None:
    """Write the model artifact. `run`: {spec, inputs, tokens, steps, flops, ...}; `learnt`: what the objectives own (`inheritance.py`)."""
    for room in Path(out).parent.glob(f".{Path(out).name}.*"):
        shutil.rmtree(room, ignore_errors=True)  # of a process that was killed here; the lock says that none is alive
    with atomic_directory(out, "model") as (directory, manifest):
        model.save_pretrained(directory)
        copy_tokenizer(vocab, directory)
        write_learnt(learnt, languages, directory)
        shutil.copyfile(log, directory / "log.jsonl")
        (directory / "run.json").write_text(to_json(run), encoding="utf-8")
        (directory / "README.md").write_text(model_card(run), encoding="utf-8")
        manifest.update(recipe=run["spec"]["recipe"], seed=run["spec"]["seed"])
