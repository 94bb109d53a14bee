"""model + features -> fine-tuned model, in one of the settings of XTREME. The test sets are never read here.

    setting                     trained on                                             models
    zero_shot                   the source language                                    one
    translate_train_all         the source language and its machine translations       one
    train_all                   human-labelled sets of all languages that have one     one
    supervised_per_language     each language's own set (translated if it has none)    one a language
    probe                       the source language, the encoder frozen                one classifier a layer

    selection                   the epoch that is kept
    source_dev                  the best on the source language's dev set (supervised_per_language: on its own)
    joint_dev                   the best on the mean over the dev sets of all languages
    per_language_dev            the best on each language's dev set: one model a language; that of joint_dev for languages without one
    final                       the last

Where a training has no dev set at all, its last epoch is kept. A frozen encoder, or one that saw labels of the source language alone,
selected by source_dev or final, is strictly zero-shot; the manifest says so.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from .artifacts import atomic_directory, read_directory, to_json, write_jsonl
from .device import choose_device, keep_memory, use_determinism
from .encoder import quiet
from .errors import IsoglossError
from .features import Features, read_features, rows_of
from .heads import head_for, load_network
from .probe import Probe
from .progress import Progress
from .provenance import origin
from .schedule import SCHEDULES
from .taskdata import read_taskdata
from .tasks import Record, Task, get_task
from .tasks.kinds import KINDS
from .tuning import Gradients, batch_order, parameter_groups
from .vocab import load_tokenizer

EVERY = "*"  # the key of the one model for all languages
ZERO_SHOT = ("zero_shot", "probe")
FURTHER = {"translate_train_all": "translated", "train_all": "train"}  # what is learnt from beside the source language


@dataclass(frozen=True)
class Dev:
    """A dev set: its rows, and the records with the answers."""

    features: Features
    records: list[Record]


@dataclass(frozen=True)
class Run:
    """One training: what it learns from, what it is selected by, and the language it is for (EVERY: all)."""

    lang: str
    train: list[Features]
    dev: dict[str, Dev]


class Selection:
    """Keeps the state of the network that each language's model is to have."""

    def __init__(self, policy: str, lang: str) -> None:
        self.policy, self.lang = policy, lang
        self.score: dict[str, float] = {}
        self.chosen: dict[str, int] = {}  # language -> step
        self.states: dict[int, dict[str, Any]] = {}

    def offer(self, step: int, network: nn.Module, scores: Mapping[str, float]) -> None:
        """`scores`: {language: percent} of the dev sets after this step. Of equal ones the earlier is kept; without any, the last step."""
        judged = {self.lang: sum(scores.values()) / len(scores)} if scores else {}
        judged |= scores if self.policy == "per_language_dev" else {}
        better = {lang: score for lang, score in judged.items() if self.policy == "final" or score > self.score.get(lang, -math.inf)}
        self.score |= better
        self.chosen |= dict.fromkeys(better if scores else [self.lang], step)
        if step in self.chosen.values():  # kept on the CPU: several may not fit beside the network
            self.states[step] = {name: value.to("cpu", copy=True) for name, value in network.state_dict().items()}
        self.states = {kept: state for kept, state in self.states.items() if kept in self.chosen.values()}


def finetune(spec: Mapping[str, Any], *, model: Path, taskdata: Path, features: Path, out: Path, threads: int) -> None:
    """Fine-tune a published model on a task and write what the selection keeps.

    The artifact is a model directory, or holds one for each language that has its own; `models` in its manifest says which.

    Args:
        spec: {task, setting, recipe, seed, languages, finetune}, the slice of the config; languages None means all of the task data.
    Raises:
        IsoglossError: bad input, or a loss that is not finite.
    """
    use_determinism(threads)
    quiet()
    task, setting, settings, device = get_task(spec["task"]), spec["setting"], spec["finetune"], choose_device()
    keep_memory(device)
    task.check_setting(setting)
    read_directory(model, "model")
    about, pad = read_taskdata(task.name, taskdata), read_directory(features, "features")["pad"]
    began, tokenizer = time.monotonic(), load_tokenizer(model)
    log: list[dict[str, Any]] = []
    with atomic_directory(out, "finetuned") as (directory, manifest):
        models: dict[str, str] = {}
        scores: dict[str, float] = {}
        for run in make_runs(task, setting, settings["selection"], spec["languages"], about, taskdata, features):
            torch.manual_seed(spec["seed"])
            network = load_network(task, setting, model, device, trained=False)
            title = f"{task.name} {setting} of {spec['recipe']} seed {spec['seed']}" + (f" in {run.lang}" if run.lang != EVERY else "")
            selection = train(task, run, network, settings, spec["seed"], pad, device, log, title)
            models |= publish(selection, network, tokenizer, directory)
            scores |= selection.score
        write_jsonl(directory / "log.jsonl", log)
        (directory / "run.json").write_text(
            to_json({**origin("finetune"), "spec": spec, "seconds": round(time.monotonic() - began, 3), "device": str(device)}),
            encoding="utf-8",
        )
        manifest.update({key: spec[key] for key in ("task", "setting", "recipe", "seed")}, selection=settings["selection"])
        zero_shot = setting in ZERO_SHOT and settings["selection"] in ("source_dev", "final")
        manifest.update(models=models, dev=scores, strictly_zero_shot=zero_shot)


