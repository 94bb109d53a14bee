"""A bar on a terminal, plain lines in a job."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "from isogloss.progress import Progress; p = Progress(4, 'mlm seed 0'); [p.report(k, f'loss {9 - k}') for k in (2, 4)]; p.close()"


def run(stderr) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", PROGRAM], stderr=stderr, env={**os.environ, "PYTHONPATH": str(ROOT / "workflow")})


def test_lines_in_a_job():
    lines = run(subprocess.PIPE).communicate()[1].decode().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["mlm seed 0: step 2/4, loss 7", "mlm seed 0: step 4/4, loss 5"]


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
