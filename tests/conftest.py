"""What all tests share: the package on the path without being installed, and no network."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# In CI the same examples every time, so that a red run means a change; at a desk new ones, so that they find something.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if "PYTEST_XDIST_WORKER" in os.environ:  # beside other workers: more threads than cores are slower than one each
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


# ------------------------------------------------------------------------------- the engine: a toy world, made once (tests/toy.py)


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    """Three toy languages as token stores, a vocab and task data."""
    from toy import make_toy

    return make_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def tokenizer(toy):
    from isogloss.vocab import load_vocab

    return load_vocab(toy.vocab)


@pytest.fixture(scope="session")
def trained(toy, tmp_path_factory):
    """The model directory of `toy.recipe()`, trained without interruption."""
    import torch

    from toy import recipe, train

    torch.set_num_threads(1)
    return train(toy, recipe(), tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory):
    """The whole workflow, once, in a directory whose name needs quotes."""
    from tiny import make_tiny

    return make_tiny(tmp_path_factory.mktemp("workflow") / "it's a run")
