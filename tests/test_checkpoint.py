"""Resumable state: the newest readable state of this very training, one process at a time, nothing left behind."""

import json
import multiprocessing
import resource
import threading

import pytest
import torch

from isogloss import checkpoint
from isogloss.checkpoint import Checkpoints, fingerprint
from isogloss.errors import IsoglossError
from toy import die, in_child


@pytest.fixture
def opened(tmp_path):
    """Open the checkpoints of a training; `said` collects the warnings."""
    said = []

    def open_(identity="mine", keep=2, **options):
        return Checkpoints(tmp_path / "ck", identity, keep=keep, warn=said.append, **options)

    open_.said, open_.directory = said, tmp_path / "ck"
    return open_


def steps(directory):
    return sorted(int(path.stem.partition("-")[2]) for path in directory.glob("step-*.pt"))


def test_fingerprint_depends_on_content_and_not_on_order():
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1}) != fingerprint({"a": 1, "b": [3]})


def test_the_newest_state_comes_back(opened):
    with opened() as kept:
        assert kept.latest() is None
        for step in (5, 10, 1000):
            kept.save(step, {"weights": torch.tensor([float(step)]), "cursor": {"en": step}})
        state = kept.latest()
    assert state["step"] == 1000 and state["weights"].tolist() == [1000.0] and state["cursor"] == {"en": 1000}


def test_only_the_newest_few_are_kept(opened):
    with opened(keep=2) as kept:
        for step in (3, 20, 100):
            kept.save(step, {})
    assert steps(opened.directory) == [20, 100]


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"\0" * len(data), lambda data: b"text"]
)
def test_a_damaged_state_is_passed_over_for_the_one_before(opened, damage):
    with opened() as kept:
        for step in (1, 2):
            kept.save(step, {"weights": torch.randn(100)})
        kept.wait()
        newest = opened.directory / "step-0000000002.pt"
        newest.write_bytes(damage(newest.read_bytes()))
        assert kept.latest()["step"] == 1
        assert "step-0000000002.pt cannot be read" in opened.said[0]
        kept.save(2, {"weights": torch.zeros(1)})
        assert kept.latest()["step"] == 2


def test_a_state_that_would_run_code_is_passed_over(opened, tmp_path):
    from test_encoder import Malicious

    with opened() as kept:
        kept.save(1, {})
        kept.wait()
        torch.save({"identity": "mine", "step": 2, "x": Malicious(tmp_path / "executed")}, opened.directory / "step-0000000002.pt")
        assert kept.latest()["step"] == 1
    assert not (tmp_path / "executed").exists()


def test_states_of_another_training_are_ignored_and_then_removed(opened):
    with opened("other") as kept:
        kept.save(50, {})
        kept.save(60, {})
    with opened("mine") as kept:
        assert kept.latest() is None and "other settings or data" in opened.said[0]
        kept.save(10, {})
        kept.wait()
        assert steps(opened.directory) == [10]  # a higher step number does not protect the stranger
        assert kept.latest()["step"] == 10


def test_clear_leaves_no_state(opened):
    with opened() as kept:
        kept.save(1, {})
        kept.append_log({"step": 1})
        kept.clear()
    assert {path.name for path in opened.directory.iterdir()} == {"lock", "log.jsonl"}


# ----------------------------------------------------------------------------------------------------------- in the background


class Held:
    """torch.save, holding its breath: `begun` says that it was called, and it goes on when `released`; then it may fail."""

    def __init__(self, monkeypatch, error=None):
        self.begun, self.released, self.error, self._real = threading.Event(), threading.Event(), error, torch.save
        monkeypatch.setattr(checkpoint.torch, "save", self)

    def __call__(self, state, path):
        self.begun.set()
        if not self.released.wait(30):
            raise TimeoutError("nobody released it")
        if self.error:
            raise self.error
        self._real(state, path)


def test_training_goes_on_while_a_state_is_written_and_changes_nothing_in_it(opened, monkeypatch):
    weights, cursor, moments = torch.zeros(1000), {"en": [1]}, [{"step": torch.tensor(1.0)}]
    with opened() as kept:
        writing = Held(monkeypatch)
        kept.save(1, {"weights": weights, "cursor": cursor, "moments": moments})
        assert writing.begun.wait(30)
        assert steps(opened.directory) == []  # save has returned, and nothing is there yet
        weights += 1
        moments[0]["step"] += 1
        cursor["en"][0] = 7
        writing.released.set()
        state = kept.latest()
    assert not state["weights"].any() and state["cursor"] == {"en": [1]} and state["moments"][0]["step"] == 1


def test_the_state_before_stays_until_the_new_one_is_complete(opened, monkeypatch):
    with opened(keep=1) as kept:
        kept.save(1, {})
        kept.wait()
        writing = Held(monkeypatch)
        kept.save(2, {})
        assert writing.begun.wait(30) and steps(opened.directory) == [1]
        writing.released.set()
    assert steps(opened.directory) == [2]  # leaving waits


