"""Several ranks: real processes that talk over gloo. What N ranks compute is what one computes, for every objective."""

import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from isogloss.artifacts import read_jsonl
from isogloss.objectives import OBJECTIVES
from toy import ENVIRONMENT, ROOT, eaten_by, recipe

MIX = {
    **{"mlm": {"weight": 1}, "btmlm": {"start": 0.4}, "tlm": {"weight": 0.5}, "camlm": {"weight": 0.5}, "align": {}},
    "contrast": {"weight": 0.1, "loss": "cz", "level": "multi", "mlm": 0.1},
}
RECIPES = {**{name: {name: {}} for name in OBJECTIVES}, "all": MIX}


def job(toy, where, objectives, **changes):
    spec = recipe(
        objectives, encoder={"dropout": 0.0, **changes.pop("encoder", {})}, batch_tokens=160 * len(objectives), steps=6, log_every=2
    )
    eaten = {kind: {name: str(path) for name, path in paths.items()} for kind, paths in eaten_by(objectives, toy).items()}
    return {"spec": spec, "vocab": str(toy.vocab), **eaten, "where": str(where), **changes}


def launch(jobs, ranks, file, environment=None):
    """The finished process; one rank is plain python, as in the workflow."""
    file.write_text(json.dumps(jobs))
    script = [str(ROOT / "tests" / "ranks.py"), str(file)]
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={ranks}"] if ranks > 1 else []
    command = [sys.executable, *launcher, *script]
    return subprocess.run(
        command, capture_output=True, text=True, env=ENVIRONMENT | {"OMP_NUM_THREADS": "1"} | (environment or {}), timeout=200, check=False
    )


def trained_by(toy, root, ranks, **changes):
    jobs = [job(toy, root / name, objectives, **changes) for name, objectives in RECIPES.items()]
    done = launch(jobs, ranks, root / "jobs.json")
    assert done.returncode == 0, done.stderr[-4000:]
    return root


@pytest.fixture(scope="module")
def one(toy, tmp_path_factory):
    return trained_by(toy, tmp_path_factory.mktemp("one"), 1)


@pytest.fixture(scope="module")
def two(toy, tmp_path_factory):
    return trained_by(toy, tmp_path_factory.mktemp("two"), 2)


def furthest(ours, theirs):
    """The largest difference between two models' weights."""
    left, right = (load_file(where / "model" / "model.safetensors") for where in (ours, theirs))
    assert left.keys() == right.keys() and all(value.dtype == torch.float64 for value in left.values())
    return max(float((left[name] - right[name]).abs().max()) for name in left)


def assert_same_log(ours, theirs):
    lines = [read_jsonl(where / "model" / "log.jsonl") for where in (ours, theirs)]
    times = {"seconds", "tokens_per_second", "tokens_per_second_overall", "mfu", "memory_gb", "waited"}
    own = {"collapse/btmlm"}  # of the guesses of one rank, which are no part of a sum
    left, right = ([{key: line[key] for key in line.keys() - times - own} for line in log] for log in lines)
    assert len(left) == len(right) == 3 and all(one == pytest.approx(two, abs=2e-6) for one, two in zip(left, right, strict=True))


@pytest.mark.parametrize("name", RECIPES)
def test_two_ranks_train_the_model_of_one(one, two, name):
    assert furthest(one / name, two / name) < 1e-9
    assert_same_log(one / name, two / name)


def test_three_ranks_share_rows_that_two_do_not_divide(toy, one, tmp_path):
    done = launch([job(toy, tmp_path / "all", MIX)], 3, tmp_path / "jobs.json")
    assert done.returncode == 0, done.stderr[-4000:]
    assert furthest(one / "all", tmp_path / "all") < 1e-9


def test_chunks_on_two_ranks_train_the_model_of_one(toy, one, tmp_path):
    """Contrastive losses compare the sentences of all chunks of all ranks."""
    done = launch([job(toy, tmp_path / "all", MIX, hardware={"chunk_tokens": 60})], 2, tmp_path / "jobs.json")
    assert done.returncode == 0, done.stderr[-4000:]
    assert furthest(one / "all", tmp_path / "all") < 1e-9


def test_a_stop_on_one_rank_stops_all_and_another_number_of_ranks_goes_on(toy, one, tmp_path):
    stopped = launch([job(toy, tmp_path / "all", MIX, stop=3)], 2, tmp_path / "jobs.json", {"STOPPED_RANK": "1"})
    assert stopped.returncode != 0 and not (tmp_path / "all" / "model").exists()
    assert [path.name for path in (tmp_path / "all" / "checkpoints").glob("step-*.pt")] == ["step-0000000003.pt"]
    done = launch([job(toy, tmp_path / "all", MIX)], 1, tmp_path / "jobs.json")
    assert done.returncode == 0, done.stderr[-4000:]
    assert "resumed at step 3" in done.stderr and furthest(one / "all", tmp_path / "all") < 1e-9
    assert_same_log(one / "all", tmp_path / "all")  # step 3 lies between two lines


def test_a_model_divided_over_ranks_is_the_same_model(toy, one, tmp_path):
    """FSDP: trained in shares, stopped, resumed in shares, published whole."""
    divided = {"hardware": {"parallel": "fsdp"}}
    stopped = launch([job(toy, tmp_path / "all", MIX, stop=3, **divided)], 2, tmp_path / "jobs.json")
    assert stopped.returncode != 0 and not (tmp_path / "all" / "model").exists()
    done = launch([job(toy, tmp_path / "all", MIX, **divided)], 2, tmp_path / "jobs.json")
    assert done.returncode == 0, done.stderr[-4000:]
    assert "resumed at step 3" in done.stderr and furthest(one / "all", tmp_path / "all") < 1e-9
