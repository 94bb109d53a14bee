"""GPUs by lock: no two commands share one unasked, a dead command frees its own, and no GPU at all is no obstacle."""

import fcntl
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from isogloss.gpus import reserve, visible_gpus
from toy import ENVIRONMENT, ROOT

SHOW = "import os; print(os.environ['CUDA_VISIBLE_DEVICES'])"
SHARE = """
import os, pathlib, sys, time
room = pathlib.Path(sys.argv[1])
for gpu in os.environ["CUDA_VISIBLE_DEVICES"].split(","):
    mark = room / f"in-use-{gpu}"
    mark.touch(exist_ok=False)  # fails if another command has it
    time.sleep(0.15)
    mark.unlink()
"""


HOLD = "import os, time; print(os.environ['CUDA_VISIBLE_DEVICES'], flush=True); time.sleep(30)"


def start(count, script, *arguments, visible, tmp_path, **more):
    environment = {**ENVIRONMENT, "CUDA_VISIBLE_DEVICES": visible, "TMPDIR": str(tmp_path), "SLURM_JOB_ID": "", **more}
    command = [sys.executable, "-m", "isogloss.gpus", str(count), sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("count", "visible", "given"),
    [(0, "0,1", ""), (1, "", ""), (1, "3,5", "3"), (2, "3,5", "3,5"), (4, "3,5", "3,5"), (1, "GPU-ab-cd", "GPU-ab-cd"), (1, "-1", "")]
    + [("1/1", "3,5", "3"), ("2/1", "3,5", "3,5"), ("0/3", "3,5", ""), ("1/3", "", ""), ("1/3", "3,5", "3"), ("2/3", "3,5", "3")]
    + [("3/3", "3,5", "3"), ("6/3", "3,5,7", "3,5"), ("12/3", "3,5", "3,5")],
)
def test_a_command_sees_as_many_as_it_asked_for(tmp_path, count, visible, given):
    output, errors = start(count, SHOW, visible=visible, tmp_path=tmp_path).communicate(timeout=30)
    assert output.strip() == given, errors


def test_no_two_commands_share_a_gpu(tmp_path):
    jobs = [start(1, SHARE, tmp_path, visible="0,1", tmp_path=tmp_path) for _ in range(4)]
    jobs.append(start(2, SHARE, tmp_path, visible="0,1", tmp_path=tmp_path))
    for job in jobs:
        _, errors = job.communicate(timeout=60)
        assert job.returncode == 0, errors


@pytest.fixture
def holders():
    """Starts commands that hold what they reserved, and ends them with the test."""
    started = []

    def hold(count, visible, tmp_path):
        """The command, which runs beside all before it, and the GPU that it was given."""
        started.append(start(count, HOLD, visible=visible, tmp_path=tmp_path))
        given = started[-1].stdout.readline().strip()
        assert all(holder.poll() is None for holder in started)
        return started[-1], given

    yield hold
    for holder in started:
        kill(holder)


def kill(holder):
    holder.kill()
    holder.communicate()


def runs_after(freed, count, visible, tmp_path):
    """A command that waits for as long as `freed` lives, and then runs: the GPUs that it is given."""
    waiting = start(count, SHOW, visible=visible, tmp_path=tmp_path)
    time.sleep(0.4)
    assert waiting.poll() is None
    kill(freed)
    return waiting.communicate(timeout=30)[0].strip()


def test_two_halves_of_a_gpu_run_side_by_side_and_a_third_waits_for_either(tmp_path, holders):
    (one, first), (_, second) = (holders("1/2", "0", tmp_path) for _ in range(2))
    assert first == second == "0"
    assert runs_after(one, "1/2", "0", tmp_path) == "0"


def test_a_whole_gpu_waits_for_everybody_who_has_a_part_of_it(tmp_path, holders):
    (one, _), (other, _) = (holders("1/2", "0", tmp_path) for _ in range(2))
    kill(one)
    assert runs_after(other, "2/2", "0", tmp_path) == "0"


@pytest.mark.parametrize("whole", ["2/2", "1"])
def test_a_part_waits_for_who_has_the_gpu_whole(whole, tmp_path, holders):
    assert runs_after(holders(whole, "0", tmp_path)[0], "1/2", "0", tmp_path) == "0"


def test_parts_spread_over_the_gpus(tmp_path, holders):
    assert [holders("1/2", "4,7", tmp_path)[1] for _ in range(4)] == ["4", "7", "4", "7"]


def test_a_whole_gpu_is_one_that_nobody_has_a_part_of(tmp_path, holders):
    assert [holders(count, "4,7", tmp_path)[1] for count in ("1/2", "2/2", "1/2")] == ["4", "7", "4"]


