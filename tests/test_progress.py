"""A bar on a terminal, plain lines in a job, and what they say."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

from isogloss.progress import Progress
from isogloss.training_log import Pace, summary

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "from isogloss.progress import Progress; p = Progress(4, 'mlm seed 0'); [(p.tick(k - 1), p.report(k, f'loss {9 - k}')) for k in (2, 4)]; p.close()"


def run(stderr) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", PROGRAM], stderr=stderr, env={**os.environ, "PYTHONPATH": str(ROOT / "workflow")})


def test_lines_in_a_job():
    lines = run(subprocess.PIPE).communicate()[1].decode().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["mlm seed 0: step 2/4, loss 7", "mlm seed 0: step 4/4, loss 5"]


def test_a_job_that_has_been_quiet_for_a_minute_tells_the_step(capsys):
    clock = [0.0]
    progress = Progress(100, "xquad", clock=lambda: clock[0])
    for step, now in ((1, 30.0), (2, 59.0), (3, 61.0), (4, 100.0), (5, 122.0)):
        clock[0] = now
        progress.tick(step)
    progress.report(6, "loss 1")
    clock[0] = 170.0
    progress.tick(7)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["xquad: step 3/100", "xquad: step 5/100", "xquad: step 6/100, loss 1"]


def test_a_bar_on_a_terminal():
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
    process = run(theirs)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:  # the other end was closed
        pass
    assert process.wait() == 0
    assert b"mlm seed 0" in shown and b"4/4" in shown and b"loss 5" in shown and b"\r" in shown
    os.close(ours)


# ------------------------------------------------------------------------------------------------------------ the log line


def paced(clock, **earlier):
    return Pace(2e6, 1e9, **{"tokens": 0, "seconds": 0.0, "clock": lambda: clock[0], **earlier})


def test_speed_is_told_since_the_last_line_and_since_the_start():
    clock = [100.0]
    pace = paced(clock)
    clock[0] = 110.0
    first = pace.line(1000, 0.5, 3 * 10**9)
    clock[0] = 115.0
    second = pace.line(2000, 2.0, 4 * 10**9)
    assert (first["tokens_per_second"], first["tokens_per_second_overall"], first["waited"], first["memory_gb"]) == (100, 100, 0.5, 3)
    assert (second["tokens_per_second"], second["tokens_per_second_overall"], second["waited"]) == (200, 133.3, 1.5)
    assert second["seconds"] == 15 and (first["mfu"], second["mfu"]) == (0.2, 0.4)


def test_speed_counts_on_after_a_resume_without_the_time_between_the_processes():
    clock = [7.0]
    pace = paced(clock, tokens=5000, seconds=50.0)
    clock[0] = 17.0
    line = pace.line(7000, 0.0, 0)
    assert (line["tokens_per_second"], line["tokens_per_second_overall"], line["seconds"]) == (200, 116.7, 60)


def test_a_machine_that_nobody_knows_has_no_utilisation():
    clock = [0.0]
    pace = Pace(2e6, None, tokens=0, seconds=0.0, clock=lambda: clock[0])
    clock[0] = 1.0
    assert "mfu" not in pace.line(10, 0.0, 0)


def test_a_line_in_words_says_what_the_record_has():
    record = {"step": 3, "loss": 2.5, "loss/mlm": 2.0, "loss/tlm": 3.0, "tokens_per_second": 12345.6, "mfu": 0.414}
    record |= {"padding": 0.031, "gradient_norm": 1.234, "memory_gb": 1.2, "waited": 0.04}
    expected = "loss 2.500 (mlm 2.000, tlm 3.000), 12,346 tokens/s, 41% MFU, 3.1% padding, gradient norm 1.23, 1.20 GB, waited 0.0 s"
    assert summary(record) == expected
    assert summary({"loss": 2.5, "loss/mlm": 2.5}) == "loss 2.500"
