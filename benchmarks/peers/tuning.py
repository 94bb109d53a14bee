"""Fine-tuning and prediction: isogloss's own, and the Trainer of transformers as its example scripts leave it, padded less, and tuned.

An engine is made for a round: a fresh network from the model directory, trained for one epoch, then asked. Rows are tokenised before.
"""

import contextlib
import io
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from unittest import mock

import torch
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    default_data_collator,
)
from transformers.trainer_pt_utils import get_length_grouped_indices

from isogloss.batch import IGNORED
from isogloss.device import use_determinism
from isogloss.features import NOTHING, Features
from isogloss.finetune import EVERY, Run, train
from isogloss.heads import head_for, load_network
from isogloss.schedule import SCHEDULES
from isogloss.tuning import MEGABATCH, Gradients

from .tasks import SETTING, TaskSetup

Example = dict[str, Any]

MODELS = {
    "tag": AutoModelForTokenClassification,
    "classify": AutoModelForSequenceClassification,
    "span": AutoModelForQuestionAnswering,
}
STOCK_ANSWERS, TUNED_ANSWERS = 8, 64  # rows of a prediction batch: the Trainer's default, and one that fills a processor


class Engine(Protocol):
    """Seconds that a round of rows takes."""

    def train(self) -> float: ...

    def predict(self) -> float: ...


@contextlib.contextmanager
def timed(device: torch.device) -> Iterator[Callable[[], float]]:
    """The seconds from here to the end of the block, once it is over; the device is waited for at both ends."""
    seconds = [0.0]
    _wait(device)
    began = time.perf_counter()
    yield lambda: seconds[0]
    _wait(device)
    seconds[0] = time.perf_counter() - began


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


# ------------------------------------------------------------------------------------------------------------------- ours


class OurEngine:
    """`isogloss.finetune.train` and a head's `predict`, up to the finished answers; all of either is timed."""

    def __init__(self, setup: TaskSetup, model: Path | None = None) -> None:
        self._setup, self._pad = setup, setup.tokenizer.pad_token_id
        torch.manual_seed(setup.seed)
        self._network = load_network(setup.task, SETTING, model or setup.model, setup.device, trained=False)

    def train(self) -> float:
        with deterministic(), timed(self._setup.device) as seconds:
            self.fit(self._setup.train, self._setup.settings)
        return seconds()

    def fit(self, features: Features, settings: dict[str, Any]) -> None:
        setup = self._setup
        with contextlib.redirect_stderr(io.StringIO()):  # progress
            train(setup.task, Run(EVERY, [features], {}), self._network, settings, setup.seed, self._pad, setup.device, [], setup.task.name)

    def predict(self) -> float:
        setup = self._setup
        head = head_for(setup.task, setup.settings)
        with deterministic(), timed(setup.device) as seconds:
            head.predict(setup.task, self._network, setup.test, setup.records, setup.language, self._pad, setup.device)
        return seconds()


@contextlib.contextmanager
def deterministic() -> Iterator[None]:
    """As isogloss trains and predicts; the peers need not."""
    use_determinism(torch.get_num_threads())
    yield
    torch.use_deterministic_algorithms(False)


# ----------------------------------------------------------------------------------------------------------------- Trainer


class Way(NamedTuple):
    """How the Trainer goes about it.

    Args:
        padded: every row to the greatest length, before the clock starts; else a batch to its longest row.
        tuned: rows of like length together, bf16 where the processor has it; to predict, rows sorted by length in large batches.
        attention: transformers' "sdpa" or "eager".
    """

    padded: bool = False
    tuned: bool = False
    attention: str = "sdpa"


class TrainerEngine:
    def __init__(self, setup: TaskSetup, way: Way) -> None:
        self._setup, self._clock = setup, _Clock(setup.device)
        rows, asked = examples(setup, setup.train, labelled=True), examples(setup, setup.test, labelled=False)
        if way.padded:
            rows, asked = ([_full(row, setup) for row in some] for some in (rows, asked))
        self._asked = sorted(asked, key=_length, reverse=True) if way.tuned else asked
        how = arguments(setup, setup.settings, bf16=way.tuned and setup.bf16, answers=TUNED_ANSWERS if way.tuned else STOCK_ANSWERS)
        network, collator = load_peer(setup, setup.model, way.attention), collator_of(setup, padded=way.padded)
        trainer = _GroupedTrainer if way.tuned else Trainer
        self._trainer = trainer(network, how, train_dataset=rows, data_collator=collator, callbacks=[self._clock])
        self._trainer.remove_callback(PrinterCallback)

    def train(self) -> float:
        """Seconds of the epoch alone; what the Trainer does before and after it is not counted."""
        self._trainer.train()
        return self._clock.seconds

    def predict(self) -> float:
        """Seconds up to the scores; the example scripts' way from there to answers is not counted."""
        with timed(self._setup.device) as seconds:
            self._trainer.predict(self._asked)
        return seconds()


def examples(setup: TaskSetup, features: Features, *, labelled: bool) -> list[Example]:
    """The same rows as the example scripts would have them."""
    answer = {"tag": _tags, "classify": _label, "span": _places}[setup.task.kind]
    found = []
    for row in range(len(features)):
        ids = features.cells(row).tolist()
        found.append({"input_ids": ids, "attention_mask": [1] * len(ids)} | (answer(features, row) if labelled else {}))
    return found


def _label(features: Features, row: int) -> Example:
    return {"label": features.of(row, "label")}


