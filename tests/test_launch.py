"""One process per GPU, and none too many."""

import os
import subprocess
import sys

import pytest

from isogloss import launch
from toy import ENVIRONMENT


@pytest.mark.parametrize(
    ("asked", "visible", "processes"), [(0, "0,1", None), (1, "0,1", None), (2, "", None), (4, "3", None), (2, "0,1,2", 2), (8, "0,1,2", 3)]
)
def test_a_training_becomes_as_many_processes_as_it_asks_for_and_as_there_are_gpus(asked, visible, processes, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append(arguments))
    monkeypatch.setattr(sys, "argv", ["isogloss", "pretrain", "--gpus", str(asked)])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    launch.one_process_per_gpu(asked)
    assert [command[4] for command in started] == ([] if processes is None else [f"--nproc_per_node={processes}"])
    assert all(command[5:] == ["-m", "isogloss", "pretrain", "--gpus", str(asked)] for command in started)


def test_the_command_is_run_by_each_process():
    script = (
        "import sys; sys.argv[1:] = ['--help']; from isogloss.launch import one_process_per_gpu; one_process_per_gpu(2); print('alone')"
    )
    environment = {**ENVIRONMENT, "CUDA_VISIBLE_DEVICES": "0,1"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.count("usage: isogloss") == 2 and "alone" not in done.stdout, done.stderr
