"""The cheap dropout against what dropout is."""

import pytest
import torch
from torch import nn

from isogloss.dropout import LEVELS, QuarterDropout, use_quarter_dropout


def dropped_of(p, shape=(1000, 1001), dtype=torch.float32, seed=0):
    torch.manual_seed(seed)
    return QuarterDropout(p)(torch.ones(shape, dtype=dtype))


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5, 0.9])
def test_the_share_that_is_dropped_is_binomial_and_the_mean_stays(p):
    states = dropped_of(p)
    count, n = int((states == 0).sum()), states.numel()
    assert abs(count - p * n) < 5 * (n * p * (1 - p)) ** 0.5 + n / LEVELS
    assert states.unique().tolist() == [0.0, pytest.approx(1 / (1 - p), rel=1e-4)]


def test_neighbours_are_dropped_independently():
    dropped = (dropped_of(0.3).flatten() == 0).double()
    for lag in (1, 2, 3, 4, 1001):  # four neighbours share a 64-bit number
        together = (dropped[lag:] * dropped[:-lag]).mean()
        assert abs(float(together) - 0.09) < 5 * (0.09 * 0.91 / len(dropped)) ** 0.5


def test_the_global_generator_decides():
    assert torch.equal(dropped_of(0.1, seed=1), dropped_of(0.1, seed=1)) and not torch.equal(
        dropped_of(0.1, seed=1), dropped_of(0.1, seed=2)
    )


def test_the_gradient_passes_where_the_states_do():
    torch.manual_seed(0)
    states = torch.ones(50, 7, dtype=torch.float64, requires_grad=True)
    out = QuarterDropout(0.4)(states)
    out.sum().backward()
    assert torch.equal(states.grad, out.detach())


def test_nothing_is_dropped_in_evaluation_or_at_zero():
    states = torch.randn(5, 3)
    assert QuarterDropout(0.5).eval()(states) is states and QuarterDropout(0.0)(states) is states


def test_a_model_keeps_its_parameters_and_loses_its_slow_dropouts():
    model = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.1), nn.Sequential(nn.Dropout(0.2), nn.Linear(3, 2)))
    model[2].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    use_quarter_dropout(model)
    assert [(module.p, module.training) for module in model.modules() if isinstance(module, QuarterDropout)] == [(0.1, True), (0.2, False)]
    assert not any(type(module) is nn.Dropout for module in model.modules())
    assert model.state_dict().keys() == before.keys() and all(
        torch.equal(value, before[name]) for name, value in model.state_dict().items()
    )
