"""Which engine fine-tunes and predicts fastest? One process, the engines in turn, several rounds; medians and ratios.

    python benchmarks/finetune.py --size 4x256/10k --rounds 3 [--data DIR] [--tasks xnli udpos xquad] [--threads 2] [--out FILE.json]

Every engine starts from the same XLM-R with random weights and trains one epoch on the same few rows (pairs, sentences, or windows of
a text under a question) with the settings of XTREME's scripts, 32 rows a step, then predicts the same test rows. Everybody's rows are
tokenised before. `--data` is a directory with a folder a task, as published; without it a mini-world is written, whose texts are short.
First it is checked that the work is the same: 10 steps on the same batches in fp32 without dropout give the same losses (once the Trainer
may not place answers in the padding, which it otherwise does).

trainer          transformers' Trainer as run_xnli.py, run_ner.py and run_qa.py leave it: rows of pairs and questions padded to the greatest
                 length, sentences to the longest of a batch; fp32 on a CPU; 8 rows at a time to predict
trainer-dynamic  the same, every batch padded to its longest row
trainer-tuned    rows of like length together, bf16 where the processor has it, the faster attention, 64 sorted rows at a time to predict
ours             isogloss

Of ours everything is timed, from `train` to the state that is kept, and from rows to answers; of a Trainer only the epoch, and the
scores without the way to answers. The peers need `accelerate`, which isogloss does not; without it they are left out, and said so.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from peers.tasks import TASKS, TaskSetup, make_setups
from peers.tuning import Engine, OurEngine, TrainerEngine, Way, our_losses, peer_losses
from pretrain import prepare

from isogloss.errors import IsoglossError

OURS = "ours"
ENGINES = ("trainer", "trainer-dynamic", "trainer-tuned", OURS)
CHECKED_STEPS, CHECKED_ROWS, CHECKED_RATE = 10, 8, 1e-3  # a rate at which losses move
TOLERANCE = 1e-4

Make = Callable[[TaskSetup], Engine]


class Round(NamedTuple):
    """Rows a second."""

    train: float
    predict: float


def engines_of(setup: TaskSetup) -> dict[str, list[Make]]:
    """The variants of each engine, of which the fastest counts. Sentences to tag are never padded to the greatest length."""
    padded = setup.task.kind != "tag"
    ways = {
        "trainer": [Way(padded=padded)],
        "trainer-dynamic": [Way()] if padded else [],
        "trainer-tuned": [Way(tuned=True, attention=attention) for attention in ("sdpa", "eager")],
    }
    peers: dict[str, list[Make]] = {name: [partial(TrainerEngine, way=way) for way in some] for name, some in ways.items() if some}
    return peers | {OURS: [OurEngine]}


def measure(to_train: Make, to_predict: Make, setup: TaskSetup) -> Round:
    engine = to_train(setup)
    trained = len(setup.train) / engine.train()
    asked = engine if to_predict is to_train else to_predict(setup)
    return Round(trained, len(setup.test) / asked.predict())


def compare(setup: TaskSetup, names: Sequence[str], rounds: int) -> dict[str, list[Round]]:
    """The measured rounds of every engine, after others that warm the processor's kernels up and choose between variants."""
    chosen: dict[str, tuple[Make, Make]] = {}
    for name in names:
        makes = engines_of(setup)[name]
        for _ in makes:  # twice over two of them: what the first warms up, the second must not win by
            tried = [measure(make, make, setup) for make in makes]
        to_train, to_predict = (makes[int(np.argmax(speeds))] for speeds in zip(*tried, strict=True))
        chosen[name] = to_train, to_predict
    measured: dict[str, list[Round]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:  # in turn, so that a drift of the machine's speed hits all alike
            measured[name].append(measure(*chosen[name], setup))
    return measured


def same_work(setup: TaskSetup) -> float:
    """The greatest difference between the losses of ours and the Trainer's, step by step. Raises IsoglossError where it is not rounding."""
    settings = setup.settings | {"batch_size": CHECKED_ROWS, "learning_rate": CHECKED_RATE}
    batches = checked_batches(setup)
    settings["epochs"] = len(batches) / -(-len(setup.spare) // CHECKED_ROWS)
    left, right = our_losses(setup, batches, settings), peer_losses(setup, batches, settings)
    apart = max(abs(x - y) for x, y in zip(left, right, strict=True))
    if not apart < TOLERANCE:
        raise IsoglossError(setup.task.name, f"losses {left} and {right}", f"within {TOLERANCE}", "Do not quote figures: the work differs")
    return apart


def checked_batches(setup: TaskSetup) -> list[list[int]]:
    """Spare rows at random, in whole batches."""
    order = np.random.default_rng(setup.seed).permutation(len(setup.spare))[: CHECKED_STEPS * CHECKED_ROWS]
    return order[: len(order) // CHECKED_ROWS * CHECKED_ROWS].reshape(-1, CHECKED_ROWS).tolist()


# ----------------------------------------------------------------------------------------------------------------- results


def summary(measured: dict[str, list[Round]]) -> dict[str, dict[str, Any]]:
    """Medians, least and most of rows a second, and of ours over each engine round by round."""
    found: dict[str, dict[str, Any]] = {}
    for name, rounds in measured.items():
        found[name] = {}
        for part in Round._fields:
            found[name][part] = spread([getattr(round, part) for round in rounds])
            if name != OURS and OURS in measured:
                pairs = zip(measured[OURS], rounds, strict=True)
                found[name][f"ours over it, {part}"] = spread([getattr(mine, part) / getattr(its, part) for mine, its in pairs])
    return found


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def show(results: dict[str, dict[str, Any]]) -> None:
    def cell(row: dict[str, Any], key: str, digits: int) -> str:
        return "{median:,.{d}f} ({least:,.{d}f} to {most:,.{d}f})".format(**row[key], d=digits) if key in row else ""

    columns = {"train": 1, "ours over it, train": 2, "predict": 1, "ours over it, predict": 2}
    print(f"  {'engine':16}{'fine-tuning, rows/s':>32}{'ours / it':>23}{'prediction, rows/s':>32}{'ours / it':>23}")
    for name, row in results.items():
        cells = (cell(row, key, digits).rjust(32 if digits == 1 else 23) for key, digits in columns.items())
        print(f"  {name:16}{''.join(cells)}".rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="4x256/10k", help="LAYERSxWIDTH/VOCABULARYk: 4x256/10k, 6x384/32k, 6x384/250k ...")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS), metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--data", type=Path, help="directory with the folders of these tasks, as published (xquad learns from squad's)")
    parser.add_argument("--language", default="en", help="of the test sets; training is English")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), metavar="ENGINE", help=", ".join(ENGINES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8, help="batches of 32 records to train on in a round")
    parser.add_argument("--asked", type=int, default=256, help="test records in a round")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--malloc", choices=("default", "keep"), default="keep", help="keep: freed memory stays with the process, as ours does"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write everything as JSON")
    options = parser.parse_args()
    prepare(options.threads, options.malloc)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            run(options, Path(temporary))
    except IsoglossError as error:
        sys.exit(str(error))


def run(options: argparse.Namespace, place: Path) -> None:
    names = options.engines
    if not importlib.util.find_spec("accelerate"):
        print("Trainer: left out, because accelerate is not installed", file=sys.stderr)
        names = [OURS]
    wanted = options.tasks, options.data, options.language, options.size, options.steps, options.asked, options.seed
    setups = make_setups(*wanted, place)
    conditions = {
        **{"size": options.size, "device": str(setups[0].device), "threads": options.threads, "malloc": options.malloc},
        **{"bf16": setups[0].bf16, "torch": torch.__version__, "transformers": importlib.metadata.version("transformers")},
        **{"language": options.language, "load": round(os.getloadavg()[0], 2)},
    }
    for name, value in conditions.items():
        print(f"{name:14} {value}")
    tables = {}
    for setup in setups:
        lengths = " and ".join(f"{len(rows)} rows of {rows.lengths.mean():.1f} tokens" for rows in (setup.train, setup.test))
        print(f"\n{setup.task.name}: {lengths}; at most {setup.settings['max_length']}")
        if len(names) > 1:
            print(f"  the same work: losses of {CHECKED_STEPS} steps differ by {same_work(setup):.0e} at most")
        known = [name for name in names if name in engines_of(setup)]
        tables[setup.task.name] = summary(compare(setup, known, options.rounds))
        show(tables[setup.task.name])
    if options.out:
        options.out.write_text(json.dumps({"conditions": conditions, "tasks": tables}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
