"""Presets against the tables of the papers, read or typed a second time, and against what the config accepts."""

import re
from pathlib import Path

import pytest

from isogloss.errors import IsoglossError
from isogloss.presets import PRESETS, preset_for
from isogloss.schema import Finetune

PAPER = Path(__file__).resolve().parents[2] / "shared" / "papers" / "ernie-m.txt"
ROWS = {
    "Batch size": "batch_size",
    "Learning rate": "learning_rate",
    "Layerwise LR decay": "layer_decay",
    "Warmup faction": "warmup",
    "Weight decay": "weight_decay",
    "Epoch": "epochs",
}
STARRED = {"xnli": "translate_train_all", "conll": "train_all", "pawsx": "translate_train_all"}


def number(text):
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)


def printed(caption):
    """The table above a caption: (tasks as printed, {key: numbers})."""
    lines = PAPER.read_text("utf-8").splitlines()
    end = next(place for place, line in enumerate(lines) if line.startswith(caption))
    start = max(place for place in range(end) if lines[place].startswith("Hyperparameters"))
    rows = {ROWS[name]: line for line in lines[start + 1 : end] for name in ROWS if line.startswith(name + " ")}
    return lines[start].lower().replace("-", "").split()[1:], {
        key: [number(value) for value in re.findall(r" ([0-9.e-]+%?)(?= |$)", line)] for key, line in rows.items()
    }


@pytest.mark.skipif(not PAPER.is_file(), reason="the text of the ERNIE-M paper is not here")
@pytest.mark.parametrize(("name", "caption"), [("ernie-m", "Table 12:"), ("ernie-m-large", "Table 13:")])
def test_ernie_m_is_as_its_paper_prints_it(name, caption):
    """Where a task has two columns, the second is trained on all languages (the stars are lost in the text)."""
    tasks, rows = printed(caption)
    assert set(rows) == set(ROWS.values()) and len(PRESETS[name]) == len(tasks) >= 5
    for place, task in enumerate(tasks):
        setting = STARRED[task] if task in tasks[:place] else "zero_shot"
        found = preset_for(name, task, setting)
        assert {key: found[key] for key in rows} == {key: values[place] for key, values in rows.items()}
        assert found["selection"] == ("source_dev" if setting == "zero_shot" else "joint_dev")


@pytest.mark.parametrize(
    ("name", "task", "setting", "said"),
    [
        ("ernie-m", "xnli", "zero_shot", (5, 32, 5e-5, 0.8, 0.0)),
        ("ernie-m", "xnli", "translate_train_all", (2, 128, 5e-5, 0.8, 0.0)),
        ("ernie-m", "mlqa", "supervised_per_language", (2, 32, 3e-4, 0.8, 0.0)),
        ("ernie-m", "conll", "zero_shot", (10, 8, 4e-4, 0.8, 0.01)),
        ("ernie-m", "conll", "train_all", (10, 8, 3e-4, 0.8, 0.01)),
        ("ernie-m-large", "mlqa", "zero_shot", (2, 32, 8e-5, 0.9, 0.0)),
        ("ernie-m-large", "pawsx", "zero_shot", (10, 64, 5e-5, 0.9, 0.01)),
        ("ernie-m-large", "pawsx", "translate_train_all", (2, 64, 7e-5, 0.9, 0.01)),
        ("xtreme", "xnli", "zero_shot", (5, 32, 2e-5, 1.0, 0.0)),
        ("xtreme", "udpos", "train_all", (10, 32, 2e-5, 1.0, 0.0)),
        ("xtreme", "tydiqa", "zero_shot", (3, 32, 3e-5, 1.0, 1e-4)),
        ("xtreme-large", "xnli", "zero_shot", (5, 32, 3e-5, 1.0, 0.0)),
        ("xtreme-large", "pawsx", "zero_shot", (5, 32, 2e-5, 1.0, 0.0)),
    ],
)
def test_whole_recipes(name, task, setting, said):
    found = preset_for(name, task, setting)
    assert tuple(found[key] for key in ("epochs", "batch_size", "learning_rate", "layer_decay", "weight_decay")) == said


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("align-mlm", "xnli", {"epochs": 5, "batch_size": 32, "learning_rate": 2e-5, "max_length": 128}),
        ("align-mlm", "panx", {"epochs": 10, "batch_size": 32, "learning_rate": 2e-5}),
        ("veco-large", "xnli", {"epochs": 2, "batch_size": 64, "learning_rate": 2e-5, "max_length": 128}),
        (
            "veco-large",
            "mlqa",
            {"epochs": 2, "batch_size": 16, "learning_rate": 2e-5, "stride": 64, "warmup_steps": 500, "weight_decay": 1e-4},
        ),
        ("xtune", "tydiqa", {"epochs": 20, "batch_size": 32, "learning_rate": 3e-5, "selection": "joint_dev"}),
        ("xtune-large", "udpos", {"batch_size": 32, "learning_rate": 5e-6, "selection": "joint_dev"}),
        ("xlm", "mlqa", {"epochs": 3, "batch_size": 32, "learning_rate": 3e-5, "weight_decay": 0.005, "clip": 5, "warmup_steps": 500}),
    ],
)
def test_what_a_source_does_not_say_is_left_out(name, task, said):
    assert preset_for(name, task, "zero_shot") == said


