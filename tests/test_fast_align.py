"""fast_align: what the program is given and what becomes of its answers, with stand-ins for it, and with it where it is installed."""

import importlib.util
import json
import subprocess
from shutil import which

import pytest

from aligned import Corpus, put_on_path, right_links, translated
from isogloss.aligners.contract import BACKWARD, BOTH, FORWARD, NONE, Candidates
from isogloss.aligners.fast_align import FastAlign
from isogloss.aligners.programs import Numbers, candidates
from isogloss.errors import IsoglossError

LANGUAGES = "de", "en"
PROGRAMS = {"fast_align": which("fast_align"), "systran-align": importlib.util.find_spec("systran_align")}

# Prints links of the forward direction from first to first, of the backward one from last to last, and notes how it was called.
ENDS = """
import json, os, sys
path = sys.argv[sys.argv.index("-i") + 1]
with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv[1:], os.environ["OMP_NUM_THREADS"], open(path).read()]) + "\\n")
for line in open(path):
    src, tgt = (side.split() for side in line.split("|||"))
    print(f"{{len(src) - 1}}-{{len(tgt) - 1}}" if "-r" in sys.argv else "0-0")
"""


def real(name: str):
    return pytest.mark.skipif(not PROGRAMS[name], reason=f"{name} is not installed")


def test_the_program_gets_numbers_and_its_answers_stay_in_step(tmp_path, monkeypatch):
    put_on_path(monkeypatch, tmp_path, "fast_align", ENDS.format(log=str(tmp_path / "log")))
    pairs = Corpus([(["A|||", "b", "a|||"], ["x"]), ([], ["x"]), (["b"], []), (["c"] * 1024, ["x"]), (["b", "B"], ["y", "x"])])
    found = list(FastAlign(languages=LANGUAGES, program="fast_align").align(pairs))
    ends = Candidates([0, 2], [0, 0], [FORWARD, BACKWARD], [0, 0])
    assert found == [ends, NONE, NONE, NONE, Candidates([0, 1], [0, 1], [FORWARD, BACKWARD], [0, 0])]
    calls = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [call[0][2:] for call in calls] == [["-d", "-o", "-v"], ["-d", "-o", "-v", "-r"]]
    assert all(call[1:] == ["1", "0 1 0 ||| 0\n1 1 ||| 1 0\n"] for call in calls)
    assert pairs.read == 1


def test_case_is_kept_if_asked(tmp_path, monkeypatch):
    put_on_path(monkeypatch, tmp_path, "fast_align", ENDS.format(log=str(tmp_path / "log")))
    list(FastAlign(languages=LANGUAGES, program="fast_align", fold=False).align(Corpus([(["A", "a"], ["x"])])))
    assert "0 1 ||| 0" in (tmp_path / "log").read_text()


def test_folding_is_that_of_unicode():
    assert Numbers(True).of(["Straße", "STRASSE", "ΣΑΣ", "σας"]) == [0, 0, 1, 1]
    assert Numbers(False).of(["a", "A", "a"]) == [0, 1, 0]


def test_directions_are_told_apart():
    assert candidates([(1, 1), (0, 1)], [(1, 1), (0, 0)]) == Candidates([0, 0, 1], [0, 1, 1], [BACKWARD, FORWARD, BOTH], [0, 0, 0])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import sys; sys.stderr.write('out of luck'); sys.exit(3)", "ended with 3 and said last: out of luck"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended with -9"),
        ("print('0-0')", "1 lines.*a line for each of 2 pairs"),
        ("print('0-0\\n' * 3)", "4 lines"),
        ("print('0-0\\nError 7')", "`Error` is no link"),
    ],
)
def test_a_program_that_fails_is_an_error(tmp_path, monkeypatch, body, message):
    put_on_path(monkeypatch, tmp_path, "fast_align", body)
    with pytest.raises(IsoglossError, match=message):
        list(FastAlign(languages=LANGUAGES, program="fast_align").align(Corpus([(["a"], ["b"])] * 2), tmp_path / "state"))
    assert not list((tmp_path / "state").iterdir())


def test_a_program_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsoglossError, match="fast_align cannot be found"):
        list(FastAlign(languages=LANGUAGES, program="fast_align").align(Corpus([(["a"], ["b"])])))
    monkeypatch.setattr("isogloss.aligners.fast_align.find_spec", lambda name: None)
    assert "pip install systran-align" in FastAlign.missing()
    with pytest.raises(IsoglossError, match="allowed: auto, fast_align, systran-align"):
        FastAlign(languages=LANGUAGES, program="giza")


@pytest.mark.parametrize("program", [pytest.param(name, marks=real(name)) for name in PROGRAMS])
def test_a_small_language_is_learnt(program):
    pairs = translated(300)
    found = list(FastAlign(languages=LANGUAGES, program=program).align(Corpus(pairs)))
    right = [right_links(pair) for pair in pairs]
    both = [{(i, j) for i, j, direction, _ in zip(*one, strict=True) if direction == BOTH} for one in found]
    hits = sum(len(links & these) for links, these in zip(both, right, strict=True))
    assert hits > 0.9 * sum(map(len, right)) and hits > 0.9 * sum(map(len, both))


@real("fast_align")
def test_links_are_those_of_the_program_on_plain_text(tmp_path):
    pairs = translated(60, seed=1)
    text = tmp_path / "text"
    text.write_text("".join(f"{' '.join(src)} ||| {' '.join(tgt)}\n" for src, tgt in pairs))
    found = list(FastAlign(languages=LANGUAGES, program="fast_align").align(Corpus(pairs)))
    for reverse, bit in (([], FORWARD), (["-r"], BACKWARD)):
        done = subprocess.run(["fast_align", "-i", text, "-d", "-o", "-v", *reverse], capture_output=True, text=True, check=True)
        plain = [sorted(line.split()) for line in done.stdout.splitlines()]
        ours = [sorted(f"{i}-{j}" for i, j, way, _ in zip(*one, strict=True) if way & bit) for one in found]
        assert ours == plain
