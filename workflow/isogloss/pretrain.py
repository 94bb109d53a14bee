"""token stores -> model: the training loop. It knows no objective by name.

    for each step and objective: stream -> examples -> collate -> batch -> encoder -> loss
    loss = sum of weight * loss; AdamW; a log line now and then; a checkpoint now and then; at the end the published model

Everything random in step k follows from (seed, k, objective), so the state to resume from is weights, optimiser and cursors.
"""

import contextlib
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .batch import Layout, SpecialIds
from .checkpoint import Checkpoints, fingerprint
from .device import autocast, choose_device, use_determinism
from .encoder import TransformersEncoder, first_position, load_model, new_model, place, quiet
from .errors import IsoglossError
from .lineage import lineage
from .objectives import OBJECTIVES, load_objective
from .progress import Progress
from .provenance import origin
from .publish import publish
from .schedule import warmup_decay
from .streams import Part, Stream
from .tokens import open_tokens
from .training_log import Window
from .vocab import load_vocab, vocab_fingerprint

STOPPED = 75  # exit code after a checkpoint on SIGTERM: EX_TEMPFAIL, "run me again"


class Trainee(nn.Module):
    """Encoder and objectives together: what the optimiser and a checkpoint hold. Only the encoder is published."""

    def __init__(self, encoder: TransformersEncoder, objectives: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.encoder, self.objectives = encoder, nn.ModuleDict(objectives)


def pretrain(
    spec: Mapping[str, Any],
    *,
    vocab: Path,
    mono: Mapping[str, Path],
    bitext: Mapping[str, Path],
    init: str | Path | None,
    checkpoints: Path,
    out: Path,
    threads: int,
    minutes: float,
    steps: int | None,
    keep: int,
) -> None:
    """Train one recipe with one seed and publish the model directory.

    Args:
        spec: {recipe, seed, encoder, pretrain, objectives: {name: {weight, ...}}}, the slice of the config.
        mono, bitext: language -> tokens artifact, pair -> tokens artifact, as far as the objectives eat them.
        init: a published model, or a checkpoint directory or name; None starts from scratch.
        checkpoints: directory of resumable state; `minutes`, `steps`, `keep`: when it is written and how much stays.
    Raises:
        IsoglossError: bad input, a loss that is not finite, a second process on the same checkpoints.
        SystemExit(75): stopped by a signal, after a checkpoint.
    """
    use_determinism(threads)
    quiet()
    device, settings, seed = choose_device(), spec["pretrain"], spec["seed"]
    tokenizer = load_vocab(vocab)
    torch.manual_seed(seed)
    model = load_model(init, spec["encoder"], tokenizer) if init else new_model(spec["encoder"], tokenizer)
    trainee = Trainee(TransformersEncoder(place(model, device)), _objectives(spec["objectives"])).to(device)
    objectives: dict[str, Any] = dict(trainee.objectives.items())
    weights = {name: float(options.get("weight", 1.0)) for name, options in spec["objectives"].items()}
    layout = Layout(SpecialIds.of(tokenizer), spec["encoder"]["max_length"], first_position(model.config))
    stores = {"mono": mono, "bitext": bitext}
    streams = {
        name: _stream(name, stores[OBJECTIVES[name].stream], objective.layout(layout), settings, len(weights), seed, vocab)
        for name, objective in objectives.items()
    }
    optimizer = _optimizer(trainee, settings)
    inputs = lineage(mono, bitext, vocab, init)
    last, progress = settings["steps"], Progress(settings["steps"], f"{spec['recipe']} seed {seed}")
    state = {"tokens": 0, "rows": 0, "seconds": 0.0, "resumed": 0}
    with Checkpoints(checkpoints, fingerprint([spec, inputs]), keep=keep, warn=progress.write) as kept, _stop_signals() as stop:
        step, window = _resume(kept, trainee, optimizer, streams, state, progress)
        kept.rewind_log(step)
        began, saved = time.monotonic() - state["seconds"], time.monotonic()
        trainee.train()

        def save() -> None:
            _check_finite(window, kept)
            _check_weights(trainee, kept)
            state["seconds"] = time.monotonic() - began
            cursors = {name: stream.state() for name, stream in streams.items()}
            weights_and_moments = {"trainee": trainee.state_dict(), "optimizer": optimizer.state_dict()}
            kept.save(step, {**weights_and_moments, "streams": cursors, "window": window.sums, **state})

        while step < last:
            torch.manual_seed(_step_seed(seed, step))  # dropout
            for group in optimizer.param_groups:
                group["lr"] = settings["learning_rate"] * warmup_decay(step, last, settings["warmup"])
            total = torch.zeros((), device=device)
            for number, (name, objective) in enumerate(objectives.items()):
                generator = torch.Generator().manual_seed(_step_seed(seed, step, number + 1))
                batch = objective.collate(streams[name].next_batch(), objective.layout(layout), generator)
                state["tokens"] += batch.tokens
                state["rows"] += len(batch.ids)
                with autocast(settings["precision"], device):
                    loss, metrics = objective(trainee.encoder, batch.to(device))
                (weights[name] * loss).backward()
                total += weights[name] * loss.detach()
                window.add({f"loss/{name}": loss.detach(), **{f"{key}/{name}": value for key, value in metrics.items()}})
            norm = nn.utils.clip_grad_norm_(trainee.parameters(), settings["clip"])
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            window.add({"loss": total, "gradient_norm": norm})
            step += 1
            if step % settings["log_every"] == 0 or step == last:
                _check_finite(window, kept)
                state["seconds"] = time.monotonic() - began
                rate = optimizer.param_groups[0]["lr"]
                kept.append_log(
                    {
                        "step": step,
                        "tokens": state["tokens"],
                        "seconds": round(state["seconds"], 3),
                        "learning_rate": rate,
                        **window.means(),
                    }
                )
                progress.report(step, f"loss {window.mean('loss'):.3f}, {state['tokens'] / max(state['seconds'], 1e-9):,.0f} tokens/s")
                window.clear()
            due = time.monotonic() - saved > 60 * minutes or (steps is not None and step % steps == 0)
            if stop or (due and step < last):
                save()
                saved = time.monotonic()
            if stop:
                progress.write(f"stopped by a signal at step {step}; the next run goes on from there")
                sys.exit(STOPPED)
        progress.close()
        _check_weights(trainee, kept)
        state["seconds"] = time.monotonic() - began
        run = {**origin("pretrain"), "spec": spec, "inputs": inputs, "device": str(device), "threads": threads, "steps": last, **state}
        run["unigram_entropy"] = next((stream.unigram_entropy for name, stream in streams.items() if OBJECTIVES[name].stream == "mono"), {})
        publish(model, vocab, kept.log, run, out)
        kept.clear()


def _objectives(options: Mapping[str, Mapping[str, Any]]) -> dict[str, nn.Module]:
    made = {}
    for name, given in options.items():
        try:
            made[name] = load_objective(name)(**{key: value for key, value in given.items() if key != "weight"})
        except TypeError as error:  # "... got an unexpected keyword argument 'rte'"
            import inspect

            allowed = ", ".join(["weight", *list(inspect.signature(load_objective(name)).parameters)])
            raise IsoglossError(
                f"objective {name}", str(error).rpartition("() ")[2], f"allowed: {allowed}", "Correct it in the recipe"
            ) from error
    return made


def _stream(
    name: str, stores: Mapping[str, Path], layout: Layout, settings: Mapping[str, Any], shares: int, seed: int, vocab: Path
) -> Stream:
    parts = [Part(part, open_tokens(path, vocab_fingerprint(vocab))) for part, path in sorted(stores.items())]
    sides = len(parts[0].stores) if parts else 1
    try:
        return Stream(
            parts,
            batch_tokens=settings["batch_tokens"] // shares,
            max_length=layout.max_length,
            overhead=layout.overhead(sides),
            alpha=settings["alpha"],
            seed=seed,
        )
    except IsoglossError as error:
        raise IsoglossError(f"objective {name}: {error.where}", error.given, error.allowed, error.remedy) from error


def _optimizer(trainee: nn.Module, settings: Mapping[str, Any]) -> torch.optim.Optimizer:
    decayed = [p for p in trainee.parameters() if p.requires_grad and p.ndim > 1]
    others = [p for p in trainee.parameters() if p.requires_grad and p.ndim <= 1]  # biases and layer norms
    groups = [{"params": decayed, "weight_decay": settings["weight_decay"]}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(
        groups, lr=settings["learning_rate"], betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"], fused=True
    )


def _step_seed(*parts: int) -> int:
    return int(fingerprint(list(parts))[:15], 16)


# --------------------------------------------------------------------------------------------------- state and signals


def _resume(
    kept: Checkpoints, trainee: nn.Module, optimizer, streams: Mapping[str, Stream], state: dict[str, Any], progress: Progress
) -> tuple[int, Window]:
    """(step to go on from, log window), with everything else put back where it was."""
    found = kept.latest()
    if found is None:
        return 0, Window()
    trainee.load_state_dict(found["trainee"])
    optimizer.load_state_dict(found["optimizer"])
    for name, stream in streams.items():
        stream.resume(found["streams"][name])
    state.update({key: found[key] for key in state}, resumed=found["resumed"] + 1)
    progress.write(f"resumed at step {found['step']}")
    return found["step"], Window(found["window"])


def _check_finite(window: Window, kept: Checkpoints) -> None:
    if name := window.not_finite():
        raise _diverged(name, kept)


def _check_weights(trainee: nn.Module, kept: Checkpoints) -> None:
    for name, parameter in trainee.named_parameters():
        if not torch.isfinite(parameter).all():
            raise _diverged(f"weight {name}", kept)


def _diverged(what: str, kept: Checkpoints) -> IsoglossError:
    states = sorted(kept.directory.glob("step-*.pt"))
    good = f"The last good state is kept in {states[-1]}" if states else "No state had been saved yet"
    return IsoglossError("pretrain", f"{what} is not a finite number", "", f"{good}. Lower learning_rate, or raise warmup, then run again")


@contextlib.contextmanager
def _stop_signals():
    """A list that becomes non-empty when the job is asked to stop; the loop then saves and leaves."""
    asked: list[int] = []
    signals = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)
    before = {number: signal.signal(number, lambda got, _: asked.append(got)) for number in signals}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
