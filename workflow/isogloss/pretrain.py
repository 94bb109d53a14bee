"""token stores -> model: the training loop. It knows no objective by name.

    for each step and objective: stream -> packed rows -> batch -> prepare (hide and ask) -> this rank's part -> encoder -> gradients
    loss = sum of weight * loss; optimiser; a log line now and then; a checkpoint now and then; at the end the published model

Everything random in step k follows from (seed, k, objective), so the state to resume from is weights, optimiser and cursors.
"""

import contextlib
import functools
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from . import memory
from .batch import Batch, SpecialIds, empty_batch
from .checkpoint import Checkpoints, fingerprint
from .device import autocast, choose_device, chosen_precision, keep_memory, use_determinism
from .encoder import TransformersEncoder, load_model, new_model, quiet
from .errors import IsoglossError
from .feeding import languages_of, make_layout, make_streams, parallel_languages, read_parts
from .flops import flops_per_token, peak_flops
from .inheritance import inherit_objectives, learnt
from .language_embedding import LanguageEmbedding
from .lineage import lineage
from .loader import Loader
from .objectives import OBJECTIVES
from .objectives.contract import Objective, Setup, backward
from .optimizer import Optimizers, make_optimizer
from .parallel import Ranks
from .progress import Progress
from .provenance import origin
from .publish import publish
from .schedule import warmup_decay
from .sharding import local
from .streams import Part, Stream
from .token_dictionary import TokenDictionary, read_token_dictionary
from .tracing import Profile
from .tracking import Tracking
from .trainee import Trainee, make_objectives
from .training_log import Pace, Window, summary
from .trim import Trimmed, trim, used_ids, used_in_texts
from .vocab import load_vocab

