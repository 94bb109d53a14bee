"""model + task data -> fine-tuned model, in the zero-shot setting: trained and selected on the source language alone."""

import copy
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from .artifacts import atomic_directory, read_directory, to_json, write_jsonl
from .device import autocast, choose_device, use_determinism
from .encoder import place, quiet
from .errors import IsoglossError
from .heads import HEADS
from .progress import Progress
from .provenance import origin
from .schedule import warmup_decay
from .taskdata import read_taskdata
from .tasks import Task, get_task
from .tasks.kinds import KINDS
from .vocab import load_tokenizer

MEGABATCH = 50  # batches that are sorted by length together


def finetune(spec: Mapping[str, Any], *, model: Path, taskdata: Path, out: Path, threads: int) -> None:
    """Fine-tune a published model on a task and write the best epoch by the source language's dev set.

    Args:
        spec: {task, setting, recipe, seed, finetune}, the slice of the config.
    Raises:
        IsoglossError: bad input, or a loss that is not finite.
    """
    use_determinism(threads)
    quiet()
    task, settings, seed, device = get_task(spec["task"]), spec["finetune"], spec["seed"], choose_device()
    read_directory(model, "model")
    read_taskdata(task.name, taskdata)
    kind, head, tokenizer = KINDS[task.kind], HEADS[task.kind], load_tokenizer(model)
    source = task.source_language
    train, dev = (kind.read(taskdata, source, split) for split in ("train", "dev"))
    torch.manual_seed(seed)
    network = place(head.load(task, model, trained=False), device)
    rows = head.rows(train, source, tokenizer, settings["max_length"])
    per_epoch = -(-len(rows) // settings["batch_size"])
    last = round(settings["epochs"] * per_epoch)
    optimizer = torch.optim.AdamW(parameter_groups(network, settings), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warmup_decay(step, last, settings["warmup"]))
    progress, began = Progress(last, f"{task.name} on {spec['recipe']} seed {seed}"), time.monotonic()
    log: list[dict[str, Any]] = []
    best: tuple[float, dict[str, Any]] = (-1.0, {})
    total, step = torch.zeros((), device=device), 0
    while step < last:
        network.train()
        order = batch_order([len(row.ids) for row in rows], settings["batch_size"], np.random.default_rng([seed, step]))
        batches = order[: last - step]
        for group in batches:
            with autocast("auto", device):
                loss = head.loss(task, network, [rows[k] for k in group], train, tokenizer.pad_token_id, device)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), settings["clip"])
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            total, step = total + loss.detach(), step + 1
        if not torch.isfinite(total):
            raise IsoglossError(
                "finetune", "the loss is not a finite number", "", f"Lower finetune.learning_rate (now {settings['learning_rate']})"
            )
        score = dev_score(task, head.predict(task, network, dev, source, tokenizer, settings["max_length"], device), dev)
        log.append(
            {
                "step": step,
                "loss": float(total) / len(batches),
                f"dev/{task.headline}": score,
                "seconds": round(time.monotonic() - began, 3),
            }
        )
        progress.report(step, f"loss {log[-1]['loss']:.3f}, dev {task.headline} {score:.2f}")
        total = torch.zeros_like(total)
        if settings["selection"] == "final" or score > best[0]:
            best = (score, copy.deepcopy(network.state_dict()))
    progress.close()
    if best[1]:
        network.load_state_dict(best[1])
    with atomic_directory(out, "finetuned") as (directory, manifest):
        network.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
        write_jsonl(directory / "log.jsonl", log)
        (directory / "run.json").write_text(
            to_json({**origin("finetune"), "spec": spec, "seconds": round(time.monotonic() - began, 3), "device": str(device)}),
            encoding="utf-8",
        )
        manifest.update(
            task=task.name, setting=spec["setting"], recipe=spec["recipe"], seed=seed, selection=settings["selection"], dev=best[0]
        )


def parameter_groups(network, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Groups for AdamW whose learning rates decay from layer to layer by d = `layer_decay` (1.0 where absent), as released with ERNIE-M.

    Layer i = 0..n-1 of n learns at d^(n-i) times `learning_rate`: the top one at d, not 1. The tables of embeddings (word, position,
    token type) learn at d^(n+1). All else learns at the whole rate: head, pooler, and the embeddings' LayerNorm, whose name the authors'
    code does not match. Their weight decay is of the whole rate everywhere; AdamW multiplies it by the group's, hence the division.

    Args:
        network: a transformers model with a head; every parameter is in one group, and d = 1 makes a single one in the model's order.
        settings: the section `finetune`.
    """
    body, decay = network.base_model, settings.get("layer_decay", 1.0)
    layers = body.encoder.layer
    tables = [module for module in body.embeddings.modules() if isinstance(module, nn.Embedding)]
    depths = {parameter: len(layers) + 1 for table in tables for parameter in table.parameters()}
    depths |= {parameter: len(layers) - i for i, layer in enumerate(layers) for parameter in layer.parameters()}
    groups: dict[float, list[nn.Parameter]] = {}
    for parameter in network.parameters():
        groups.setdefault(decay ** depths.get(parameter, 0), []).append(parameter)
    rate, weight_decay = settings["learning_rate"], settings["weight_decay"]
    return [{"params": group, "lr": rate * factor, "weight_decay": weight_decay / factor} for factor, group in groups.items()]


def dev_score(task: Task, predictions: list[dict[str, Any]], gold: list[dict[str, Any]]) -> float:
    """The headline metric of predictions in memory, in percent."""
    return KINDS[task.kind].metrics(task, gold, predictions)[task.headline]


def batch_order(lengths: list[int], size: int, generator: np.random.Generator) -> list[list[int]]:
    """One epoch in batches of `size`: shuffled, then sorted by length within stretches of 50 batches, then shuffled as batches."""
    shuffled = generator.permutation(len(lengths))
    stretch = size * MEGABATCH
    ordered = [
        k
        for start in range(0, len(shuffled), stretch)
        for k in sorted(shuffled[start : start + stretch].tolist(), key=lambda k: lengths[k])
    ]
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    return [batches[k] for k in generator.permutation(len(batches))]
