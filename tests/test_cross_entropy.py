"""The chunked cross-entropy is torch's own in value and gradient, whatever the chunks, and never holds all logits."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy, linear
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from isogloss.batch import IGNORED
from isogloss.cross_entropy import vocabulary_cross_entropy


def problem(count=37, width=8, size=301, *, bias=True, dtype=torch.float64, ignored=slice(None, None, 5)):
    """(states, weight, bias, labels), with logits of a few units so that softmax is neither flat nor sharp."""
    generator = torch.Generator().manual_seed(1)
    states, weight, offset = (torch.randn(*shape, generator=generator, dtype=dtype) for shape in ((count, width), (size, width), (size,)))
    labels = torch.randint(size, (count,), generator=generator)
    labels[: count // 3] = linear(states, weight, offset if bias else None).argmax(-1)[: count // 3]  # some hits
    labels[ignored] = IGNORED
    return states.requires_grad_(), weight.requires_grad_(), offset.requires_grad_() if bias else None, labels


def plain(states, weight, bias, labels):
    logits = linear(states, weight, bias)
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    return cross_entropy(logits, labels, reduction="sum", ignore_index=IGNORED), (logits.argmax(-1) == labels).sum()


def solved(function, inputs, scale=0.7, **options):
    """[loss, hits, gradient of every input that takes one], of scale * loss."""
    loss, hits = function(*inputs, **options)
    return [loss, hits, *torch.autograd.grad(scale * loss, [x for x in inputs[:3] if x is not None])]


def assert_close(ours, theirs, **tolerance):
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, **tolerance)


EXACT = {"rtol": 1e-12, "atol": 1e-12}
ONE_ROW, FEW_ROWS, ALL_ROWS = 1, 8 * 301 * 8, 2**28


@pytest.mark.parametrize("chunk_bytes", [ONE_ROW, FEW_ROWS, ALL_ROWS])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("ignored", [slice(0), slice(None, None, 5), slice(None)], ids=["no label", "some labels", "all labels"])
def test_loss_hits_and_gradients_are_those_of_the_plain_formula(chunk_bytes, bias, ignored):
    inputs = problem(bias=bias, ignored=ignored)
    assert_close(solved(vocabulary_cross_entropy, inputs, chunk_bytes=chunk_bytes), solved(plain, inputs), **EXACT)


def test_no_rows_cost_nothing():
    loss, hits, *gradients = solved(vocabulary_cross_entropy, problem(count=0))
    assert loss == 0 and hits == 0
    assert [gradient.shape for gradient in gradients] == [(0, 8), (301, 8), (301,)] and not any(g.any() for g in gradients)


@pytest.mark.parametrize("bias", [True, False])
def test_gradients_agree_with_finite_differences(bias):
    *given, labels = problem(count=5, width=3, size=7, bias=bias, ignored=slice(1, 2))
    inputs = [x for x in given if x is not None]
    assert torch.autograd.gradcheck(lambda s, w, b=None: vocabulary_cross_entropy(s, w, b, labels, chunk_bytes=2 * 7 * 8)[0], inputs)


def test_a_graph_that_is_kept_gives_the_same_gradient_twice():
    states, *others = problem()
    loss, _ = vocabulary_cross_entropy(states, *others)
    first = torch.autograd.grad(3 * loss, states, retain_graph=True)
    assert_close(torch.autograd.grad(3 * loss, states), first, rtol=0, atol=0)


def test_only_what_asks_for_a_gradient_gets_one():
    states, weight, bias, labels = problem()
    loss, hits = vocabulary_cross_entropy(states, weight.detach(), bias.detach(), labels)
    assert_close(torch.autograd.grad(loss, states), torch.autograd.grad(plain(states, weight, bias, labels)[0], states), **EXACT)
    assert not hits.requires_grad


@pytest.mark.parametrize("gap", [5.0, 60.0, 300.0])
def test_a_label_without_any_chance_keeps_its_loss_and_gradient(gap):
    """Two logits, `gap` apart, in float32, where exp(-300) is zero."""
    state, weight = torch.ones(1, 1, requires_grad=True), torch.tensor([[gap], [0.0]])
    for label, expected in ((1, gap + math.log1p(math.exp(-gap))), (0, math.log1p(math.exp(-gap)))):
        loss, hits = vocabulary_cross_entropy(state, weight, None, torch.tensor([label]))
        assert loss.item() == pytest.approx(expected, rel=1e-6, abs=1e-7) and hits == 1 - label
        slope = gap * ((1 / (1 + math.exp(-gap))) - (1 - label))
        assert torch.autograd.grad(loss, state)[0].item() == pytest.approx(slope, rel=1e-5, abs=gap * 1e-7)


@pytest.mark.parametrize("chunk_bytes", [8 * 301 * 4, ALL_ROWS])
def test_under_autocast_products_are_bf16_and_everything_else_is_not(chunk_bytes):
    inputs = problem(count=64, width=64, dtype=torch.float32)
    exact = solved(plain, [x.detach().double().requires_grad_() for x in inputs[:3]] + [inputs[3]])
    with torch.autocast("cpu", torch.bfloat16):
        ours, theirs = solved(vocabulary_cross_entropy, inputs, chunk_bytes=chunk_bytes), solved(plain, inputs)
    assert [x.dtype for x in ours] == [torch.float32, torch.int64, *3 * [torch.float32]]
    torch.testing.assert_close(ours[0], theirs[0], rtol=1e-6, atol=0)  # the same bf16 logits, summed in fp32
    for one, other, truth in zip(ours[2:], theirs[2:], exact[2:], strict=True):
        error, peer = ((x - truth).norm() / truth.norm() for x in (one, other))
        assert error < 0.03 and error < 1.2 * peer  # bf16 has 8 bits: logits of 30 are off by up to 1/16


class Sizes(TorchDispatchMode):
    """Elements of the largest tensor that any operation returned, and whether one returned a Python number."""

    largest, synchronised = 0, False

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        self.largest = max([self.largest, *(x.numel() for x in tree_leaves(result) if isinstance(x, torch.Tensor))])
        self.synchronised |= function in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)
        return result


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_logits_never_exist_all_at_once_and_the_host_never_waits(precision):
    count, width, size, chunk_bytes = 500, 8, 301, 2**16
    inputs = problem(count, width, size, dtype=torch.float32)
    with Sizes() as seen, torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
        solved(vocabulary_cross_entropy, inputs, chunk_bytes=chunk_bytes)
    assert chunk_bytes < count * size * 4
    assert seen.largest <= chunk_bytes // 4 and not seen.synchronised
    with Sizes() as seen:
        solved(plain, inputs)
    assert seen.largest == count * size  # so the probe does see logits


def test_without_gradients_none_is_computed():
    states, weight, bias, labels = problem(width=64, size=301)
    with torch.no_grad(), Sizes() as seen:
        loss, hits = vocabulary_cross_entropy(states, weight, bias, labels)
    assert seen.largest <= weight.numel() and not loss.requires_grad
    assert_close([loss, hits], plain(states, weight, bias, labels), **EXACT)


def test_no_gradient_of_the_weight_is_computed_without_need():
    states, weight, bias, labels = problem(count=3)
    products = []

    class Products(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            products.append(function.__name__.split(".")[0])
            return function(*args, **(kwargs or {}))

    for gradients, expected in ((False, ["addmm"]), (True, ["addmm", "mm", "addmm_"])):
        products.clear()
        with torch.set_grad_enabled(gradients), Products():
            vocabulary_cross_entropy(states, weight, bias, labels)
        assert [name for name in products if name in ("mm", "addmm", "addmm_")] == expected