def _places(features: Features, row: int) -> Example:
    return {"start_positions": features.of(row, "first"), "end_positions": features.of(row, "last")}


def _tags(features: Features, row: int) -> Example:
    return {"labels": [IGNORED if label == NOTHING else label for label in features.cells(row, "label").tolist()]}


def _full(example: Example, setup: TaskSetup) -> Example:
    missing = setup.settings["max_length"] - _length(example)
    ids = example["input_ids"] + [setup.tokenizer.pad_token_id] * missing
    return example | {"input_ids": ids, "attention_mask": example["attention_mask"] + [0] * missing}


def _length(example: Example) -> int:
    return len(example["input_ids"])


def load_peer(setup: TaskSetup, model: Path, attention: str) -> Any:
    """The network that ours starts from, weight by weight."""
    torch.manual_seed(setup.seed)
    labels = {"num_labels": len(setup.task.labels)} if setup.task.labels else {}
    return MODELS[setup.task.kind].from_pretrained(model, attn_implementation=attention, **labels)


def collator_of(setup: TaskSetup, *, padded: bool) -> Any:
    if setup.task.kind == "tag":
        return DataCollatorForTokenClassification(setup.tokenizer)
    return default_data_collator if padded else DataCollatorWithPadding(setup.tokenizer)


def arguments(
    setup: TaskSetup, settings: dict[str, Any], *, bf16: bool, answers: int = STOCK_ANSWERS, sampling: str = "random"
) -> TrainingArguments:
    """One epoch with the settings of our section `finetune`; nothing is logged or saved."""
    return TrainingArguments(
        output_dir=tempfile.gettempdir(),
        per_device_train_batch_size=settings["batch_size"],
        per_device_eval_batch_size=answers,
        num_train_epochs=1,
        train_sampling_strategy=sampling,
        learning_rate=settings["learning_rate"],
        weight_decay=settings["weight_decay"],
        adam_epsilon=settings["epsilon"],
        max_grad_norm=settings["clip"],
        lr_scheduler_type="linear",
        warmup_steps=0,
        bf16=bf16,
        use_cpu=setup.device.type == "cpu",
        seed=setup.seed,
        remove_unused_columns=False,
        logging_strategy="no",
        save_strategy="no",
        eval_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )


class _GroupedTrainer(Trainer):
    def _get_train_sampler(self, train_dataset=None):
        """`group_by_length` as in a whole training: that sorts 50 batches together, but of a set as short as a round only a quarter."""
        return get_length_grouped_indices([_length(row) for row in self.train_dataset], self.args.train_batch_size, MEGABATCH)


class _Clock(TrainerCallback):
    def __init__(self, device: torch.device) -> None:
        self._device, self.seconds = device, 0.0

    def on_epoch_begin(self, args, state, control, **kwargs):
        _wait(self._device)
        self._began = time.perf_counter()

    def on_epoch_end(self, args, state, control, **kwargs):
        _wait(self._device)
        self.seconds = time.perf_counter() - self._began


# --------------------------------------------------------------------------------------------------------------- same work


def our_losses(setup: TaskSetup, batches: Sequence[list[int]], settings: dict[str, Any]) -> list[float]:
    """The loss of each step of `isogloss.finetune.train` in fp32 without dropout, on these batches of the spare rows."""
    losses: list[float] = []

    class Recorded(Gradients):
        def of(self, rows):
            losses.append(float(loss := super().of(rows)))
            return loss

    in_fp32 = mock.patch("isogloss.device.chosen_precision", lambda *_: "fp32")
    as_given = mock.patch("isogloss.finetune.batch_order", lambda *_: list(batches))
    with in_fp32, as_given, mock.patch("isogloss.finetune.Gradients", Recorded):
        OurEngine(setup, setup.plain).fit(setup.spare, settings)
    return losses


def peer_losses(setup: TaskSetup, batches: Sequence[list[int]], settings: dict[str, Any]) -> list[float]:
    """The same of the Trainer, padded to the longest: its own optimiser and clipping, at our learning rates."""
    rows = examples(setup, setup.spare, labelled=True)
    how = arguments(setup, settings, bf16=False, sampling="sequential")
    ordered = [rows[k] for batch in batches for k in batch]
    network, collator = load_peer(setup, setup.plain, "sdpa"), collator_of(setup, padded=False)
    trainer = _RecordingTrainer(network, how, train_dataset=ordered, data_collator=collator)
    trainer.remove_callback(PrinterCallback)
    if setup.task.kind == "span":
        _no_answer_in_padding(network)
    decay = SCHEDULES[settings["schedule"]]
    trainer.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(trainer.create_optimizer(), lambda step: decay(step, len(batches), 0.0))
    trainer.train()
    return trainer.losses


def _no_answer_in_padding(network: Any) -> None:
    """Scores of padding become -inf, as in ours; transformers counts them in."""
    masks: list[torch.Tensor] = []
    network.register_forward_pre_hook(lambda _, args, inputs: masks.append(inputs["attention_mask"]), with_kwargs=True)
    network.qa_outputs.register_forward_hook(lambda _, args, scores: scores.masked_fill(masks[-1][..., None] == 0, float("-inf")))


class _RecordingTrainer(Trainer):
    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.losses: list[float] = []

    def training_step(self, *arguments, **options):
        loss = super().training_step(*arguments, **options)
        self.losses.append(float(loss))
        return loss
