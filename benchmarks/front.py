"""How fast do batches come when nobody trains on them? Reading, laying out, padding, masking; one thread, no model, no workers.

    python benchmarks/front.py --size 6x512/32k --rounds 3 [--seconds 5] [--cells 4096] [--cache DIR] [--out FILE.json]

For single sentences (`mono`) and pairs in one row (`bitext`): real tokens a second of finished, masked batches, and how much of
their cells they fill. The peer is transformers' DataCollatorForLanguageModeling in torch's DataLoader over lists that are in memory
already, with random batches and with batches of like length.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from peers import ours as engine
from peers.meter import Measured, Meter, middle
from peers.setup import LENGTH, MASKED, Setup, add_options, make_setup, sentences

from isogloss.errors import IsoglossError
from isogloss.tokens import open_tokens
from isogloss.vocab import vocab_fingerprint

Counted = Iterator[tuple[int, int]]  # (real tokens, cells) of each batch, as it is made, without end


def ours(setup: Setup, kind: str, cells: int) -> Counted:
    """Masked batches of isogloss's own stream, as `pretrain` gets them."""
    for batch in engine.batches(setup, kind, cells):
        yield int(batch.tokens), batch.ids.numel()


def collator(setup: Setup, kind: str, cells: int, *, grouped: bool) -> Counted:
    """The peer's batches, of as many rows as come to `cells` on average."""
    from transformers import DataCollatorForLanguageModeling
    from transformers.trainer_pt_utils import LengthGroupedSampler

    rows = setup.rows if kind == "bitext" else mono_rows(setup)
    special = set(setup.tokenizer.all_special_ids)
    examples = [{"input_ids": row, "special_tokens_mask": [int(token in special) for token in row]} for row in rows]
    batch = max(1, round(cells * len(rows) / sum(map(len, rows))))
    order = LengthGroupedSampler(batch, examples) if grouped else torch.utils.data.RandomSampler(examples)
    collate = DataCollatorForLanguageModeling(setup.tokenizer, mlm_probability=MASKED)
    loader = torch.utils.data.DataLoader(examples, batch, sampler=order, collate_fn=collate, drop_last=True)
    while True:
        for made in loader:
            yield int(made["attention_mask"].sum()), made["input_ids"].numel()


def mono_rows(setup: Setup) -> list[list[int]]:
    """`<s> x </s>` of all sentences in all languages, cut to LENGTH."""
    start, end = setup.tokenizer.cls_token_id, setup.tokenizer.sep_token_id
    stores = [store for path in setup.mono_tokens.values() for store in open_tokens(path, vocab_fingerprint(setup.vocab))]
    return [[start, *ids[: LENGTH - 2], end] for store in stores for ids in sentences(store) if ids]


ENGINES: dict[str, Callable[[Setup, str, int], Counted]] = {
    "collator": lambda *given: collator(*given, grouped=False),
    "collator-grouped": lambda *given: collator(*given, grouped=True),
    "ours": ours,
}


def measure(batches: Counted, *, warmup: int, seconds: float) -> Measured:
    meter = Meter(torch.device("cpu"), warmup=warmup, seconds=seconds)
    for tokens, cells in batches:
        meter.count(tokens, cells)
        if meter.step_done():
            break
    return meter.result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES), metavar="ENGINE", help=", ".join(ENGINES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of an engine in a round")
    parser.add_argument("--cells", type=int, default=4096, help="of a batch")
    parser.add_argument("--out", type=Path, help="write everything as JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            results = run(options, make_setup(options, options.cache or Path(temporary)))
        except IsoglossError as error:
            sys.exit(str(error))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1), encoding="utf-8")


def run(options: argparse.Namespace, setup: Setup) -> dict[str, dict[str, list[dict]]]:
    results: dict[str, dict[str, list[dict]]] = {}
    print(f"{len(setup.rows):,} pairs of {setup.mean_length:.1f} tokens, load {os.getloadavg()[0]:.1f}")
    for kind in ("mono", "bitext"):
        streams = {name: ENGINES[name](setup, kind, options.cells) for name in options.engines}
        rounds: dict[str, list[Measured]] = {name: [] for name in streams}
        for turn in range(options.rounds):
            for name, batches in streams.items():  # in turn, so that a drift of the machine's speed hits all alike
                rounds[name].append(measure(batches, warmup=1 if turn else 20, seconds=options.seconds))
        base = middle(next(iter(rounds.values())))
        for name, measured in rounds.items():
            fill = sum(round.tokens for round in measured) / sum(round.cells for round in measured)
            print(f"{kind:6}  {name:16}  {middle(measured):>12,.0f} tokens/s  x{middle(measured) / base:.2f}  fill {100 * fill:.1f} %")
        results[kind] = {name: [asdict(round) for round in measured] for name, measured in rounds.items()}
    return results


if __name__ == "__main__":
    main()
