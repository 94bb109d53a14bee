"""Word aligners on the same text and one core: what they cost, and how far their links are from those that people made.

    python benchmarks/aligners.py --languages en fr --gold enfr.src-tgt enfr.gold --bitext en-fr.tsv.gz [--limit 60000] [--part odd]
    python benchmarks/aligners.py [--languages de en] [--size 1]       a mini-world as text and gold
    ... --aligners hmm hmm:cognates=0 fast_align eflomal encoder:layer=8 --model DIR

Every aligner learns and aligns the gold sentences, their links unseen, and after them the bitext, in a process of its own. Words are those of
isogloss, so links are carried over to the tokens of the gold before they are scored. Time is that of the alignment itself: no imports, no
reading of corpora, no scoring. Memory is the peak of the process with Python and its libraries, and beside it that of the largest program
that it started. Who cannot run here is left out, and said so.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

# Every process of an aligner imports this file, so what is heavy is imported where it is needed.
from isogloss.aligners import ALIGNERS, load_aligner
from isogloss.aligners.contract import Aligner, Candidates, Pair
from isogloss.aligners.projection import project, sentence
from isogloss.aligners.symmetrise import symmetrise
from isogloss.clean import normalise
from isogloss.corpora.transforms.sentences import words
from isogloss.errors import IsoglossError, suggestion
from isogloss.metrics.alignment import alignment_counts, alignment_metrics
from isogloss.tasks.gold_links import LinkedPair, link_format, read_linked
from isogloss.text import read_corpus

MEGABYTE = 1 << 20
ROWS = ["hmm", "hmm:cognates=0", *(name for name in ALIGNERS if name != "hmm")]
RULES = ("intersect", "grow-diag-final-and")  # besides an aligner's own, and the threshold where it has posteriors
PARTS: dict[str, Callable[["Gold", int], bool]] = {
    "all": lambda gold, place: True,
    "even": lambda gold, place: place % 2 == 0,
    "odd": lambda gold, place: place % 2 == 1,
    "dev": lambda gold, place: gold.split == "dev",
    "test": lambda gold, place: gold.split == "test",
}
COLUMNS = ("aligner", "links by", "AER", "precision", "recall", "F1", "s", "CPU s", "MB", "MB of programs")

# ------------------------------------------------------------------------------------------------------------ text and gold


@dataclass(frozen=True)
class Gold:
    """A sentence pair with human links; `split`: dev if its file is called so, else test."""

    pair: LinkedPair
    split: str


@dataclass(frozen=True)
class Text:
    """Pairs of words in a file, read again whenever they are iterated over: `word word TAB word word` a line. Words hold no white space."""

    path: Path
    rows: int
    words: tuple[int, int]

    def __len__(self) -> int:
        return self.rows

    def __iter__(self) -> Iterator[Pair]:
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                source, target = line.split("\t")
                yield source.split(), target.split()


def write_text(path: Path, pairs: Iterable[Pair]) -> Text:
    rows, counts = 0, [0, 0]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for source, target in pairs:
            file.write(f"{' '.join(source)}\t{' '.join(target)}\n")
            rows, counts = rows + 1, [counts[0] + len(source), counts[1] + len(target)]
    return Text(path, rows, (counts[0], counts[1]))


def read_gold(files: Sequence[Path]) -> list[Gold]:
    """The pairs of one or more sets of gold links (`tasks/gold_links.py`), each of which ends with its file of links."""
    found, waiting = [], []
    for path in files:
        waiting.append(path)
        if link_format(path.name) or path == files[-1]:
            split = "dev" if ".dev." in path.name else "test"
            found += [Gold(pair, split) for pair in read_linked(waiting)]
            waiting = []
    return found


def read_bitext(files: Sequence[Path], columns: Sequence[str], languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The rows of a corpus that have both sides, normalised: a Moses zip, one table, or a file per language with or without `<range>` lines."""
    form = "verses" if len(files) > 1 else "moses" if files[0].suffix == ".zip" else "tsv"
    corpus = {"id": files[0].name, "format": form, "languages": columns, "paths": files}
    for row in read_corpus(corpus, languages):
        texts = [normalise(text or "") for text in row]
        if len(texts) == 2 and all(texts):
            yield texts[0], texts[1]


def all_pairs(gold: Sequence[Gold], options: argparse.Namespace) -> Iterator[Pair]:
    """The words of the gold sentences, then those of the bitext."""
    fold = str.lower if options.lower else str

    def cut(text: str, lang: str) -> list[str]:
        return [fold(word) for word in (text.split() if options.spaces else words(text, lang))]

    def cut_tokens(tokens: Sequence[str], lang: str) -> list[str]:
        return [fold(normalise(token) or token) for token in tokens] if options.spaces else cut(sentence(tokens), lang)

    source, target = options.languages
    for one in gold:
        yield cut_tokens(one.pair.src, source), cut_tokens(one.pair.tgt, target)
    rows = (row for files in options.bitext for row in read_bitext(files, options.columns or options.languages, options.languages))
    for texts in islice(rows, options.limit):
        yield cut(texts[0], source), cut(texts[1], target)


