"""Masked language modelling by the Trainer of transformers: stock, tuned, on blocks, and with ModernBERT.

A Trainer is stopped and started again between rounds. Model, optimiser and compiled code live on; the start is in the warm-up.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch
from transformers import DataCollatorForLanguageModeling, PrinterCallback, Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_pt_utils import LengthGroupedSampler

from .meter import Meter
from .setup import LENGTH, MASKED, Setup

STOCK_BATCH = 32
FOREVER = 10**9  # steps: the meter ends a stretch, not the Trainer


@dataclass(frozen=True)
class Variant:
    """What a tuned peer may choose: rows a step, transformers' name of an attention."""

    batch: int
    attention: str = "sdpa"


def stock_variants(setup: Setup) -> list[Variant]:
    return [Variant(STOCK_BATCH)]


def tuned_variants(setup: Setup) -> list[Variant]:
    """On CPU plain attention can be faster than the fused one; on a GPU it never is, and batches must be large."""
    if setup.device.type == "cuda":
        return [Variant(batch) for batch in (256, 512, 1024)]
    return [Variant(batch, attention) for batch in (32, 64) for attention in ("sdpa", "eager")]


def block_variants(setup: Setup) -> list[Variant]:
    """About as many tokens a step as `tuned_variants`."""
    return [Variant(max(1, variant.batch // 2), variant.attention) for variant in tuned_variants(setup)]


def stock(setup: Setup, variant: Variant, steps: int | None) -> "TrainerEngine":
    """As run_mlm.py leaves it: random batches, padded to the longest; fp32 on CPU, bf16 on a GPU."""
    return TrainerEngine(setup, setup.masked_lm(variant.attention), setup.rows, variant, steps, tuned=False)


def tuned(setup: Setup, variant: Variant, steps: int | None) -> "TrainerEngine":
    """Rows of like length together; bf16 where the processor has it; compiled on a GPU; no wait for the loss in every step."""
    return TrainerEngine(setup, setup.masked_lm(variant.attention), setup.rows, variant, steps, tuned=True)


def blocks(setup: Setup, variant: Variant, steps: int | None) -> "TrainerEngine":
    """`group_texts` of run_mlm.py: rows joined and cut every LENGTH tokens. No padding, and attention across sentences."""
    joined = list(chain.from_iterable(setup.rows))
    cut = [joined[start : start + LENGTH] for start in range(0, len(joined) - LENGTH + 1, LENGTH)]
    return TrainerEngine(setup, setup.masked_lm(variant.attention), cut, variant, steps, tuned=True)


def modernbert(setup: Setup, variant: Variant, steps: int | None) -> "TrainerEngine":
    """ModernBERT of the same width and depth, with its own head on masked positions only (`sparse_prediction`), trained as `tuned`.

    Its feed-forward has a gate: 8/3 of the width gives it the parameters of the others' 4.
    """
    from transformers import ModernBertConfig, ModernBertForMaskedLM

    torch.manual_seed(setup.seed)
    special = {"pad_token_id": setup.tokenizer.pad_token_id, "mask_token_id": setup.tokenizer.mask_token_id}
    starts = {"bos_token_id": setup.tokenizer.cls_token_id, "cls_token_id": setup.tokenizer.cls_token_id}
    ends = {"eos_token_id": setup.tokenizer.sep_token_id, "sep_token_id": setup.tokenizer.sep_token_id}
    config = ModernBertConfig(
        vocab_size=setup.vocabulary,
        num_hidden_layers=setup.shape.layers,
        hidden_size=setup.shape.width,
        num_attention_heads=setup.shape.width // 64,
        intermediate_size=64 * round(8 * setup.shape.width / 3 / 64),
        max_position_embeddings=LENGTH,
        embedding_dropout=0.1,
        mlp_dropout=0.1,
        attention_dropout=setup.attention_dropout,
        sparse_prediction=True,
        **special,
        **starts,
        **ends,
    )
    model = ModernBertForMaskedLM(config)
    model.set_attn_implementation(variant.attention)
    return TrainerEngine(setup, model.to(setup.device), setup.rows, variant, steps, tuned=True)


class TrainerEngine:
    """Trains in stretches. `steps`: of the whole schedule (linear, a tenth of warm-up); None for a constant learning rate."""

    def __init__(self, setup: Setup, model: Any, rows: list[list[int]], variant: Variant, steps: int | None, *, tuned: bool) -> None:
        self.model, self._setup, self._stretches = model, setup, 0
        self.tokens_per_step = variant.batch * sum(map(len, rows)) / len(rows)
        special = set(setup.tokenizer.all_special_ids)
        examples = [{"input_ids": row, "special_tokens_mask": [int(token in special) for token in row]} for row in rows]
        collator = DataCollatorForLanguageModeling(setup.tokenizer, mlm_probability=MASKED)
        trainer = _GroupedTrainer if tuned else _MeteredTrainer
        self._trainer = trainer(
            model,
            arguments(setup, variant, steps, tuned=tuned),
            train_dataset=examples,
            data_collator=collator,
            processing_class=setup.tokenizer,
        )
        self._trainer.add_callback(_Stop(self._trainer))
        self._trainer.remove_callback(PrinterCallback)  # of totals at the end of every stretch

    def run(self, meter: Meter) -> None:
        self._trainer.meter = meter
        torch.manual_seed(self._setup.seed + self._stretches)  # or every stretch would see the same rows
        self._stretches += 1
        self._trainer.train()


def arguments(setup: Setup, variant: Variant, steps: int | None, *, tuned: bool) -> TrainingArguments:
    gpu = setup.device.type == "cuda"
    return TrainingArguments(
        output_dir=tempfile.gettempdir(),  # nothing is written: no saving, no logging
        per_device_train_batch_size=variant.batch,
        train_sampling_strategy="group_by_length" if tuned else "random",
        learning_rate=setup.learning_rate,
        lr_scheduler_type="linear" if steps else "constant",
        warmup_steps=steps // 10 if steps else 0,
        max_steps=steps or FOREVER,
        weight_decay=0.01,
        max_grad_norm=1.0,
        optim="adamw_torch_fused",  # also the default of transformers 5
        bf16=gpu or tuned and setup.bf16,
        torch_compile=gpu and tuned,
        dataloader_num_workers=8 if gpu else 0,
        logging_nan_inf_filter=not tuned,  # reads the loss in every step
        use_cpu=not gpu,
        seed=setup.seed,
        remove_unused_columns=False,
        logging_strategy="no",
        save_strategy="no",
        eval_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )


class _MeteredTrainer(Trainer):
    meter: Meter

    def training_step(self, model, inputs, num_items_in_batch=None):
        self.meter.count(inputs["attention_mask"].sum(), inputs["input_ids"].numel())
        return super().training_step(model, inputs, num_items_in_batch)


class _GroupedTrainer(_MeteredTrainer):
    def _get_train_sampler(self, train_dataset=None):
        return _ShuffledBatches(self.args.train_batch_size, train_dataset if train_dataset is not None else self.train_dataset)


class _ShuffledBatches(LengthGroupedSampler):
    """The batches of `group_by_length` in random order: it yields the longest rows first, so a stretch of seconds would see no others."""

    def __iter__(self) -> Iterator[int]:
        indices = list(super().__iter__())
        batches = [indices[start : start + self.batch_size] for start in range(0, len(indices), self.batch_size)]
        whole = len(indices) // self.batch_size  # an incomplete one stays the last
        order = [*torch.randperm(whole).tolist(), *range(whole, len(batches))]
        return iter([index for number in order for index in batches[number]])


class _Stop(TrainerCallback):
    def __init__(self, trainer: _MeteredTrainer) -> None:
        self._trainer = trainer

    def on_step_end(self, args, state, control, **kwargs):
        control.should_training_stop = self._trainer.meter.step_done()
