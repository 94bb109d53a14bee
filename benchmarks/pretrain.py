"""Which engine pre-trains fastest? One process, the engines in turn, several rounds; medians and ratios.

    python benchmarks/pretrain.py --size 6x512/32k --rounds 3 [--engines trainer trainer-tuned ours] [--threads 2] [--out FILE.json]

Every engine trains the same XLM-R with the same first weights (ModernBERT: the same width, depth and vocabulary) on the same
tokenised pairs with 15 % of the tokens masked, AdamW, gradients clipped at 1. A step is timed with all that belongs to it: reading,
padding, masking, forward, backward, optimiser. What counts are real tokens, not padding. The peers need `accelerate` and
`sentence-transformers`, which isogloss does not; who lacks its package is left out, and said so.

A tuned peer first tries its variants (batch, attention) for a few seconds each and keeps the fastest.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from peers import ours, sentences, trainer
from peers.meter import Measured, Meter, middle, peak_memory
from peers.setup import LENGTH, MASKED, Setup, add_options, make_setup
from peers.trainer import STOCK_BATCH, Variant

from isogloss.device import choose_device, keep_memory
from isogloss.errors import IsoglossError
from isogloss.flops import flops_per_token, mfu, peak_flops

WARMUP, AGAIN = 3, 2  # steps that are not timed: of a new engine, and of one that goes on
MEMORY_STEPS = 5  # of the process in which memory is measured


class Engine(Protocol):
    """Trains on and on. `model`: a transformers masked language model on the device, or None where its loss is another."""

    model: Any
    tokens_per_step: float

    def run(self, meter: Meter) -> None:
        """Train until `meter.step_done()` says stop, counting every batch with `meter.count`."""


@dataclass(frozen=True)
class Recipe:
    """How to make an engine: `make(setup, variant, steps)`, where `steps` is the length of a whole schedule, None for a constant rate."""

    make: Callable[[Setup, Variant, int | None], Engine]
    variants: Callable[[Setup], list[Variant]]
    needs: tuple[str, ...] = ()


ENGINES = {
    "trainer": Recipe(trainer.stock, trainer.stock_variants, ("accelerate",)),
    "trainer-tuned": Recipe(trainer.tuned, trainer.tuned_variants, ("accelerate",)),
    "blocks": Recipe(trainer.blocks, trainer.block_variants, ("accelerate",)),
    "modernbert": Recipe(trainer.modernbert, trainer.tuned_variants, ("accelerate",)),
    "ours": Recipe(lambda setup, *how: ours.OurEngine(setup, "tlm", *how), ours.variants),
    "sentence-transformers": Recipe(sentences.contrast, sentences.contrast_variants, ("sentence_transformers",)),
    "ours-contrast": Recipe(lambda setup, *how: ours.OurEngine(setup, "contrast", *how), ours.contrast_variants),
}
BASELINES = ("trainer", "trainer-tuned")


def prepare(threads: int, malloc: str) -> None:
    """What is set once for a process and all of its engines."""
    if malloc == "keep":
        keep_memory(choose_device())
    torch.set_num_threads(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def measure(engine: Engine, setup: Setup, *, warmup: int, **until) -> Measured:
    meter = Meter(setup.device, warmup=warmup, **until)
    engine.run(meter)
    return meter.result


def fastest(name: str, setup: Setup, seconds: float) -> tuple[Variant, Engine]:
    """The variant with the most tokens a second in a short trial, and its engine, warm."""
    best: tuple[float, Variant, Engine] | None = None
    for variant in ENGINES[name].variants(setup):
        try:
            engine = ENGINES[name].make(setup, variant, None)
            speed = measure(engine, setup, warmup=WARMUP, seconds=seconds).speed
        except torch.OutOfMemoryError:
            print(f"{name}: {variant} does not fit", file=sys.stderr)
            continue
        print(f"{name}: {variant.batch:>4} rows a step, {variant.attention:5} attention: {speed:>9,.0f} tokens/s", file=sys.stderr)
        if best is None or speed > best[0]:
            best = speed, variant, engine
    if best is None:
        raise IsoglossError(f"engine {name}", "no variant fits into memory", "", "Choose a smaller --size")
    return best[1:]


def memory_of(name: str, setup: Setup, variant: Variant, threads: int, malloc: str) -> None:
    """A few steps of one engine; runs in a process of its own."""
    prepare(threads, malloc)
    measure(ENGINES[name].make(setup, variant, None), setup, warmup=1, steps=MEMORY_STEPS)


def loss_after(name: str, setup: Setup, variant: Variant, tokens: int) -> tuple[float, int]:
    """(MLM loss on the held-out pairs, steps) of a new engine after about as many real tokens, by a schedule of that length.

    All engines get about the same number of tokens a step: those of 32 pairs.
    """
    rows = STOCK_BATCH if name in ("trainer", "trainer-tuned", "modernbert") else round(STOCK_BATCH * setup.mean_length / LENGTH)
    variant = replace(variant, batch=rows)
    steps = max(1, round(tokens / ENGINES[name].make(setup, variant, None).tokens_per_step))
    engine = ENGINES[name].make(setup, variant, steps)
    measure(engine, setup, warmup=0, steps=steps)
    return held_out_loss(engine.model, setup), steps


@torch.inference_mode()
def held_out_loss(model, setup: Setup) -> float:
    """Mean cross-entropy, in nats, over the masked tokens of pairs that nobody saw; the same tokens for every model."""
    from transformers import DataCollatorForLanguageModeling

    collate = DataCollatorForLanguageModeling(setup.tokenizer, mlm_probability=MASKED, seed=1)
    model.eval()
    total, count = 0.0, 0
    for start in range(0, len(setup.held_out), 32):
        batch = collate([{"input_ids": row} for row in setup.held_out[start : start + 32]]).to(setup.device)
        labels = batch.pop("labels")
        asked = labels != -100
        logits = model(**batch).logits[asked].float()
        total += float(torch.nn.functional.cross_entropy(logits, labels[asked], reduction="sum"))
        count += int(asked.sum())
    return total / count


# ---------------------------------------------------------------------------------------------------------------- rounds


def available(names: Sequence[str]) -> list[str]:
    """The engines whose packages are here; the others are named."""
    missing = {name: [package for package in ENGINES[name].needs if not importlib.util.find_spec(package)] for name in names}
    for name, packages in missing.items():
        if packages:
            print(f"{name}: left out, because {' and '.join(packages).replace('_', '-')} is not installed", file=sys.stderr)
    found = [name for name in names if not missing[name]]
    if not found:
        raise IsoglossError("--engines", "none of them has its packages", "", "pip install accelerate sentence-transformers")
    return found


def compare(
    names: Sequence[str], setup: Setup, rounds: int, seconds: float, trial: float
) -> tuple[dict[str, Variant], dict[str, list[Measured]]]:
    """The chosen variant and the measured rounds of every engine."""
    variants, engines = {}, {}
    for name in names:
        variants[name], engines[name] = fastest(name, setup, trial)
    measured: dict[str, list[Measured]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, engine in engines.items():  # in turn, so that a drift of the machine's speed hits all alike
            measured[name].append(measure(engine, setup, warmup=AGAIN, seconds=seconds))
    return variants, measured


def summary(rounds: list[Measured], speeds: dict[str, float], setup: Setup) -> dict[str, Any]:
    speed = middle(rounds)
    found: dict[str, Any] = {
        "tokens_per_second": speed,
        "slowest": min(round.speed for round in rounds),
        "fastest": max(round.speed for round in rounds),
        **{f"times {name}": speed / speeds[name] for name in BASELINES if name in speeds},
        "padding": 1 - sum(round.tokens for round in rounds) / sum(round.cells for round in rounds),
        "rounds": [asdict(round) for round in rounds],
    }
    if setup.device.type == "cuda" and (peak := peak_flops(setup.device, "bf16")):
        found["mfu"] = mfu(speed, flops_per_token(setup.encoder, setup.vocabulary, setup.mean_length), peak)
    return found


def device_name(setup: Setup) -> str:
    if setup.device.type == "cuda":
        return torch.cuda.get_device_name()
    models = [line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return models[0] if models else platform.processor()


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def show(results: dict[str, dict[str, Any]]) -> None:
    columns = {
        "tokens/s": lambda row: f"{row['tokens_per_second']:,.0f}",
        "min to max": lambda row: f"{row['slowest']:,.0f} to {row['fastest']:,.0f}",
        **{f"x {name}": lambda row, key=f"times {name}": f"{row[key]:.2f}" if key in row else "" for name in BASELINES},
        "padding": lambda row: f"{100 * row['padding']:.1f} %",
        "rows": lambda row: str(row["variant"]["batch"]),
        "attention": lambda row: row["variant"]["attention"],
        "memory": lambda row: f"{row['memory_gb']:.2f} GB" if "memory_gb" in row else "",
        "MFU": lambda row: f"{100 * row['mfu']:.0f} %" if "mfu" in row else "",
        "MLM loss": lambda row: f"{row['loss']:.3f} ({row['loss_steps']} steps)" if "loss" in row else "",
    }
    table = [["engine", *columns], *([name, *(cell(row) for cell in columns.values())] for name, row in results.items())]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print(
            "  ".join(cell.ljust(width) if not k else cell.rjust(width) for k, (cell, width) in enumerate(zip(line, widths, strict=True)))
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES), metavar="ENGINE", help=", ".join(ENGINES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0, help="of an engine in a round; never fewer than three steps")
    parser.add_argument("--trial", type=float, default=5.0, help="seconds for each variant of a tuned engine; more on a busy machine")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--malloc", choices=("default", "keep"), default="default", help="keep: freed memory stays with the process (glibc)"
    )
    parser.add_argument("--loss-tokens", type=int, help="then train new engines on this many tokens and compare MLM losses (slow on CPU)")
    parser.add_argument("--no-memory", action="store_true", help="leave out peak memory, which takes a process for each engine")
    parser.add_argument("--out", type=Path, help="write everything as JSON")
    options = parser.parse_args()
    prepare(options.threads, options.malloc)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            run(options, make_setup(options, options.cache or Path(temporary)))
        except IsoglossError as error:
            sys.exit(str(error))


def run(options: argparse.Namespace, setup: Setup) -> None:
    names = available(options.engines)
    conditions = {
        **{"size": options.size, "device": device_name(setup), "threads": options.threads, "malloc": options.malloc},
        **{"pairs": len(setup.rows), "mean_tokens": setup.mean_length, "bf16": setup.bf16, "attention_dropout": setup.attention_dropout},
        **{"torch": torch.__version__, "transformers": importlib.metadata.version("transformers"), "load": os.getloadavg()[0]},
    }
    for name, value in conditions.items():
        print(f"{name:18} {value if not isinstance(value, float) else round(value, 2)}")
    variants, measured = compare(names, setup, options.rounds, options.seconds, options.trial)
    speeds = {name: middle(rounds) for name, rounds in measured.items()}
    results = {name: {"variant": asdict(variants[name]), **summary(rounds, speeds, setup)} for name, rounds in measured.items()}
    for name, row in results.items():
        if not options.no_memory:
            row["memory_gb"] = peak_memory(memory_of, name, setup, variants[name], options.threads, options.malloc)
        if options.loss_tokens and "contrast" not in name and name != "sentence-transformers":
            row["loss"], row["loss_steps"] = loss_after(name, setup, variants[name], options.loss_tokens)
    print()
    show(results)
    if options.out:
        options.out.write_text(json.dumps({"conditions": conditions, "engines": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
