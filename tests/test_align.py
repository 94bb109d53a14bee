"""ALIGN-MLM: the term over the embedding table against loops over the dictionary, and where its gradient may go."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from isogloss.batch import empty_batch
from isogloss.encoder import TransformersEncoder, new_model
from isogloss.errors import IsoglossError
from isogloss.objectives.align import Align, Words
from isogloss.objectives.vectors import off_pair_cosine, precision_at_1
from isogloss.token_dictionary import MOST_PIECES, TokenDictionary
from setups import built
from toy import ENCODER

NOTHING = empty_batch(torch.device("cpu"))


@pytest.fixture
def encoder(tokenizer):
    torch.manual_seed(0)
    return TransformersEncoder(new_model(ENCODER, tokenizer).double())


def table(encoder):
    return encoder.model.get_input_embeddings().weight


def padded(words):
    return np.array([[*word, *[-1] * (MOST_PIECES - len(word))] for word in words])


def entries(x, y, held_out=None):
    unseen = [False] * len(x) if held_out is None else held_out
    return TokenDictionary([padded(x), padded(y)], [np.zeros(len(x)), np.ones(len(x))], np.array(unseen))


SINGLE = entries([[10], [11], [12], [10]], [[50], [51], [52], [53]])
MULTI = entries([[10, 11], [12], [13, 14, 15]], [[50], [51, 52], [53, 54]])


def cosines_by_loops(weight, dictionary):
    found = []
    for x, y in zip(*(side.tolist() for side in dictionary.ids), strict=True):
        a, b = (torch.stack([weight[piece] for piece in word if piece >= 0]).mean(0) for word in (x, y))
        found.append((a @ b) / a.norm() / b.norm())
    return torch.stack(found)


@pytest.mark.parametrize("dictionary", [SINGLE, MULTI], ids=["single", "multi"])
def test_the_loss_is_minus_the_mean_cosine_of_the_whole_dictionary(toy, encoder, tokenizer, dictionary):
    objective = built(toy, Align(), encoder, tokenizer, dictionary=dictionary)
    loss, metrics = objective(encoder, NOTHING)
    assert (loss + cosines_by_loops(table(encoder), dictionary).mean()).abs() < 1e-12 and -1 <= loss <= 1
    assert (metrics["cosine"] + loss).abs() < 1e-12
    squares = built(toy, Align(distance="l2"), encoder, tokenizer, dictionary=dictionary)(encoder, NOTHING)[0]
    x, y = (Words(side)(table(encoder)) for side in dictionary.ids)
    assert (squares - sum((x[k] - y[k]).norm() ** 2 for k in range(len(x))) / len(x)).abs() < 1e-12


def test_copied_rows_have_the_least_loss(toy, encoder, tokenizer):
    with torch.no_grad():
        table(encoder)[[50, 51, 52]] = table(encoder)[[10, 11, 12]] * 3  # a cosine knows no length
        table(encoder)[53] = table(encoder)[10]
    assert (built(toy, Align(), encoder, tokenizer, dictionary=SINGLE)(encoder, NOTHING)[0] + 1).abs() < 1e-12


def test_the_gradient_stays_in_the_dictionary_and_is_orthogonal_to_each_row(toy, encoder, tokenizer):
    built(toy, Align(), encoder, tokenizer, dictionary=SINGLE)(encoder, NOTHING)[0].backward()
    gradient, inside = table(encoder).grad, sorted({10, 11, 12, 50, 51, 52, 53})
    assert torch.nonzero(gradient.abs().sum(1)).flatten().tolist() == inside
    along = F.cosine_similarity(gradient[inside], table(encoder).detach()[inside])
    assert along.abs().max() < 1e-9
    assert all(parameter.grad is None for parameter in encoder.parameters() if parameter is not table(encoder))


def test_held_out_entries_are_reported_and_never_learnt(toy, encoder, tokenizer):
    dictionary = entries([[10], [11], [12]], [[50], [51], [52]], [False, True, True])
    loss, metrics = built(toy, Align(), encoder, tokenizer, dictionary=dictionary)(encoder, NOTHING)
    loss.backward()
    cosines = cosines_by_loops(table(encoder), dictionary)
    assert torch.nonzero(table(encoder).grad.abs().sum(1)).flatten().tolist() == [10, 50]
    assert (loss + cosines[0]).abs() < 1e-12 and (metrics["held_out"] - cosines[1:].mean()).abs() < 1e-12
    assert metrics["held_out_found"] in (0, 0.5, 1)


@given(st.integers(1, 7), st.integers(0, 99))
def test_off_pair_cosine_is_that_of_all_other_pairs(count, seed):
    x, y = torch.randn(2, count, 5, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    cosines = [float(F.cosine_similarity(x[i], y[j], dim=0)) for i in range(count) for j in range(count) if i != j]
    assert math.isclose(float(off_pair_cosine(x, y)), sum(cosines) / max(len(cosines), 1), abs_tol=1e-12)


def test_copied_rows_find_each_other_and_random_ones_do_by_chance():
    x, y = torch.randn(2, 400, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert precision_at_1(x, x) == 1 and precision_at_1(x, y) < 0.02  # 1 in 400
    near = x + y
    lengths = torch.rand(400, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 0.1
    assert 0.5 < precision_at_1(x, near) == precision_at_1(x, near * lengths) == precision_at_1(x * lengths, near)
    rotation = torch.linalg.qr(torch.randn(64, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(2)))[0]
    assert precision_at_1(x, x @ rotation) < 0.1 and precision_at_1(x @ rotation, x @ rotation) == 1
    few, others = x[:20], near[:20]
    found = [max(range(20), key=lambda j: float(F.cosine_similarity(few[i], others[j], dim=0))) == i for i in range(20)]
    assert float(precision_at_1(few, others)) == pytest.approx(sum(found) / 20)


def test_without_a_dictionary_it_is_refused(toy, encoder, tokenizer):
    with pytest.raises(IsoglossError, match="pretrain.dictionary"):
        built(toy, Align(), encoder, tokenizer, dictionary=None)
    with pytest.raises(IsoglossError, match="distance: dot.*allowed: cosine, l2"):
        Align(distance="dot")
