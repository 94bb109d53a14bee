"""isogloss: the parts of its training loop (`isogloss/pretrain.py`) as an engine, and its batches as a stream."""

from collections.abc import Iterator

import torch

from isogloss.batch import Batch, Layout, SpecialIds
from isogloss.device import autocast, chosen_precision
from isogloss.encoder import TransformersEncoder, first_position
from isogloss.loader import Loader
from isogloss.objectives import OBJECTIVES, load_objective
from isogloss.objectives.contract import Setup as Built
from isogloss.optimizer import make_optimizer
from isogloss.rows import Rows
from isogloss.schedule import warmup_decay
from isogloss.streams import Part, Stream
from isogloss.tokens import open_tokens
from isogloss.trainee import Trainee
from isogloss.vocab import vocab_fingerprint

from .meter import Meter
from .sentences import PAIRS
from .setup import LENGTH, Setup
from .trainer import Variant


def variants(setup: Setup) -> list[Variant]:
    """Packed rows a step: of 4,096 and 8,192 cells on a CPU, 131,072 on a GPU."""
    return [Variant(rows, "packed") for rows in ((1024,) if setup.device.type == "cuda" else (32, 64))]


def contrast_variants(setup: Setup) -> list[Variant]:
    """As many pairs a step as sentence-transformers gets: the loss depends on them."""
    return [Variant(round(PAIRS * setup.mean_length / LENGTH), "packed")]


def feed(setup: Setup, objective, name: str, first: int, rows: int) -> tuple[Stream, Rows]:
    """The stream of an objective over the setup's text, and what lays it out."""
    known = vocab_fingerprint(setup.vocab)
    paths = setup.mono_tokens if OBJECTIVES[name].stream == "mono" else {setup.language_pair: setup.tokens}
    layout = objective.layout(Layout(SpecialIds.of(setup.tokenizer), LENGTH, LENGTH, first))
    parts = [Part(part, open_tokens(path, known)) for part, path in sorted(paths.items())]
    stream = Stream(parts, layout=layout, batch_rows=rows, alpha=0.3, seed=setup.seed)
    return stream, Rows(stream.parts, layout, sorted(setup.mono_tokens), setup.device, setup.seed)


class OurEngine:
    """Trains in stretches. `steps`: of the whole schedule; None for a constant learning rate."""

    def __init__(self, setup: Setup, name: str, variant: Variant, steps: int | None) -> None:
        self.model, self._setup, self._steps, self._done = setup.masked_lm(), setup, steps, 0
        encoder, self._objective = TransformersEncoder(self.model), load_objective(name)()
        self._objective.build(Built(encoder, SpecialIds.of(setup.tokenizer), sorted(setup.mono_tokens)))
        self._trainee = Trainee(encoder, {name: self._objective}).to(setup.device).train()
        if setup.device.type == "cuda":
            self._trainee.encoder.compile_body()
        settings = {"learning_rate": setup.learning_rate, "weight_decay": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
        self._optimizer = make_optimizer(self._trainee, settings)
        self._stream, self._rows = feed(setup, self._objective, name, first_position(self.model.config), variant.batch)
        self._special, self._precision = self._stream.layout.special, chosen_precision("auto", setup.device)
        self.tokens_per_step = variant.batch * LENGTH

    def run(self, meter: Meter) -> None:
        with Loader({"it": self._stream}, {"it": self._rows}) as loader:
            while True:
                self._optimizer.set_rate(warmup_decay(self._done, self._steps, 0.1) if self._steps else 1.0)
                batch = self._objective.prepare(loader.next_batches()["it"], self._special, (self._setup.seed, "it"))
                with autocast(self._precision, self._setup.device):
                    loss, _ = self._objective(self._trainee.encoder, batch)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self._trainee.parameters(), 1.0)
                self._optimizer.step()
                self._optimizer.zero_grad()
                self._done += 1
                meter.count(batch.tokens, batch.ids.numel())
                if meter.step_done():
                    return


def batches(setup: Setup, kind: str, cells: int) -> Iterator[Batch]:
    """Masked batches of about `cells` cells, without end and without a model."""
    name = {"mono": "mlm", "bitext": "tlm"}[kind]
    objective = load_objective(name)()
    stream, rows = feed(setup, objective, name, setup.tokenizer.pad_token_id + 1, max(1, cells // LENGTH))
    while True:
        yield objective.prepare(rows.batch(stream.next_batch()), stream.layout.special, (setup.seed, name))
