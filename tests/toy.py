"""A toy world for the tests of the engine: three languages (zh is written without spaces), cleaned, tokenised, tagged, in a second."""

import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isogloss.artifacts import ParquetWriter, iter_parquet
from isogloss.clean import CleanSettings
from isogloss.dictionaries import make_dictionary
from isogloss.features import Features, collect, make_features, make_rows
from isogloss.languages import split_words
from isogloss.links.stage import write_links
from isogloss.objectives import OBJECTIVES
from isogloss.schema import Finetune
from isogloss.taskdata import make_taskdata
from isogloss.tasks import get_task
from isogloss.text import make_bitext, make_mono
from isogloss.tokens import make_bitext_tokens, make_mono_tokens
from isogloss.vocab import make_vocab

ROOT = Path(__file__).resolve().parents[1]
WORDS = {
    "de": "haus hund katze läuft schläft sieht groß klein blau der ein und nicht hier . ?".split(),
    "en": "house dog cat runs sleeps sees big small blue the a and not here . ?".split(),
    "zh": "房子 狗 猫 跑 睡觉 看见 大 小 蓝 那 一个 和 不 这里 。 ？".split(),
}
TAGS = "NOUN NOUN NOUN VERB VERB VERB ADJ ADJ ADJ DET DET CCONJ PART ADV PUNCT PUNCT".split()
SIZES = {"de": 150, "en": 400, "zh": 250}
PAIRS = {"de-en": 150, "en-zh": 250}
VOCAB = {"size": 150, "alpha": 0.3, "sentences": 10_000, "byte_fallback": False, "character_coverage": 0.9995}
ENCODER = {
    "architecture": "xlm-roberta",
    "vocab": "spm",
    "layers": 2,
    "width": 32,
    "heads": 2,
    "feed_forward": 64,
    "dropout": 0.1,
    "max_length": 32,
}
PRETRAIN = {
    **{"steps": 12, "batch_tokens": 256, "learning_rate": 5e-3, "warmup": 0.1, "weight_decay": 0.01, "beta1": 0.9, "beta2": 0.98},
    **{"epsilon": 1e-6, "clip": 1.0, "alpha": 0.3, "precision": "fp32", "log_every": 3},
}
FINETUNE = Finetune(epochs=3.0, batch_size=8, learning_rate=1e-2).model_dump(exclude={"preset", "max_length"})
LENGTHS = {"max_length": 32, "stride": 8, "max_question": 8}
POISON = [
    *[
        "",
        " ",
        "  two   spaces  ",
        "▁",
        "a▁b ▁",
        "<mask>",
        "</s> x <s>",
        "dog<mask>",
        "<pad><unk>",
        "<0x41>",
        "ｆｕｌｌ　ｗｉｄｔｈ！",
        "ﬁ ½ ①",
    ],
    *[
        "cafe\u0301 café",
        "👩‍👩‍👧‍👦 dog 🇩🇪",
        "مرحبا بالعالم",
        "שָׁלוֹם",
        "नमस्ते",
        "สวัสดี",
        "한국어 ᄒ\u1161ᆫ",
        "a\u200db\u200c c",
        "x" * 300,
        "狗跑。",
        "tab\tnew\nline",
        "\ufffd \ufeff",
    ],
]


@dataclass(frozen=True)
class Toy:
    """Paths of everything that was made."""

    root: Path

    @property
    def vocab(self) -> Path:
        return self.root / "vocab"

    def mono(self, *languages: str) -> dict[str, Path]:
        return {language: self.root / "tokens" / language for language in languages or SIZES}

    def bitext(self, *pairs: str) -> dict[str, Path]:
        return {pair: self.root / "tokens" / pair for pair in pairs or PAIRS}

    def links(self, *pairs: str) -> dict[str, Path]:
        return {pair: self.root / "links" / f"{pair}.parquet" for pair in pairs or PAIRS}

    def dictionaries(self, *pairs: str) -> dict[str, Path]:
        return {pair: self.root / "dictionaries" / f"{pair}.parquet" for pair in pairs or PAIRS}

    def taskdata(self, task: str) -> Path:
        return self.root / "taskdata" / task

    def features(self, task: str) -> Path:
        return self.root / "features" / task

    def text(self, name: str) -> Path:
        return self.root / f"{name}.parquet"