def test_several_parts_are_of_one_gpu(tmp_path, holders):
    assert [holders(count, "4,7", tmp_path)[1] for count in ("2/3", "2/3", "1/3")] == ["4", "7", "4"]
    (second, _) = holders("1/3", "4,7", tmp_path)
    assert runs_after(second, "1/3", "4,7", tmp_path) == "7"


def test_a_training_on_whole_gpus_starts_a_process_on_each(tmp_path):
    script = "import os; from isogloss import launch; os.execv = lambda _, command: print(command[4]); launch.one_process_per_gpu(4)"
    assert start("4/2", script, visible="0,1,2", tmp_path=tmp_path).communicate(timeout=30)[0].strip() == "--nproc_per_node=2"


def test_the_status_of_the_command_is_passed_on(tmp_path):
    assert start(1, "raise SystemExit(75)", visible="0", tmp_path=tmp_path).wait(30) == 75


def test_a_killed_command_frees_its_gpu(tmp_path):
    holder = start(1, "import time; print('held', flush=True); time.sleep(60)", visible="0", tmp_path=tmp_path)
    assert holder.stdout.readline() == "held\n"
    waiting = start(1, SHOW, visible="0", tmp_path=tmp_path)
    time.sleep(0.3)
    assert waiting.poll() is None
    holder.kill()
    holder.wait()
    assert waiting.communicate(timeout=30)[0].strip() == "0"


def test_slurm_jobs_do_not_wait_for_each_others_gpu_of_the_same_name(tmp_path):
    holder = start(1, "import time; print('held', flush=True); time.sleep(60)", visible="0", tmp_path=tmp_path, SLURM_JOB_ID="1")
    assert holder.stdout.readline() == "held\n"
    assert start(1, SHOW, visible="0", tmp_path=tmp_path, SLURM_JOB_ID="2").communicate(timeout=10)[0].strip() == "0"
    holder.kill()
    holder.wait()


def test_who_waits_for_two_holds_none(tmp_path):
    (taken,) = reserve(1, ["1"], tmp_path).values()
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(reserve, 2, ["0", "1"], tmp_path)
        time.sleep(0.1)
        (free,) = pool.submit(reserve, 1, ["0"], tmp_path).result(timeout=5).values()
        assert not waiting.done()
        os.close(free)
        os.close(taken)
        both = waiting.result(timeout=5)
    assert list(both) == ["0", "1"]
    for lock in both.values():
        os.close(lock)


def test_who_waits_for_a_part_holds_nothing_of_other_gpus(tmp_path):
    def release(part):
        for lock in part.values():
            os.close(lock)

    taken = [reserve(1, ["0", "1"], tmp_path, 2) for _ in range(4)]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(reserve, 1, ["0", "1"], tmp_path, 2)
        time.sleep(0.1)
        assert not waiting.done()
        release(taken[3])
    assert list(waiting.result()) == ["1", "1.1"]
    release(taken[0])
    release(taken[2])
    with (tmp_path / "0.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails if anybody has a part of this GPU
    release(taken[1])
    release(waiting.result())


def test_reserving_holds_locks_that_a_child_inherits(tmp_path):
    held = reserve(2, ["0", "1", "2"], tmp_path)
    other = reserve(2, ["2"], tmp_path)
    assert list(held) == ["0", "1"] and list(other) == ["2"] and all(os.get_inheritable(lock) for lock in held.values())
    for lock in [*held.values(), *other.values()]:
        os.close(lock)
    assert reserve(0, ["0"], tmp_path) == reserve(3, [], tmp_path) == {}


@pytest.mark.parametrize(
    ("listed", "found"), [("", []), ("-1", []), ("0", ["0"]), ("0, 2", ["0", "2"]), ("MIG-x,GPU-y", ["MIG-x", "GPU-y"])]
)
def test_visible_gpus_are_those_listed(monkeypatch, listed, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", listed)
    assert visible_gpus() == found


def test_without_a_driver_there_is_no_gpu(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert visible_gpus() == []


@pytest.mark.parametrize(
    ("script", "found"),
    [("echo 0; echo 1", ["0", "1"]), ("echo no driver; exit 9", []), ("exec sleep 60", [])],
    ids=["two", "driver fails", "driver hangs"],
)
def test_nvidia_smi_tells_and_a_broken_one_means_none(script, found, tmp_path, monkeypatch):
    (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **options: real(command, **{**options, "timeout": 1}))
    assert visible_gpus() == found
