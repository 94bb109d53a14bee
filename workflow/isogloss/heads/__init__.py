"""Heads: how a model meets a kind of task. The only code of fine-tuning and prediction that depends on the kind.

tag       token classification on the first piece of each word
classify  classification of a pair of texts on the state of its first token
span      the start and the end of an answer
align     awesome-align's links by the states of every layer; nothing is trained
retrieve  pooled states of every layer, nearest neighbours by cosine; nothing is trained
mine      pooled states of one layer, pairs by margin; nothing is trained
lexicon   words by input embeddings and by the states of every layer, nearest neighbours by cosine; nothing is trained
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ..encoder import place
from ..probe import load_probe
from ..tasks import Task
from .align import AlignHead
from .classify import ClassifyHead
from .lexicon import LexiconHead
from .mine import MineHead
from .retrieve import RetrieveHead
from .span import SpanHead
from .tag import TagHead

HEADS: Mapping[str, Any] = {
    "tag": TagHead(),
    "classify": ClassifyHead(),
    "span": SpanHead(),
    "retrieve": RetrieveHead(),
    "mine": MineHead(),
    "lexicon": LexiconHead(),
    "align": AlignHead(),
}


def head_for(task: Task, settings: Mapping[str, Any]) -> Any:
    """The head of a task that is fine-tuned; `settings` is the section `finetune`."""
    return SpanHead(settings["n_best"], settings["max_answer"]) if task.kind == "span" else HEADS[task.kind]


def load_network(task: Task, setting: str, model: Path, device: torch.device, *, trained: bool) -> Any:
    """The encoder of a model directory under the head that was trained with it, or (not `trained`) under a fresh one."""
    head = HEADS[task.kind]
    if setting != "probe":
        return place(head.load(task, model, trained=trained), device)
    probe = load_probe(model, len(task.labels), pooled=head.pooled, trained=trained)
    place(probe.encoder, device)
    return probe.to(device)
