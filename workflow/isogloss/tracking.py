"""What the training log says, also for TensorBoard and Weights & Biases, where they are installed and asked for."""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .artifacts import canonical_json
from .checkpoint import fingerprint
from .errors import IsoglossError


class Tracking:
    """Passes records on; a context manager. With neither destination it does nothing. Only one process of a training has one.

    Args:
        tensorboard: directory of event files.
        wandb: project name.
        run: name of the run, e.g. "mlm/0".
        config: the settings of the job; shown beside the curves.
        resumed_at: the step that the training goes on from, 0 at its start: what was recorded after it is taken back.
    Raises:
        IsoglossError: asked for but not installed; Weights & Biases cannot start (no login, no network).
    """

    def __init__(self, tensorboard: Path | None, wandb: str | None, *, run: str, config: Mapping[str, Any], resumed_at: int) -> None:
        self._writer = None if tensorboard is None else _open_tensorboard(tensorboard, config, resumed_at)
        self._run = None if wandb is None else _open_wandb(wandb, run, config, resumed_at)

    def log(self, step: int, record: Mapping[str, float]) -> None:
        """Record numbers by name at a step; a name with a slash ("loss/mlm") is shown in the group before it."""
        if self._writer is not None:
            for name, value in record.items():
                self._writer.add_scalar(name, value, step)
            self._writer.flush()
        if self._run is not None:
            self._run.log({"step": step, **record})

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._run is not None:
            self._run.finish()

    def __enter__(self) -> "Tracking":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_tensorboard(directory: Path, config: Mapping[str, Any], resumed_at: int) -> Any:
    """A writer that hides whatever older files of the directory hold after the step."""
    writer = _imported("torch.utils.tensorboard", "tensorboard").SummaryWriter(str(directory), purge_step=resumed_at + 1)
    if resumed_at == 0:
        shown = json.dumps(config, indent=2, ensure_ascii=False, sort_keys=True)
        writer.add_text("config", "".join(f"    {line}\n" for line in shown.splitlines()), 1)  # Markdown: a block of code
    return writer


def _open_wandb(project: str, run: str, config: Mapping[str, Any], resumed_at: int) -> Any:
    """A run that is known by its settings, so that a resumed training goes on in it and one from the start overwrites it.

    W&B drops records of steps that it has seen; with steps of our own those after the last saved state are told twice, alike.
    """
    module = _imported("wandb", "wandb")
    identity = fingerprint([project, run, json.loads(canonical_json(config))])[:16]
    try:
        opened = module.init(project=project, name=run, id=identity, resume="allow" if resumed_at else None, config=dict(config))
    except module.Error as error:
        remedy = "Run `wandb login`, set WANDB_MODE=offline, or remove `wandb` from `tracking`"
        raise IsoglossError("tracking.wandb", f"cannot start: {error}", "", remedy) from error
    opened.define_metric("step")
    opened.define_metric("*", step_metric="step")
    return opened


def _imported(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f"Run `pip install {package}` in the environment that trains, or switch it off"
        raise IsoglossError(f"tracking.{package}", f"is asked for, and the package {package} cannot be imported", "", remedy) from error