def make_world(directory: Path, options: argparse.Namespace) -> None:
    """The mini-world of the default experiment, in two languages, as the text and gold of the options."""
    from isogloss.corpora.miniworld import write_world
    from isogloss.schema import World

    options.languages = sorted(options.languages or ("de", "en"))
    settings = World(format="miniworld", size=options.size).model_dump(exclude={"format"})
    write_world(directory, languages=options.languages, **settings)
    pair = "-".join(options.languages)
    options.gold, options.bitext = [directory / f"tasks/alignment/{pair}.test.tsv"], [[directory / f"bitext/{pair}.tsv"]]


# ----------------------------------------------------------------------------------------------------------------- aligners


@dataclass(frozen=True)
class Measured:
    """The candidates of the gold sentences, and what the alignment of everything took: seconds, bytes."""

    candidates: list[Candidates]
    seconds: float
    cpu_seconds: float
    memory: int
    programs: int


def measure(aligner: Aligner, text: Text, gold: int) -> Measured:
    """Align, in a fresh process; the first `gold` pairs are kept."""
    wall, cpu = time.perf_counter(), _cpu_seconds()
    found = aligner.align(text)
    candidates = list(islice(found, gold))
    rows = len(candidates) + sum(1 for _ in found)
    wall, cpu = time.perf_counter() - wall, _cpu_seconds() - cpu
    if rows != len(text):
        raise IsoglossError("aligner", f"aligned {rows} of {len(text)} pairs", "all of them", "Report this as a bug")
    # Trap: a program is charged with the peak of its parent before it was started, so of a smaller one only that is known.
    programs = 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Measured(candidates, wall, cpu, _peak_memory(), programs)


def _cpu_seconds() -> float:
    """Of this process and the programs that have ended."""
    return sum(os.times()[:4])