def test_what_only_the_codes_say():
    ernie, questions = preset_for("ernie-m", "mlqa", "zero_shot"), preset_for("xtreme", "xquad", "zero_shot")
    assert (ernie["schedule"], ernie["epsilon"], ernie["clip"], ernie["max_answer"]) == ("ernie_m", 1e-6, 1.0, 100)
    for found in (ernie, questions):
        assert [found[key] for key in ("max_length", "stride", "max_question", "n_best")] == [384, 128, 64, 20]
    assert (questions["schedule"], questions["epsilon"], questions["max_answer"], questions["warmup_steps"]) == ("linear", 1e-8, 30, 500)
    assert questions["selection"] == "final" and preset_for("xtreme", "panx", "zero_shot")["selection"] == "source_dev"
    lengths = {task: preset_for("ernie-m", task, "zero_shot")["max_length"] for task in ("xnli", "conll")}
    assert lengths == {"xnli": 256, "conll": 512} and preset_for("xtreme", "udpos", "zero_shot")["max_length"] == 128


@pytest.mark.parametrize("name", PRESETS)
def test_the_config_accepts_every_preset(name):
    for keys in PRESETS[name].values():
        accepted = Finetune(**keys)
        assert keys.items() <= accepted.model_dump().items()


def test_no_preset_leaves_the_warm_up_of_another():
    """Laid over one that counts steps, one that gives a share has its own."""
    both = preset_for("xtreme", "mlqa", "zero_shot") | preset_for("ernie-m", "mlqa", "zero_shot")
    assert (both["warmup"], both["warmup_steps"]) == (0.1, None)


def test_what_is_handed_out_can_be_changed():
    preset_for("xlm", "mlqa", "zero_shot")["epochs"] = 99
    assert preset_for("xlm", "mlqa", "zero_shot")["epochs"] == 3


def test_an_unknown_preset_is_refused_with_the_nearest():
    with pytest.raises(IsoglossError, match="'ernie-n' is not a preset.*there are ernie-m, .*Did you mean `ernie-m`"):
        preset_for("ernie-n", "xnli", "zero_shot")


@pytest.mark.parametrize(
    ("name", "task", "setting"),
    [("ernie-m", "pawsx", "zero_shot"), ("ernie-m", "mlqa", "translate_train_all"), ("align-mlm", "xnli", "translate_train_all")],
)
def test_what_a_preset_says_nothing_of_is_refused_with_what_it_has(name, task, setting):
    with pytest.raises(IsoglossError, match=f"`{name}` says nothing of {task} in setting {setting}.*it has xnli, ") as error:
        preset_for(name, task, setting)
    assert all(column in error.value.allowed for column in PRESETS[name])