def sentences(count: int, seed: int) -> list[list[int]]:
    """Different sentences as numbers of meanings."""
    rng, made = random.Random(seed), {}
    while len(made) < count:
        made[tuple(rng.randrange(14) for _ in range(rng.randrange(2, 14))) + (rng.randrange(14, 16),)] = None
    return [list(meanings) for meanings in made]


def say(meanings: list[int], language: str) -> str:
    """Full stops stick to words, so that SentencePiece sees "dog" in two of them and takes it for a piece."""
    return ("" if language == "zh" else " ").join(WORDS[language][k] for k in meanings).replace(" .", ".").replace(" ?", "?")


def make_toy(root: Path) -> Toy:
    toy = Toy(root)
    for number, (name, size) in enumerate((SIZES | PAIRS).items()):
        languages = name.split("-")
        lines = ["\t".join(say(meanings, language) for language in languages) for meanings in sentences(size, number)]
        (root / f"{name}.tsv").write_text("\n".join(lines), encoding="utf-8")
        corpus = {"id": name, "format": "tsv", "languages": languages, "paths": [root / f"{name}.tsv"], "limit": None}
        make = make_mono if len(languages) == 1 else make_bitext
        make(name, [corpus], [], CleanSettings(), toy.text(name))
    make_vocab(VOCAB, {language: toy.text(language) for language in SIZES}, toy.vocab)
    for language, path in toy.mono().items():
        make_mono_tokens(language, toy.text(language), toy.vocab, path)
    for pair, path in toy.bitext().items():
        make_bitext_tokens(pair, toy.text(pair), toy.vocab, path)
        _make_links(toy, pair)
        _make_dictionary(toy, pair)
    _make_tasks(toy)
    return toy


def _make_links(toy: Toy, pair: str) -> None:
    """Both sides say the same, word for word; no word is frequent enough to be a stop word in a corpus so small."""
    languages, rows = pair.split("-"), []
    for *texts, _ in iter_parquet(toy.text(pair), "bitext"):
        left, right = (_spans(text, language) for text, language in zip(texts, languages, strict=True))
        points = [(i, j) for x, y in zip(left, right, strict=True) for i in range(*x) for j in range(*y)]
        rows.append(
            (
                tuple([text[start:end] for start, end in split_words(text, lang)] for text, lang in zip(texts, languages, strict=True)),
                points,
            )
        )
    write_links(toy.links()[pair], languages, [], rows)


def _spans(text: str, language: str) -> list[tuple[int, int]]:
    """For each word of the toy world that is said, its first and last word as `split_words` counts them, half open."""
    said, spans, start = text.replace(".", " .").replace("?", " ?"), [], 0
    if language == "zh":
        said = " ".join(re.findall("|".join(sorted(WORDS["zh"], key=len, reverse=True)), text))
    for token in said.split():
        spans.append((start, start + len(split_words(token, language))))
        start = spans[-1][1]
    return spans


def _make_dictionary(toy: Toy, pair: str) -> None:
    file = toy.root / f"{pair}.words.tsv"
    columns = zip(*(WORDS[language][:-2] for language in pair.split("-")), strict=True)
    file.write_text("".join(f"{x}\t{y}\n" for x, y in columns), encoding="utf-8")
    make_dictionary(pair, [{"path": str(file), "languages": pair.split("-"), "split": None}], toy.dictionaries()[pair])