STOPPED = 75  # exit code after a checkpoint on SIGTERM: EX_TEMPFAIL, "run me again"


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
    links: Mapping[str, Path] | None = None,
    dictionary: Mapping[str, Path] | None = None,
    evaluation: Sequence[Path] = (),
    parallel: str = "ddp",
    compiled: bool | None = None,
    chunk_tokens: int | None = None,
    tensorboard: Path | None = None,
    wandb: str | None = None,
    profile: Path | None = None,
) -> None:
    """Train one recipe with one seed and publish the model directory. Under torchrun, one of several ranks of that training.

    Args:
        spec: {recipe, seed, encoder, pretrain, objectives: {name: {weight, ...}}}, the slice of the config.
        mono, bitext: language -> tokens artifact, pair -> tokens artifact, as far as the objectives eat them.
        init: a published model, or a checkpoint directory or name; None starts from scratch.
        checkpoints: directory of resumable state; `minutes`, `steps`, `keep`: when it is written and how much stays.
        links, dictionary: pair -> word links of its bitext, pair -> dictionary, where objectives read them.
        evaluation: texts, one a line, whose pieces a trimmed vocabulary keeps beside those of the stores.
        parallel: "ddp" or "fsdp", how ranks share the model; compiled: torch.compile, None: on a GPU.
        chunk_tokens: padded tokens of a rank's rows that are computed at a time; None: all.
        tensorboard, wandb, profile: who else gets the log; where a trace of a few steps goes.
    Raises:
        IsoglossError: bad input, a loss that is not finite, a second process on the same checkpoints.
        SystemExit(75): stopped by a signal, after a checkpoint.
    """
    links, dictionary = links or {}, dictionary or {}
    use_determinism(threads)
    quiet()
    with Ranks(parallel) as ranks:
        device, settings, seed = choose_device(), spec["pretrain"], spec["seed"]
        keep_memory(device)
        tokenizer, parts = load_vocab(vocab), read_parts(mono, bitext, links, vocab)
        languages = languages_of(parts, dictionary)
        entries = read_token_dictionary(dictionary, tokenizer, languages) if dictionary else None
        torch.manual_seed(seed)
        model = load_model(init, spec["encoder"], tokenizer) if init else new_model(spec["encoder"], tokenizer)
        special, trimmed = _trimmed(spec, model, tokenizer, parts, entries, evaluation, ranks)
        if trimmed and entries:
            entries = entries.renamed(trimmed.small)
        encoder = TransformersEncoder(model)
        embedding = LanguageEmbedding(len(languages), encoder.width)
        setup = Setup(encoder, special, languages, parallel_languages(parts, languages), embedding, entries)
        objectives = make_objectives(spec["objectives"], setup)
        trainee = Trainee(encoder, objectives)
        inherit_objectives(init, trainee.objectives, languages)
        trainee.to(device)
        ranks.divide(trainee.encoder)
        if compiled or compiled is None and device.type == "cuda":
            trainee.encoder.compile_body()
        weights = {name: float(options.get("weight", 1.0)) for name, options in spec["objectives"].items()}
        streams, rows = make_streams(
            spec["objectives"], objectives, make_layout(spec, special, model), parts, languages, settings, seed, device
        )
        optimizer = make_optimizer(trainee, settings)
        inputs, last = lineage(mono, bitext, vocab, init, links, dictionary), settings["steps"]
        if trimmed:
            inputs["kept"] = fingerprint(trimmed.kept.tolist())
        progress = Progress(last, f"{spec['recipe']} seed {seed}", silent=not ranks.first)
        precision = chosen_precision(settings["precision"], device)
        half = functools.partial(autocast, precision, device)
        cost = _cost(model, objectives, streams)
        if last and streams:
            _announce_memory(trainee, streams, settings, ranks, device, precision, chunk_tokens, progress)
        state: dict[str, Any] = {"tokens": 0, "cells": 0, "sequences": 0, "seconds": 0.0, "resumed": 0}
        with (
            Checkpoints(checkpoints, fingerprint([spec, inputs]), keep=keep, warn=progress.write, write=ranks.first) as kept,
            Loader(streams, rows) as loader,
            _stop_signals() as stop,
            contextlib.ExitStack() as watchers,
        ):
            step, window = _resume(kept, ranks, trainee, optimizer, streams, state, progress)
            kept.rewind_log(step)
            board, project = (tensorboard, wandb) if ranks.first else (None, None)
            told = Tracking(board, project, run=f"{spec['recipe']}/{seed}", config=spec, resumed_at=step)
            tracking = watchers.enter_context(told)
            tracer = watchers.enter_context(Profile(profile if ranks.first else None, progress.write))
            peak, read = peak_flops(device, precision), state["tokens"] + window.total("tokens")
            pace = Pace(cost, peak and peak * ranks.count, tokens=read, seconds=state["seconds"])
            saved, nothing = time.monotonic(), empty_batch(device)
            trainee.train()

            def save() -> None:
                _check_finite(window, kept)
                _check_weights(trainee, kept)
                state["seconds"] = pace.seconds
                weights_and_moments = ranks.whole({"trainee": trainee.state_dict(), "optimizer": optimizer.state_dict()})
                kept.save(step, {**weights_and_moments, "streams": loader.state(), "window": window.over(ranks), **state})

            while step < last:
                torch.manual_seed(_step_seed(seed, step, ranks.number))  # dropout
                optimizer.set_rate(warmup_decay(step, last, settings["warmup"]))
                total = torch.zeros((), device=device)
                batches = loader.next_batches()
                for number, (name, objective) in enumerate(objectives.items(), 1):
                    whole = replace(batches.get(name, nothing), done=step / last)
                    batch = objective.prepare(whole, special, (seed, name))
                    if name in batches:
                        state["cells"] += batch.ids.numel()
                        state["sequences"] += batch.sequences
                        window.add({"tokens": batch.tokens, "padding": 1 - batch.tokens / batch.ids.numel()})
                    own = batch.part(ranks.number, ranks.count)
                    ranks.exchange_gradients_in_backward(trainee.encoder, number == len(objectives))
                    loss, metrics = backward(objective, trainee.encoder, own, weights[name], _chunks(own, chunk_tokens), half)
                    total += weights[name] * loss
                    window.add({f"loss/{name}": loss, **{f"{key}/{name}": value for key, value in metrics.items()}})
                ranks.average_gradients(trainee.parameters())
                norm = ranks.clip(trainee.parameters(), settings["clip"])
                optimizer.step()
                optimizer.zero_grad()
                for objective in objectives.values():
                    objective.after_step(trainee.encoder)
                window.add({"loss": total, "gradient_norm": norm})
                step += 1
                tracer.step()
                if step % settings["log_every"] == 0 or step == last:
                    _check_finite(window, kept)
                    means = window.means(ranks)
                    state["tokens"] += window.total("tokens")
                    record = {**means, "tokens": state["tokens"], "learning_rate": optimizer.rate}
                    record |= pace.line(state["tokens"], loader.waited, memory.peak(device))
                    kept.append_log({"step": step, **record})
                    tracking.log(step, record)
                    progress.report(step, summary(record))
                    window.clear()
                asked = ranks.any(bool(stop))
                due = ranks.any(time.monotonic() - saved > 60 * minutes) or (steps is not None and step % steps == 0)
                if asked or (due and step < last):
                    save()
                    saved = time.monotonic()
                if asked:
                    kept.wait()
                    progress.write(f"stopped by a signal at step {step}; the next run goes on from there")
                    sys.exit(STOPPED)
            progress.close()
            _check_weights(trainee, kept)
            state["seconds"] = pace.seconds
            if trimmed:
                trimmed.restore()
            finished = ranks.whole_model(model)
            if ranks.first:
                run = {
                    **origin("pretrain"),
                    "spec": spec,
                    "inputs": inputs,
                    "device": str(device),
                    "ranks": ranks.count,
                    "threads": threads,
                }
                run |= {"steps": last, "precision": precision, **state, "flops": cost * state["tokens"]}
                run["unigram_entropy"] = next(
                    (stream.unigram_entropy for name, stream in streams.items() if OBJECTIVES[name].stream == "mono"), {}
                )
                if trimmed:
                    run["vocabulary_used"] = len(trimmed.kept)
                publish(finished, vocab, kept.log, run, out, learnt(trainee.objectives), languages)
                kept.clear()


