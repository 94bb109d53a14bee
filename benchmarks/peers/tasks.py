"""What all engines that fine-tune share: the rows of a task, a tokenizer of its text, and a model with random weights on disk.

    evaluation sets --isogloss: taskdata--> records --isogloss: features--> rows (ours) --> lists of ids (peers)

Settings are those of XTREME's scripts (`isogloss/presets.py`). One epoch is trained, without a look at a dev set.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from isogloss.clean import CleanSettings
from isogloss.corpora.miniworld import write_world
from isogloss.device import bf16_pays, choose_device
from isogloss.encoder import new_model
from isogloss.errors import IsoglossError
from isogloss.features import Features, collect, make_rows
from isogloss.presets import preset_for
from isogloss.schema import Finetune
from isogloss.taskdata import make_taskdata, read_taskdata
from isogloss.tasks import Record, Task, get_task
from isogloss.tasks.kinds import KINDS
from isogloss.text import make_mono
from isogloss.vocab import load_vocab, make_vocab

from .setup import Shape

TASKS = ("xnli", "udpos", "xquad")
SETTING = "zero_shot"
PIECES, WORLD_PIECES = 8000, 500  # that SentencePiece finds in the text of one task, and in the English of a mini-world
WORLD_SENTENCES = 2400  # to tag; a fifth as many questions
SPARE = 80  # records beside those that are timed, for comparing losses


@dataclass(frozen=True)
class TaskSetup:
    """`train`: the rows of a round; `spare`: others to compare losses on; `test` and `records`: what is asked;
    `model`, `plain`: directories of the same random encoder, with dropout and without."""

    task: Task
    settings: dict[str, Any]
    tokenizer: Any
    train: Features
    spare: Features
    test: Features
    records: list[Record]
    language: str
    model: Path
    plain: Path
    seed: int

    @property
    def device(self) -> torch.device:
        return choose_device()

    @property
    def bf16(self) -> bool:
        return bf16_pays(self.device)


def make_setups(
    names: Sequence[str], data: Path | None, language: str, size: str, steps: int, asked: int, seed: int, place: Path
) -> list[TaskSetup]:
    """One setup a task, with one tokenizer and one encoder for all.

    Args:
        data: directory with a folder a task, as published; None: a mini-world is written.
        steps: batches of a round; asked: test records of a round.
        place: directory for all that is made.
    """
    shape = Shape.parse(size)
    pieces = min(shape.vocabulary, PIECES if data else WORLD_PIECES)  # the embedding has the rows asked for all the same
    taskdata = {name: _taskdata(name, data or _world(language, seed, place), language, place) for name in names}
    drawn = {name: _draw(get_task(name), taskdata[name], language, steps, asked, seed) for name in names}
    tokenizer = _tokenizer(taskdata, pieces, place)
    setups = []
    for name in names:
        task, settings = get_task(name), settings_of(name)
        train, spare, test = (
            collect(make_rows(task, records, lang, tokenizer, settings, training))
            for records, lang, training in zip(drawn[name], (task.source_language,) * 2 + (language,), (True, True, False), strict=True)
        )
        model, plain = (_model(shape, settings["max_length"], dropout, tokenizer, seed, place) for dropout in (0.1, 0.0))
        setups.append(TaskSetup(task, settings, tokenizer, train, spare, test, drawn[name][2], language, model, plain, seed))
    return setups


def settings_of(name: str) -> dict[str, Any]:
    """The section `finetune` of a task: XTREME's, for one epoch without a warm-up, of which the last state is kept."""
    ours = {"epochs": 1.0, "warmup": 0.0, "warmup_steps": None, "selection": "final"}
    return Finetune(**preset_for("xtreme", name, SETTING) | ours).model_dump()


def _world(language: str, seed: int, place: Path) -> Path:
    if not (place / "world").exists():
        languages = list(dict.fromkeys(["en", language]))
        write_world(place / "world", languages=languages, seed=seed, mono_sentences=1, pairs=1, task_sentences=WORLD_SENTENCES)
    return place / "world" / "tasks"


def _taskdata(name: str, data: Path, language: str, place: Path) -> Path:
    directories = [folder for wanted in get_task(name).directories if (folder := Path(data) / wanted).is_dir()]
    if not directories:
        raise IsoglossError("--data", f"{data} has no {name}", "a folder a task, as published", "Choose other --tasks")
    make_taskdata(name, directories, [language], place / name)
    if language not in read_taskdata(name, place / name)["languages"]:
        raise IsoglossError("--language", f"{language} has no test set of {name}", "", "Choose another")
    return place / name


def _draw(task: Task, taskdata: Path, language: str, steps: int, asked: int, seed: int) -> tuple[list[Record], list[Record], list[Record]]:
    """(to train on, spare, to predict)."""
    train, test = ([*KINDS[task.kind].read(taskdata, *what)] for what in ((task.source_language, "train"), (language, "test")))
    for records in (train, test):
        random.Random(seed).shuffle(records)
    count = min(steps * settings_of(task.name)["batch_size"], len(train) // 2)
    return train[:count], train[count : count + SPARE], test[:asked]


def _tokenizer(taskdata: Mapping[str, Path], pieces: int, place: Path) -> Any:
    """Learnt from all texts that are trained on."""
    lines: list[str] = []
    for name, directory in taskdata.items():
        kind, home = KINDS[get_task(name).kind], get_task(name).source_language
        lines += (" ".join(text.split()) for text in kind.sentences(home, kind.read(directory, home, "train")))
    (place / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    corpus = {"id": "text", "format": "lines", "languages": ["en"], "paths": [place / "text.txt"], "limit": None}
    make_mono("en", [corpus], [], CleanSettings(), place / "text.parquet")
    spec = {"size": pieces, "alpha": 1.0, "sentences": 1_000_000, "byte_fallback": False, "character_coverage": 0.9995}
    make_vocab(spec, {"en": place / "text.parquet"}, place / "vocab")
    return load_vocab(place / "vocab")


def _model(shape: Shape, length: int, dropout: float, tokenizer: Any, seed: int, place: Path) -> Path:
    """An XLM-R with random weights, the same ones for each dropout."""
    directory = place / f"encoder-{length}-{dropout}"
    if not directory.exists():
        torch.manual_seed(seed)
        spec = {"architecture": "xlm-roberta", "layers": shape.layers, "width": shape.width, "heads": shape.width // 64}
        model = new_model(spec | {"feed_forward": 4 * shape.width, "dropout": dropout, "max_length": length}, tokenizer)
        model.resize_token_embeddings(max(shape.vocabulary, len(tokenizer)), mean_resizing=False)
        model.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
    return directory