def _peak_memory() -> int:
    """Bytes. Not `getrusage`: its peak outlives exec, so a child starts with what its parent held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def make_aligner(row: str, options: argparse.Namespace) -> tuple[str, Aligner]:
    """(name, aligner) of `name` or `name:option=value,...`. Raises IsoglossError where it is unknown or cannot run here."""
    name, _, given = row.partition(":")
    if name not in ALIGNERS:
        raise IsoglossError("--aligners", f"no aligner `{name}`", f"allowed: {', '.join(ALIGNERS)}", suggestion(name, ALIGNERS))
    if ALIGNERS[name].model and not options.model:
        raise IsoglossError(f"aligner {name}", "reads an encoder", "", "Give one as --model")
    chosen = load_aligner(name)
    if reason := chosen.missing():
        raise IsoglossError(f"aligner {name}", reason)
    for_it = [setting.removeprefix(f"{name}.") for setting in options.set if setting.startswith(f"{name}.")]
    settings = dict(_setting(setting) for setting in [*for_it, *filter(None, given.split(","))])
    if ALIGNERS[name].model:
        settings["model"] = options.model
    try:
        return name, chosen(languages=tuple(options.languages), **settings)
    except TypeError as error:  # how Python says that there is no such option
        raise IsoglossError(f"aligner {name}", str(error), "", "See the options of its class") from error


def _setting(given: str) -> tuple[str, Any]:
    option, equals, value = given.partition("=")
    if not equals:
        raise IsoglossError("--aligners", f"`{given}` sets nothing", "option=value", "Write it so")
    try:
        return option, json.loads(value)
    except json.JSONDecodeError:
        return option, value


def run(aligner: Aligner, text: Text, gold: int) -> Measured:
    """`measure` in a process of its own. Raises IsoglossError where that fails or is killed."""
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        try:
            return executor.submit(measure, aligner, text, gold).result()
        except BrokenProcessPool:
            raise IsoglossError("aligner", "its process was killed", "", "It may have run out of memory: try --limit") from None


# ------------------------------------------------------------------------------------------------------------------- scores


def score(gold: Sequence[Gold], candidates: Sequence[Candidates], rule: str, options: argparse.Namespace) -> dict[str, float]:
    """Metrics of the chosen part, between the tokens of the gold."""
    name, _, threshold = rule.partition(" ")
    pairs = []
    for place, (one, found) in enumerate(zip(gold, candidates, strict=True)):
        if PARTS[options.part](one, place):
            links = symmetrise(found, name, float(threshold or 0))
            tokens = (one.pair.src, one.pair.tgt)
            pairs.append(((one.pair.sure, one.pair.possible), links if options.spaces else project(links, tokens, options.languages)))
    return alignment_metrics(alignment_counts(pairs))


def table_rows(row: str, name: str, gold: Sequence[Gold], measured: Measured, options: argparse.Namespace) -> Iterator[list[str]]:
    """The cells of an aligner: a line a rule, its own first; what it costs stands in the first line."""
    entry = ALIGNERS[name]
    own = f"threshold {entry.threshold:g}" if entry.symmetrise == "threshold" else entry.symmetrise
    costs = [f"{measured.seconds:.1f}", f"{measured.cpu_seconds:.1f}", f"{measured.memory / MEGABYTE:.0f}"]
    at_most = "≤ " if measured.programs <= measured.memory else ""
    costs.append(f"{at_most}{measured.programs / MEGABYTE:.0f}" if measured.programs else "")
    rules = [own, *(rule for rule in RULES if rule != own)]
    if any(p for found in measured.candidates for p in found.p):
        rules += [rule for threshold in options.threshold if (rule := f"threshold {threshold:g}") != own]
    for rule in rules:
        metrics = score(gold, measured.candidates, rule, options)
        yield [row, rule, *(f"{metrics[metric]:.1f}" for metric in ("aer", "precision", "recall", "f1")), *costs]
        costs = [""] * len(costs)


def show(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def compare(options: argparse.Namespace, directory: Path) -> None:
    gold = read_gold(options.gold)
    scored = sum(PARTS[options.part](one, place) for place, one in enumerate(gold))
    if not scored:
        raise IsoglossError("--part", f"no gold sentence is in `{options.part}`", "", "Give the files that have it, or another part")
    text = write_text(directory / "text", all_pairs(gold, options))
    sizes = " and ".join(f"{count:,}" for count in text.words)
    print(f"{'-'.join(options.languages)}: {scored:,} of {len(gold):,} gold sentences are scored; ", end="")
    print(f"{len(text):,} pairs with them, {sizes} words; load {os.getloadavg()[0]:.1f}\n")
    show(COLUMNS)
    show(["---", "---", *["---:"] * (len(COLUMNS) - 2)])
    left_out = []
    for row in options.aligners:
        try:
            name, aligner = make_aligner(row, options)
            for cells in table_rows(row, name, gold, run(aligner, text, len(gold)), options):
                show(cells)
        except IsoglossError as error:
            left_out.append(f"{row} is left out: {error}")
    print("", *left_out, sep="\n")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", nargs=2, metavar="LANG", help="of the gold's two sides, in order")
    parser.add_argument(
        "--gold", nargs="+", type=Path, metavar="FILE", help="one or more sets of sentences and links; the file of links last"
    )
    parser.add_argument(
        "--bitext",
        nargs="+",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a corpus: .zip, one table, or two files; repeat it",
    )
    parser.add_argument("--columns", nargs=2, metavar="LANG", help="of the bitext's columns and files, if not in the order of --languages")
    parser.add_argument("--limit", type=int, metavar="ROWS", help="use only the first rows of the bitext, all corpora together")
    parser.add_argument("--lower", action="store_true", help="lower-case all words (the aligners that learn fold case by themselves)")
    parser.add_argument("--spaces", action="store_true", help="words are what stands between spaces")
    parser.add_argument("--part", choices=list(PARTS), default="all", help="gold sentences that are scored; all are aligned")
    parser.add_argument("--aligners", nargs="+", default=ROWS, metavar="NAME[:OPTION=VALUE,...]", help=f"default: {' '.join(ROWS)}")
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="NAME.OPTION=VALUE", help="for all rows of an aligner that do not say it themselves"
    )
    parser.add_argument("--threshold", nargs="+", type=float, default=[0.5], metavar="P", help="on posteriors")
    parser.add_argument("--model", help="directory or hub name of an encoder, for the aligners that read one")
    parser.add_argument("--gpu", action="store_true", help="let aligners use it; without, they see none")
    parser.add_argument("--size", type=float, default=1.0, help="of the mini-world that is generated where --gold is not given")
    options = parser.parse_args()
    if options.gold and not options.languages:
        parser.error("--gold needs --languages")
    if options.bitext and not options.gold:
        parser.error("--bitext needs --gold")
    if unknown := [setting for setting in options.set if setting.partition(".")[0] not in ALIGNERS]:
        parser.error(f"--set {unknown[0]}: expected NAME.OPTION=VALUE with a name of {', '.join(ALIGNERS)}")
    return options


def main() -> None:
    options = parse_options()
    os.environ["OMP_NUM_THREADS"] = "1"  # what the processes of the aligners begin with
    if not options.gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryDirectory() as temporary:
        try:
            if not options.gold:
                make_world(Path(temporary), options)
            compare(options, Path(temporary))
        except IsoglossError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
