"""The loader: what it hands out is what the streams give, whatever the thread does, and its state is that of what was handed out."""

import threading
import time
from dataclasses import fields

import numpy as np
import pytest
import torch

from isogloss.loader import Loader
from isogloss.rows import Rows
from isogloss.streams import Stream
from stores import LANGUAGES, bitext, layout, mono


def streams_and_rows():
    """One stream of sentences, one of pairs, of a corpus so small that windows and epochs change often."""
    rng = np.random.default_rng(0)
    text = [rng.integers(4, 99, size).tolist() for size in rng.integers(1, 20, 200)]
    parts = {"mlm": [mono(*text[:90])], "tlm": [bitext(*zip(text[:30], text[30:60], strict=True))]}
    chosen = {"mlm": layout(32), "tlm": layout(48, 64, shuffle_sides=True)}
    streams = {name: Stream(parts[name], layout=chosen[name], batch_rows=60, alpha=0.5, seed=0) for name in parts}
    return streams, {name: Rows(parts[name], chosen[name], LANGUAGES, torch.device("cpu"), 0) for name in parts}


def same(one, other):
    values = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    return all(torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in values)


def by_hand(steps):
    """What the streams give when nobody runs ahead: (batches, state after them) of each step."""
    streams, rows = streams_and_rows()
    for _ in range(steps):
        batches = {name: rows[name].batch(stream.next_batch()) for name, stream in streams.items()}
        yield batches, {name: stream.state() for name, stream in streams.items()}


def test_batches_and_states_are_those_of_the_streams():
    with Loader(*streams_and_rows()) as loader:
        for expected, state in by_hand(70):
            found = loader.next_batches()
            assert list(found) == ["mlm", "tlm"] and all(same(found[name], expected[name]) for name in found)
            time.sleep(0.002 if state["mlm"]["row"] % 2 else 0)  # the thread may be ahead, or not
            assert loader.state() == state
        assert state["tlm"]["window"] >= 2 and loader.waited > 0


@pytest.mark.parametrize("steps", [0, 1, 13])
def test_a_loader_over_resumed_streams_goes_on_where_the_other_was(steps):
    with Loader(*streams_and_rows()) as first:
        for _ in range(steps):
            first.next_batches()
        state = first.state()
        streams, rows = streams_and_rows()
        with Loader(streams, rows) as second:
            for name, stream in streams.items():
                stream.resume(state[name])
            assert second.state() == state
            for _ in range(5):
                found, expected = second.next_batches(), first.next_batches()
                assert all(same(found[name], expected[name]) for name in expected) and second.state() == first.state()


class Broken(Exception):
    pass


def test_what_goes_wrong_in_the_thread_is_raised_at_the_step_that_needs_it():
    streams, rows = streams_and_rows()
    whole, calls = rows["tlm"].batch, []

    def breaking(packed):
        calls.append(packed)
        if len(calls) == 3:
            raise Broken("the disk is gone")
        return whole(packed)

    rows["tlm"].batch = breaking
    with Loader(streams, rows) as loader:
        loader.next_batches()
        loader.next_batches()
        state = loader.state()
        for _ in range(2):  # and it stays broken: no step is left out
            with pytest.raises(Broken, match="the disk is gone"):
                loader.next_batches()
        assert loader.state() == state


def test_the_thread_makes_one_step_ahead_and_no_more():
    streams, rows = streams_and_rows()
    with Loader(streams, rows) as loader:
        loader.next_batches()
        time.sleep(0.2)
        ahead = streams["mlm"].state()
    (_, first), (_, second) = by_hand(2)
    assert loader.state() == first and ahead == second["mlm"]


def test_no_thread_is_left_when_the_training_ends_or_fails():
    before = threading.active_count()
    with pytest.raises(Broken), Loader(*streams_and_rows()) as loader:
        loader.next_batches()
        assert threading.active_count() == before + 1
        raise Broken
    assert threading.active_count() == before