def _trimmed(
    spec: Mapping[str, Any],
    model,
    tokenizer,
    parts: Mapping[str, list[Part]],
    entries: TokenDictionary | None,
    evaluation: Sequence[Path],
    ranks: Ranks,
) -> tuple[SpecialIds, Trimmed | None]:
    """The special ids, and with `trim` the model and the stores cut to the vocabulary that stores, dictionary and evaluation sets use."""
    special = SpecialIds.of(tokenizer)
    if not spec["encoder"].get("trim"):
        return special, None
    if ranks.shards:
        raise IsoglossError("encoder.trim", "true, with hardware.parallel: fsdp", "", "Use ddp: a trimmed model is a small one")
    every = [part for kind in parts.values() for part in kind]
    texts = (line for path in evaluation for line in path.read_text(encoding="utf-8").splitlines())
    extra = np.concatenate([used_in_texts(texts, tokenizer), entries.used_ids() if entries else np.empty(0, np.int64)])
    trimmed = trim(model, used_ids((store for part in every for store in part.stores), tokenizer, extra))
    for part in every:
        part.stores = trimmed.stores(part.stores)
    return trimmed.special(special), trimmed


def _shape(model) -> dict[str, Any]:
    """A transformers config in the words of the config section `encoder`."""
    config = model.config
    return {
        "layers": config.num_hidden_layers,
        "width": config.hidden_size,
        "heads": config.num_attention_heads,
        "feed_forward": config.intermediate_size,
        "max_length": config.max_position_embeddings,
        "dropout": config.hidden_dropout_prob,
    }


def _cost(model, objectives: Mapping[str, Objective], streams: Mapping[str, Stream]) -> float:
    """Floating-point operations per token, estimated; all objectives with rows have as many tokens."""
    length, passes = (
        sum(values) / max(len(streams), 1)
        for values in ([stream.mean_cells for stream in streams.values()], [objectives[name].passes for name in streams])
    )
    return passes * flops_per_token(_shape(model), model.config.vocab_size, length)


def _announce_memory(
    trainee: Trainee,
    streams: Mapping[str, Stream],
    settings: Mapping[str, Any],
    ranks: Ranks,
    device: torch.device,
    precision: str,
    chunk_tokens: int | None,
    progress: Progress,
) -> None:
    """Say what the first step will need; refuse what cannot fit."""
    stream, model = next(iter(streams.values())), trainee.encoder.model  # all streams have as many rows, of one length
    needed = memory.estimate(
        _shape(model),
        model.config.vocab_size,
        batch_tokens=min(chunk_tokens or sys.maxsize, stream.batch_rows * stream.layout.row_length // ranks.count),
        row_length=stream.layout.row_length,
        precision=precision,
        optimizer=settings.get("optimizer", "adamw"),
        device=device.type,
        shards=ranks.count if ranks.shards else 1,
    )
    frozen = sum(parameter.numel() for parameter in trainee.objectives.parameters() if not parameter.requires_grad)
    needed = replace(needed, weights=needed.weights + 4 * frozen)  # a momentum encoder
    free = memory.available(device) + 4 * sum(parameter.numel() for parameter in model.parameters())  # the model is there already
    progress.write(memory.describe(needed, free))
    memory.refuse_if_too_large(needed, free)


def _chunks(batch: Batch, chunk_tokens: int | None) -> int:
    """How many chunks of rows are computed one after the other; a row is never torn apart."""
    if not chunk_tokens or not len(batch.ids):
        return 1
    return min(len(batch.ids), -(-batch.ids.numel() // chunk_tokens))


def _step_seed(*parts: int) -> int:
    return int(fingerprint(list(parts))[:15], 16)


# --------------------------------------------------------------------------------------------------- state and signals


def _resume(
    kept: Checkpoints,
    ranks: Ranks,
    trainee: nn.Module,
    optimizer: Optimizers,
    streams: Mapping[str, Stream],
    state: dict[str, Any],
    progress: Progress,
) -> tuple[int, Window]:
    """(step to go on from, log window), with everything else put back where it was."""
    found = kept.latest()
    if found is None:
        return 0, Window()
    ranks.load(trainee, found["trainee"])
    ranks.load_moments(optimizer, found["optimizer"])
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
        if not torch.isfinite(local(parameter)).all():
            raise _diverged(f"weight {name}", kept)


def _diverged(what: str, kept: Checkpoints) -> IsoglossError:
    with contextlib.suppress(IsoglossError):  # of a full disk: the divergence is the news
        kept.wait()
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
