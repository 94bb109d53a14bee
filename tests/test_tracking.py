"""TensorBoard and Weights & Biases get what the log says; traces of a few steps."""

import json
import sys
from types import SimpleNamespace

import pytest
import torch

from isogloss.errors import IsoglossError
from isogloss.tracing import Profile
from isogloss.tracking import Tracking

CONFIG = {"recipe": "mlm", "seed": 0, "pretrain": {"steps": 12}}


def tracked(tensorboard=None, wandb=None, *, resumed_at=0, steps=(), config=CONFIG):
    with Tracking(tensorboard, wandb, run="mlm/0", config=config, resumed_at=resumed_at) as tracking:
        for step in steps:
            tracking.log(step, {"loss": step + resumed_at / 100, "loss/mlm": 1.0})


# ------------------------------------------------------------------------------------------------------------ TensorBoard


def curve(directory, name="loss"):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(directory))
    events.Reload()
    return [(event.step, round(event.value, 4)) for event in events.Scalars(name)]


def test_tensorboard_shows_every_record_at_its_step(tmp_path):
    tracked(tmp_path, steps=(3, 6))
    assert curve(tmp_path) == [(3, 3), (6, 6)] and curve(tmp_path, "loss/mlm") == [(3, 1), (6, 1)]


def test_tensorboard_has_a_record_on_disk_before_the_next_step(tmp_path):
    tracking = Tracking(tmp_path, None, run="mlm/0", config=CONFIG, resumed_at=0)
    tracking.log(3, {"loss": 1.0})
    assert curve(tmp_path) == [(3, 1)]
    tracking.close()


def test_after_a_resume_tensorboard_shows_what_was_trained_again_once(tmp_path):
    tracked(tmp_path, steps=(3, 6, 9))
    tracked(tmp_path, resumed_at=6, steps=(9, 12))
    assert curve(tmp_path) == [(3, 3), (6, 6), (9, 9.06), (12, 12.06)]


def test_a_training_from_the_start_takes_the_curves_of_an_older_one_away(tmp_path):
    tracked(tmp_path, steps=(3, 6, 9))
    tracked(tmp_path, steps=(3,))
    assert curve(tmp_path) == [(3, 3)]


def test_tensorboard_shows_the_settings(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tracked(tmp_path)
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    (text,) = events.Tensors("config/text_summary")
    assert json.loads(text.tensor_proto.string_val[0]) == CONFIG


# -------------------------------------------------------------------------------------------------------- Weights & Biases


class Service:
    """Stands for the package wandb."""

    class Error(Exception):
        pass

    def __init__(self, fault=None):
        self.fault, self.started, self.axes, self.history, self.finished = fault, [], [], [], 0

    def init(self, **options):
        if self.fault:
            raise self.Error(self.fault)
        self.started.append(options)
        return SimpleNamespace(
            log=self.history.append, finish=self._finish, define_metric=lambda *names, **more: self.axes.append((names, more))
        )

    def _finish(self):
        self.finished += 1


@pytest.fixture
def service(monkeypatch):
    made = Service()
    monkeypatch.setitem(sys.modules, "wandb", made)
    return made


def test_wandb_gets_every_record_with_its_step_and_is_closed(service):
    tracked(wandb="isogloss", steps=(3, 6))
    assert service.history == [{"step": 3, "loss": 3, "loss/mlm": 1.0}, {"step": 6, "loss": 6, "loss/mlm": 1.0}]
    assert (("*",), {"step_metric": "step"}) in service.axes and service.finished == 1
    assert service.started[0]["project"] == "isogloss" and service.started[0]["name"] == "mlm/0" and service.started[0]["config"] == CONFIG


def test_wandb_goes_on_in_the_same_run_after_a_resume_and_in_another_with_other_settings(service):
    tracked(wandb="isogloss")
    tracked(wandb="isogloss", resumed_at=6)
    tracked(wandb="isogloss", config={**CONFIG, "seed": 1})
    first, resumed, other = service.started
    assert first["id"] == resumed["id"] != other["id"]
    assert (first["resume"], resumed["resume"], other["resume"]) == (None, "allow", None)


def test_without_login_or_network_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", Service("api_key not configured"))
    with pytest.raises(
        IsoglossError, match=r"tracking.wandb: cannot start: api_key not configured. Run `wandb login`, set WANDB_MODE=offline"
    ):
        tracked(wandb="isogloss")


@pytest.mark.parametrize(("package", "asked"), [("tensorboard", {"tensorboard": "x"}), ("wandb", {"wandb": "x"})])
def test_what_is_asked_for_and_not_installed_is_named_with_the_command_that_installs_it(package, asked, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "torch.utils.tensorboard", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(IsoglossError, match=rf"tracking.{package}: is asked for.*pip install {package}"):
        tracked(**asked)


def test_nothing_asked_for_is_nothing_written_and_nothing_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for package in ("tensorboard", "wandb"):
        monkeypatch.setitem(sys.modules, package, None)
    tracked(steps=(3,))
    assert list(tmp_path.iterdir()) == []


# ----------------------------------------------------------------------------------------------------------------- traces


def traced(directory, steps):
    """What the profiler was told, and which of the steps stand in the trace."""
    said = []
    with Profile(directory, said.append) as profile:
        for step in range(1, steps + 1):
            with torch.profiler.record_function(f"step-{step}"):
                torch.ones(8, 8) @ torch.ones(8, 8)
            profile.step()
    path = directory / "trace.json"
    names = {event.get("name", "") for event in json.loads(path.read_text())["traceEvents"]} if path.is_file() else set()
    return said, sorted(int(name[5:]) for name in names if name.startswith("step-"))


@pytest.mark.parametrize(("steps", "expected"), [(14, [5, 6, 7, 8, 9, 10]), (10, [5, 6, 7, 8, 9, 10]), (6, [5, 6])])
def test_a_trace_holds_steps_5_to_10_or_as_many_as_there_are_and_the_table_is_told(steps, expected, tmp_path):
    (said,), there = traced(tmp_path, steps)
    assert there == expected and "aten::mm" in said and str(tmp_path) in said
    assert [path.name for path in tmp_path.iterdir()] == ["trace.json"]


def test_a_run_too_short_for_a_trace_says_so(tmp_path):
    assert traced(tmp_path, 3) == (["no trace was written: the run ended before step 5"], [])


def test_without_a_directory_nothing_is_traced():
    with Profile(None, pytest.fail) as profile:
        for _ in range(12):
            profile.step()
