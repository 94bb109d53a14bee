"""eflomal: what the program is given, checked by a stand-in that reads as it does, and the program itself where it is installed."""

import json
import subprocess
import sys

import pytest

from aligned import Corpus, put_on_path, right_links, translated
from isogloss.aligners.contract import BOTH, FORWARD, NONE, Candidates
from isogloss.aligners.eflomal import Eflomal, iterations
from isogloss.errors import IsoglossError

LANGUAGES = "de", "en"

# Reads numbers as `fscanf` does, and links the first words forward.
READER = """
import json, os, sys
given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
sides = []
for option in "-s", "-t":
    numbers = iter(map(int, open(given[option]).read().split()))
    pairs, types = next(numbers), next(numbers)
    sides.append([types, [[next(numbers) for _ in range(next(numbers))] for _ in range(pairs)], list(numbers)])
options = {{key: value for key, value in given.items() if key not in "-s-t-f-r"}}
json.dump([sys.argv[1], options, sides, os.environ["OMP_NUM_THREADS"]], open({log!r}, "w"))
open(given["-f"], "w").write("0-0\\n" * pairs)
open(given["-r"], "w").write("\\n" * pairs)
"""


def test_the_program_can_read_its_files(tmp_path, monkeypatch):
    put_on_path(monkeypatch, tmp_path, "eflomal", READER.format(log=str(tmp_path / "log")))
    pairs = [(["A", "b", "a"], ["x"]), ([], ["x"]), (["c"] * 1024, ["x"]), (["b"], ["y", "x"])]
    found = list(Eflomal(languages=LANGUAGES, rel_iterations=0.01).align(Corpus(pairs)))
    first = Candidates([0], [0], [FORWARD], [0])
    assert found == [first, NONE, NONE, first]
    quiet, options, sides, threads = json.loads((tmp_path / "log").read_text())
    assert quiet == "-q" and threads == "1"
    assert options == {"-m": "3", "-n": "3", "-N": "0.2", "-1": "8", "-2": "8", "-3": "35"}
    assert sides == [[2, [[0, 1, 0], [1]], []], [2, [[0], [1, 0]], []]]


@pytest.mark.parametrize(
    ("pairs", "model", "relative", "expected"),
    [(60_000, 3, 1, [5, 5, 20]), (100, 3, 1, [125, 125, 500]), (60_000, 2, 1, [5, 20]), (60_000, 1, 1, [20]), (10**8, 3, 1, [2, 1, 2])],
)
def test_iterations_fall_with_the_root_of_the_pairs(pairs, model, relative, expected):
    assert iterations(pairs, model, relative) == expected


def test_a_program_that_fails_is_an_error(tmp_path, monkeypatch):
    put_on_path(monkeypatch, tmp_path, "eflomal", "import sys; sys.exit('no room')")
    with pytest.raises(IsoglossError, match="eflomal: .*ended with 1 and said last: no room"):
        list(Eflomal(languages=LANGUAGES).align(Corpus([(["a"], ["b"])])))


def test_a_program_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("isogloss.aligners.eflomal.find_spec", lambda name: None)
    assert "eflomal" in Eflomal.missing()
    with pytest.raises(IsoglossError, match="cannot be found"):
        list(Eflomal(languages=LANGUAGES).align(Corpus([(["a"], ["b"])])))


@pytest.mark.parametrize("options", [{"model": 4}, {"n_samplers": 0}, {"rel_iterations": 0}, {"null_prior": 1}])
def test_options_are_checked(options):
    with pytest.raises(IsoglossError, match=f"aligner eflomal: .*{next(iter(options))} "):
        Eflomal(languages=LANGUAGES, **options)


def test_nothing_under_the_gpl_is_imported(root):
    """Another process runs it, and finding it imports nothing."""
    script = "import sys; from isogloss.aligners.eflomal import Eflomal; Eflomal.missing(); sys.exit('eflomal' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=root / "workflow", check=True)


@pytest.mark.skipif(bool(Eflomal.missing()), reason="eflomal is not installed")
def test_a_small_language_is_learnt():
    pairs = translated(300)
    found = list(Eflomal(languages=LANGUAGES, rel_iterations=0.2).align(Corpus(pairs)))
    right = [right_links(pair) for pair in pairs]
    both = [{(i, j) for i, j, direction, _ in zip(*one, strict=True) if direction == BOTH} for one in found]
    hits = sum(len(links & these) for links, these in zip(both, right, strict=True))
    assert hits > 0.9 * sum(map(len, right)) and hits > 0.9 * sum(map(len, both))