def test_tied_weights_are_copied_and_written_once(opened):
    weight = torch.randn(1000, 100)
    with opened() as kept:
        kept.save(1, {"embedding": weight, "decoder": weight.detach(), "row": weight[0]})
        state = kept.latest()
    assert (opened.directory / "step-0000000001.pt").stat().st_size < 1.1 * weight.nbytes
    assert all(torch.equal(state[key], value) for key, value in (("embedding", weight), ("decoder", weight), ("row", weight[0])))


@pytest.mark.parametrize("moment", ["the next save", "wait", "latest", "leaving"])
def test_an_error_of_the_writer_reaches_the_training(opened, monkeypatch, moment):
    with opened() as kept:
        kept.save(1, {"weights": torch.ones(3)})
    with pytest.raises(IsoglossError, match="could not be written"), opened() as kept:
        Held(monkeypatch, OSError(5, "Input/output error")).released.set()
        kept.save(2, {})
        {"the next save": lambda: kept.save(3, {}), "wait": kept.wait, "latest": kept.latest, "leaving": lambda: None}[moment]()
    with opened() as kept:
        assert kept.latest()["step"] == 1


def test_what_ended_the_training_is_not_hidden_by_the_writer(opened, monkeypatch):
    with pytest.raises(KeyError, match="the cause"), opened() as kept:
        Held(monkeypatch, OSError(5, "Input/output error")).released.set()
        kept.save(1, {})
        raise KeyError("the cause")
    assert "could not be written" in opened.said[0]


def test_a_full_disk_costs_only_the_new_state(opened):
    def save_two():
        with opened() as kept:
            kept.save(1, {"weights": torch.ones(10)})
            kept.wait()
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
            kept.save(2, {"weights": torch.ones(30_000)})  # small: OpenMP does not survive a fork
            try:
                kept.wait()
            except IsoglossError as error:
                raise SystemExit(3) from error

    assert in_child(save_two) == 3
    assert [path.name for path in opened.directory.iterdir() if path.name != "lock"] == ["step-0000000001.pt"]
    with opened() as kept:
        assert kept.latest()["step"] == 1


def test_a_rank_that_does_not_write_reads_and_leaves_no_trace(opened):
    with opened(write=False) as other:
        assert other.latest() is None
    assert not opened.directory.exists()
    with opened() as first, opened(write=False) as other:  # no lock for the second
        first.save(1, {"weights": torch.ones(3)})
        first.append_log({"step": 1})
        first.wait()
        before = {path.name: path.stat().st_mtime_ns for path in opened.directory.iterdir()}
        other.save(2, {})
        other.wait()
        other.append_log({"step": 2})
        other.rewind_log(0)
        other.clear()
        assert other.latest()["step"] == 1 and other.latest()["weights"].tolist() == [1, 1, 1]
        assert {path.name: path.stat().st_mtime_ns for path in opened.directory.iterdir()} == before


# -------------------------------------------------------------------------------------------------------------------- kills


def test_a_kill_while_a_state_is_written_costs_only_that_state(opened):
    def save_two_and_die():
        with opened() as kept:
            kept.save(1, {"weights": torch.ones(1000)})

            def half(state, path):
                path.write_bytes(b"PK half of a checkpoint")
                die()

            kept.wait()
            checkpoint.torch.save = half
            kept.save(2, {"weights": torch.ones(1000)})
            kept.wait()  # dies here, in the other thread

    assert in_child(save_two_and_die) == -9
    assert [path for path in opened.directory.iterdir() if path.name.startswith(".")]
    with opened() as kept:
        assert kept.latest()["step"] == 1 and not opened.said
        assert not [path for path in opened.directory.iterdir() if path.name.startswith(".")]  # the half-written one is swept away


def test_the_lock_keeps_a_second_process_out_and_dies_with_its_holder(opened):
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()

    def hold():
        with opened():
            ready.set()
            done.wait(30)

    holder = context.Process(target=hold)
    holder.start()
    assert ready.wait(30)
    with pytest.raises(IsoglossError, match="another process is training here"), opened():
        pass
    holder.kill()
    holder.join()
    with opened():
        pass


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IsoglossError, match="cannot be written"), Checkpoints(tmp_path / "file" / "ck", "mine", keep=1, warn=print):
        pass


# ---------------------------------------------------------------------------------------------------------------------- log


def test_the_log_is_cut_back_to_the_state(opened):
    with opened() as kept:
        for step in (3, 6, 9):
            kept.append_log({"step": step, "loss": 1.5})
        with kept.log.open("a") as file:
            file.write('{"step":12,"lo')  # a kill cut it in two
        kept.rewind_log(6)
        kept.append_log({"step": 9, "loss": 2.5})
        records = [json.loads(line) for line in kept.log.read_text().splitlines()]
    assert [(record["step"], record["loss"]) for record in records] == [(3, 1.5), (6, 1.5), (9, 2.5)]


def test_rewinding_to_the_start_empties_the_log(opened):
    with opened() as kept:
        kept.rewind_log(0)
        assert kept.log.read_text() == ""
        kept.append_log({"step": 3})
        kept.rewind_log(0)
        assert kept.log.read_text() == ""
