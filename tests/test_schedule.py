"""The learning rate over the steps: closed forms, and where the schedule of ERNIE-M jumps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.schedule import SCHEDULES, ernie_m_decay, warmup_decay

all_schedules = pytest.mark.parametrize("name", SCHEDULES)


def factors(name, last, warmup, warmup_steps=None):
    return [SCHEDULES[name](step, last, warmup, warmup_steps) for step in range(last + 1)]


def test_ten_steps_by_hand():
    assert factors("linear", 10, 0.2) == pytest.approx([1 / 2, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0])
    assert factors("ernie_m", 10, 0.2) == pytest.approx([1 / 2, 1, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0])


def test_ernie_m_jumps_from_the_peak_to_nine_tenths_at_a_tenth_of_the_steps():
    assert (ernie_m_decay(99, 1000, 0.1), ernie_m_decay(100, 1000, 0.1)) == (1.0, 0.9)
    assert (warmup_decay(99, 1000, 0.1), warmup_decay(100, 1000, 0.1)) == (1.0, 1.0)


@given(st.integers(1, 300), st.floats(0, 1), st.none() | st.integers(0, 400))
def test_both_rise_alike_then_fall_on_lines_to_zero(last, warmup, warmup_steps):
    linear, ernie_m = factors("linear", last, warmup, warmup_steps), factors("ernie_m", last, warmup, warmup_steps)
    rise = max(1, round(warmup * last) if warmup_steps is None else warmup_steps)
    for step in range(last + 1):
        if step < rise:
            assert linear[step] == ernie_m[step] == pytest.approx((step + 1) / rise)
        else:
            assert linear[step] * (last - rise or 1) == pytest.approx(last - step)
            assert ernie_m[step] == pytest.approx(1 - step / last)
    if rise <= last:
        assert max(linear) == max(ernie_m) == 1 and linear[rise - 1] == 1
        assert rise == last or linear[last] == ernie_m[last] == 0


@all_schedules
def test_steps_of_warm_up_win_over_a_share(name):
    assert factors(name, 100, 0.5, 7) == factors(name, 100, 0.07)
    assert factors(name, 100, 0.5, 0) == factors(name, 100, 0.0) == factors(name, 100, 0.0, 1)


@all_schedules
def test_a_training_shorter_than_its_warm_up_never_reaches_the_peak(name):
    assert factors(name, 5, 0.1, 500)[:5] == [(step + 1) / 500 for step in range(5)]