def _make_tasks(toy: Toy) -> None:
    udpos, tatoeba = toy.root / "source" / "udpos", toy.root / "source" / "tatoeba"
    udpos.mkdir(parents=True)
    tatoeba.mkdir()
    for language in WORDS:
        for seed, (split, size) in enumerate({"train": 120, "dev": 20, "test": 20}.items(), 50):
            tagged = ("".join(f"{WORDS[language][k]}\t{TAGS[k]}\n" for k in meanings) for meanings in sentences(size, seed))
            (udpos / f"{split}-{language}.tsv").write_text("\n".join(tagged), encoding="utf-8")
    for language, code in {"de": "deu", "zh": "cmn"}.items():
        for side, written in ((code, language), ("eng", "en")):
            lines = (say(meanings, written) for meanings in sentences(12, 60))
            (tatoeba / f"tatoeba.{code}-eng.{side}").write_text("\n".join(lines), encoding="utf-8")
    make_taskdata("udpos", udpos, list(WORDS), toy.taskdata("udpos"))
    make_taskdata("tatoeba", tatoeba, ["de", "zh"], toy.taskdata("tatoeba"))
    make_features({"task": "udpos", **LENGTHS}, taskdata=toy.taskdata("udpos"), vocab=toy.vocab, out=toy.features("udpos"))


def cut(task: str, records: Sequence[dict[str, Any]], tokenizer, *, lang: str = "en", training: bool = True, **lengths: int) -> Features:
    """The rows of records, in memory."""
    return collect(make_rows(get_task(task), records, lang, tokenizer, LENGTHS | lengths, training))


def write_text(path: Path, kind: str, rows: Iterable[tuple[str, ...]]) -> Path:
    """A mono or bitext artifact with exactly these texts, uncleaned."""
    with ParquetWriter(path, kind) as writer:
        for row in rows:
            writer.append((*row, "test"))
    return path


def recipe(
    objectives: dict[str, Any] | None = None, *, seed: int = 0, encoder: dict[str, Any] | None = None, **settings: Any
) -> dict[str, Any]:
    """The spec of a small training; `settings` go over `PRETRAIN`, `encoder` over `ENCODER`."""
    chosen = {"mlm": {"weight": 1}, "tlm": {"weight": 0.5}} if objectives is None else objectives
    return {"recipe": "toy", "seed": seed, "encoder": ENCODER | (encoder or {}), "pretrain": PRETRAIN | settings, "objectives": chosen}


def eaten_by(objectives: dict[str, Any], toy: Toy) -> dict[str, dict[str, Path]]:
    """What a recipe with these objectives is given by the workflow; mono text always, for who has no objectives."""
    read = set().union(*(OBJECTIVES[name].reads(options) for name, options in objectives.items()), {"mono"})
    given = {"mono": toy.mono(), "bitext": toy.bitext(), "links": toy.links(), "dictionary": toy.dictionaries()}
    return {kind: paths if kind in read else {} for kind, paths in given.items()}


def train(
    toy: Toy, spec: dict[str, Any], where: Path, *, init: Path | str | None = None, steps: int | None = 4, keep: int = 2, **more: Any
) -> Path:
    """Pre-train into where/model with checkpoints in where/checkpoints; `more` goes to `pretrain`."""
    from isogloss.pretrain import pretrain

    eaten = eaten_by(spec["objectives"], toy)
    out, cadence = where / "model", {"threads": 1, "minutes": 60.0, "steps": steps, "keep": keep}
    pretrain(spec, vocab=toy.vocab, **eaten, init=init, checkpoints=where / "checkpoints", out=out, **cadence, **more)
    return out


def in_child(work: Callable[[], Any]) -> int:
    """The exit status of `work` in a forked process: negative for a signal."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(60)
    if child.is_alive():
        child.kill()
    return child.exitcode


def die(*_: Any, **__: Any) -> None:
    """As `kill -9` does it: no handler, no cleaning up."""
    os.kill(os.getpid(), signal.SIGKILL)


def outside(script: str, *arguments: Any) -> str:
    """The output of a Python script in a process that does not import isogloss, as a reader of a published model would run it."""
    script += "\nimport sys; assert not any(name.startswith('isogloss') for name in sys.modules)"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120).stdout


def isogloss(*arguments: Any) -> list[str]:
    """The command line of `python -m isogloss`, for subprocess."""
    return [sys.executable, "-m", "isogloss", *map(str, arguments)]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "workflow"), "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}
