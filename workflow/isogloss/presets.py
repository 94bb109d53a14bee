"""Hyper-parameters of fine-tuning as papers give them: `finetune.preset` names a table, keys beside it win.

A column is a task; one with a star holds where training data are in all languages (translate_train_all, train_all), one without in all
other settings. A preset leaves out what its source does not say: there the defaults of the config hold.

ernie-m        ERNIE-M small and base (arXiv 2012.15674, table 12); schedule, clip, epsilon, lengths and decoding from its released code
ernie-m-large  ERNIE-M large (table 13). The released script for `conll*` has layer decay 0.9 and rate 2e-4 instead. Table 14 (Tatoeba) is
               a pre-training objective, not a task that is fine-tuned here
xtreme         the scripts of XTREME (arXiv 2003.11080) for mBERT and XLM-R base, which tell no settings apart. Its paper says 2 epochs of XNLI
xtreme-large   the same for XLM-R large and XLM-100
align-mlm      ALIGN-MLM (arXiv 2211.08547), from its scripts; trained on one language
veco-large     VECO (arXiv 2010.16046), from its released code
xtune, xtune-large   xTune (arXiv 2106.08226), from its released code, base and large
xlm            XLM on MLQA (arXiv 1910.07475), as its authors tell in the issues of their repository

"Best on the validation set" (ERNIE-M) is read as English dev without a star, as the mean of all dev sets with one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import IsoglossError, suggestion

Keys = dict[str, Any]

ALL_LANGUAGES = ("translate_train_all", "train_all")  # the settings of the columns with a star


def preset_for(name: str, task: str, setting: str) -> Keys:
    """The keys of the section `finetune` that a preset has for a task in a setting.

    Raises IsoglossError for an unknown preset, and for a task or setting of which the preset says nothing.
    """
    if name not in PRESETS:
        remedy = suggestion(name, PRESETS) or "Correct the name"
        raise IsoglossError("finetune.preset", f"{name!r} is not a preset", f"there are {', '.join(PRESETS)}", remedy)
    columns, column = PRESETS[name], f"{task}*" if setting in ALL_LANGUAGES else task
    if column not in columns:
        given = f"`{name}` says nothing of {task} in setting {setting}"
        allowed = f"it has {', '.join(columns)} (*: {', '.join(ALL_LANGUAGES)})"
        raise IsoglossError(
            "finetune.preset", given, allowed, f"Give tasks.{task} another preset, or take this one off and write the keys out"
        )
    return dict(columns[column])


def _columns(names: str, everywhere: Keys, by_task: Mapping[str, Keys], **rows: Sequence[Any]) -> dict[str, Keys]:
    """{column: its keys} of a table as papers print it, a row a key; None where it says nothing. The rest holds with and without star."""
    tables = {}
    for place, column in enumerate(names.split()):
        said = {key: values[place] for key, values in rows.items() if values[place] is not None}
        tables[column] = everywhere | by_task.get(column.removesuffix("*"), {}) | said
    return tables


def _in_any_setting(columns: Mapping[str, Keys]) -> dict[str, Keys]:
    return {f"{column}{star}": keys for star in ("", "*") for column, keys in columns.items()}


# A warm-up is a share of the steps or a number of them; each preset says which, so that none leaves the other one of another.
_SHARE: Keys = {"warmup": 0.1, "warmup_steps": None}
_STEPS: Keys = {"warmup_steps": 500}
_NONE: Keys = {"warmup": 0.0, "warmup_steps": None}

_ERNIE_M: Keys = {"schedule": "ernie_m", **_SHARE, "epsilon": 1e-6, "clip": 1.0}
_ERNIE_M_TASKS: dict[str, Keys] = {
    "xnli": {"max_length": 256},
    "mlqa": {"max_length": 384, "stride": 128, "max_question": 64, "max_answer": 100, "n_best": 20},
    "conll": {"max_length": 512},
}
_XTREME: Keys = {"batch_size": 32, "layer_decay": 1.0, "schedule": "linear", "epsilon": 1e-8, "clip": 1.0}
_XTREME_SHORT: Keys = {"max_length": 128, **_NONE, "weight_decay": 0.0, "selection": "source_dev"}
_XTREME_QUESTIONS: Keys = {
    "max_length": 384,
    "stride": 128,
    "max_question": 64,
    "max_answer": 30,
    "n_best": 20,
    **_STEPS,
    "weight_decay": 1e-4,
    "selection": "final",
}
_XTREME_TASKS = dict.fromkeys(("xnli", "pawsx", "udpos", "panx"), _XTREME_SHORT)
_XTREME_TASKS |= dict.fromkeys(("xquad", "mlqa", "tydiqa"), _XTREME_QUESTIONS)
_XTUNE: Keys = {"batch_size": 32, "selection": "joint_dev"}

PRESETS: dict[str, dict[str, Keys]] = {
    "ernie-m": _columns(
        "xnli xnli* mlqa conll conll*",
        _ERNIE_M,
        _ERNIE_M_TASKS,
        batch_size=(32, 128, 32, 8, 8),
        learning_rate=(5e-5, 5e-5, 3e-4, 4e-4, 3e-4),
        layer_decay=(0.8, 0.8, 0.8, 0.8, 0.8),
        weight_decay=(0.0, 0.0, 0.0, 0.01, 0.01),
        epochs=(5, 2, 2, 10, 10),
        selection=("source_dev", "joint_dev", "source_dev", "source_dev", "joint_dev"),
    ),
    "ernie-m-large": _columns(
        "xnli xnli* mlqa conll conll* pawsx pawsx*",
        _ERNIE_M,
        _ERNIE_M_TASKS,
        batch_size=(32, 128, 32, 8, 8, 64, 64),
        learning_rate=(5e-5, 5e-5, 8e-5, 4e-4, 3e-4, 5e-5, 7e-5),
        layer_decay=(0.8, 0.8, 0.9, 0.8, 0.8, 0.9, 0.9),
        weight_decay=(0.0, 0.0, 0.0, 0.01, 0.01, 0.01, 0.01),
        epochs=(5, 1, 2, 10, 10, 10, 2),
        selection=("source_dev", "joint_dev", "source_dev", "source_dev", "joint_dev", "source_dev", "joint_dev"),
    ),
    "xtreme": _in_any_setting(
        _columns(
            "xnli pawsx udpos panx xquad mlqa tydiqa",
            _XTREME,
            _XTREME_TASKS,
            learning_rate=(2e-5, 2e-5, 2e-5, 2e-5, 3e-5, 3e-5, 3e-5),
            epochs=(5, 5, 10, 10, 3, 3, 3),
        )
    ),
    "xtreme-large": _in_any_setting(
        _columns(
            "xnli pawsx udpos panx xquad mlqa tydiqa",
            _XTREME,
            _XTREME_TASKS,
            learning_rate=(3e-5, 2e-5, 2e-5, 2e-5, 3e-5, 3e-5, 3e-5),
            epochs=(5, 5, 10, 10, 3, 3, 3),
        )
    ),
    "align-mlm": _columns(
        "xnli udpos panx",
        {"batch_size": 32, "learning_rate": 2e-5},
        {},
        epochs=(5, 10, 10),
        max_length=(128, None, None),
    ),
    "veco-large": _columns(
        "xnli xquad mlqa",
        {"learning_rate": 2e-5, "epochs": 2},
        dict.fromkeys(("xquad", "mlqa"), {"stride": 64, **_STEPS, "weight_decay": 1e-4}),
        batch_size=(64, 16, 16),
        max_length=(128, None, None),
    ),
    "xtune": _columns(
        "xnli pawsx panx udpos xquad mlqa tydiqa",
        _XTUNE,
        {},
        learning_rate=(7e-6, 1e-5, 1e-5, 2e-5, 3e-5, 3e-5, 3e-5),
        epochs=(10, None, None, None, 4, 4, 20),
        max_length=(256, None, None, None, None, None, None),
    ),
    "xtune-large": _columns(
        "xnli pawsx panx udpos xquad mlqa tydiqa",
        _XTUNE,
        {},
        learning_rate=(5e-6, 1e-5, 7e-6, 5e-6, 1.5e-5, 1.5e-5, 1.5e-5),
        epochs=(10, None, None, None, 4, 4, 10),
        max_length=(256, None, None, None, None, None, None),
    ),
    "xlm": {"mlqa": {"batch_size": 32, "learning_rate": 3e-5, "epochs": 3, "weight_decay": 0.005, "clip": 5.0, **_STEPS}},
}