def make_runs(
    task: Task, setting: str, policy: str, asked: Sequence[str] | None, about: Mapping[str, Any], taskdata: Path, features: Path
) -> list[Run]:
    """What is trained in a setting, with what it is selected by. Raises IsoglossError where no language has what the setting needs."""
    home = task.source_language
    chosen = [lang for lang in dict.fromkeys([home, *about["languages"]]) if lang == home or asked is None or lang in asked]
    trained = {split: [lang for lang in chosen if lang in about["trained"].get(split, ())] for split in ("translated", "train")}

    def dev(languages: Sequence[str]) -> dict[str, Dev]:
        return {
            lang: Dev(read_features(features, "dev", lang), KINDS[task.kind].read(taskdata, lang, "dev"))
            for lang in languages
            if lang in about["dev"]
        }

    if setting == "supervised_per_language":
        own = {lang: split for split, languages in trained.items() for lang in languages}
        return [Run(lang, [read_features(features, own[lang], lang)], dev([lang])) for lang in chosen if lang in own]
    learnt = [("train", home)]
    if further := FURTHER.get(setting):
        learnt += [(further, lang) for lang in trained[further] if lang != home]
        if len(learnt) == 1:
            where, given = f"task {task.name}, setting {setting}", f"has no {further} data in another language than {home}"
            raise IsoglossError(where, given, f"languages: {', '.join(chosen)}", "Use zero_shot, or add the files")
    judging = chosen if policy in ("joint_dev", "per_language_dev") else [home]
    return [Run(EVERY, [read_features(features, split, lang) for split, lang in learnt], dev(judging))]


def train(
    task: Task,
    run: Run,
    network: nn.Module,
    settings: Mapping[str, Any],
    seed: int,
    pad: int,
    device: torch.device,
    log: list[dict[str, Any]],
    title: str,
) -> Selection:
    """Train for the epochs asked for, a look at the dev sets after each; a line of the log an epoch."""
    head, rows, selection = head_for(task, settings), rows_of(run.train), Selection(settings["selection"], run.lang)
    lengths = np.concatenate([features.lengths for features in run.train])
    last = round(settings["epochs"] * -(-len(rows) // settings["batch_size"]))
    optimizer = torch.optim.AdamW(_groups(network, settings), eps=settings["epsilon"], fused=True)
    decay = SCHEDULES[settings["schedule"]]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: decay(step, last, settings["warmup"], settings["warmup_steps"]))
    gradients, progress, began, step = Gradients(head, network, pad, device), Progress(last, title), time.monotonic(), 0
    total = torch.zeros((), device=device)
    while step < last:
        network.train()
        batches = batch_order(lengths, settings["batch_size"], np.random.default_rng([seed, step]))[: last - step]
        for batch in batches:
            total += gradients.of([rows[k] for k in batch])
            if not isinstance(network, Probe):  # whose layers shall not shorten each other's steps
                nn.utils.clip_grad_norm_(network.parameters(), settings["clip"])
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            step += 1
            progress.tick(step)
        if not torch.isfinite(total):
            rate = f"finetune.learning_rate (now {settings['learning_rate']})"
            raise IsoglossError("finetune", "the loss is not a finite number", "", f"Lower {rate}")
        scores = {lang: dev_score(task, head, network, dev, lang, pad, device) for lang, dev in run.dev.items()}
        selection.offer(step, network, scores)
        line: dict[str, Any] = {"lang": run.lang} if run.lang != EVERY else {}
        line |= {"step": step, "loss": float(total) / len(batches), "seconds": round(time.monotonic() - began, 3)}
        log.append(line | {f"dev/{lang}/{task.headline}": score for lang, score in scores.items()})
        told = ", ".join(f"{lang} {score:.2f}" for lang, score in scores.items())
        progress.report(step, f"loss {line['loss']:.3f}, dev {task.headline} {told}")
        total = torch.zeros_like(total)
    if not last:
        selection.offer(0, network, {})
    progress.close()
    return selection


def dev_score(task: Task, head: Any, network: nn.Module, dev: Dev, lang: str, pad: int, device: torch.device) -> float:
    """The headline metric on a dev set, in percent; of a probe the mean over its layers."""
    found = head.predict(task, network, dev.features, dev.records, lang, pad, device)
    layers = range(network.layers) if isinstance(network, Probe) else [None]
    answers = [found if layer is None else [{**record, "pred": record["pred"][layer]} for record in found] for layer in layers]
    scores = [KINDS[task.kind].metrics(task, dev.records, answer, lang)[task.headline] for answer in answers]
    return sum(scores) / len(scores)


def publish(selection: Selection, network: Any, tokenizer: Any, directory: Path) -> dict[str, str]:
    """Write the models that were kept -> {language: directory below `directory`}; "." for the one model of all languages."""
    lone = list(selection.chosen) == [EVERY]
    places = {step: "." if lone else f"{selection.lang}-{step}".removeprefix(f"{EVERY}-") for step in selection.chosen.values()}
    for step, where in places.items():
        network.load_state_dict(selection.states[step])
        network.save_pretrained(directory / where)
        tokenizer.save_pretrained(directory / where)
    return {lang: places[step] for lang, step in selection.chosen.items()}


def _groups(network: Any, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    if isinstance(network, Probe):
        decays = (network.weight, settings["weight_decay"]), (network.bias, 0.0)
        return [{"params": [parameter], "lr": settings["probe_rate"], "weight_decay": decay} for parameter, decay in decays]
    return parameter_groups(network, settings)
