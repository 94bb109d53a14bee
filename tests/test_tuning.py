"""Gradients of a batch in parts, and the order of batches."""

import numpy as np
import pytest
import torch

from isogloss.encoder import load_classifier, load_reader, load_tagger
from isogloss.errors import IsoglossError
from isogloss.features import rows_of
from isogloss.heads import HEADS
from isogloss.heads.network import length
from isogloss.padding import by_length
from isogloss.probe import load_probe
from isogloss.tasks import get_task
from isogloss.tuning import MOST_TOKENS, Gradients, batch_order
from test_classify import pairs
from test_span import questions
from toy import TAGS, WORDS, cut, sentences

CPU, PAD = torch.device("cpu"), 1
all_kinds = pytest.mark.parametrize("kind", ["tag", "classify", "span", "probe"])


def tagged(size, seed):
    said = enumerate(sentences(size, seed))
    return [{"id": str(k), "tokens": [WORDS["en"][m] for m in one], "tags": [TAGS[m] for m in one]} for k, one in said]


def setup(kind, trained, tokenizer):
    """(head, network in float64 without dropout, rows of different length)."""
    if kind == "span":
        network, task, records = load_reader(trained, trained=False), "xquad", questions(5, 1)["en"]
    elif kind == "classify":
        network, task, records = load_classifier(trained, get_task("xnli").labels, trained=False), "xnli", pairs(13, 1)
    else:
        labels, task, records = get_task("udpos").labels, "udpos", tagged(13, 1)
        network = load_tagger(trained, labels, trained=False)
        if kind == "probe":
            network = load_probe(trained, len(labels), pooled=False, trained=False)
    rows = rows_of([cut(task, records, tokenizer, max_length=24)])
    assert len(rows) > 8 and len({length(row) for row in rows}) > 3
    return HEADS[get_task(task).kind], network.eval().double(), rows


def gradient(network):
    """Of every parameter that has one, and none left behind."""
    found = {name: parameter.grad.clone() for name, parameter in network.named_parameters() if parameter.grad is not None}
    network.zero_grad(set_to_none=True)
    return found


def same(one, other):
    return one.keys() == other.keys() and all((one[name] - other[name]).abs().max() < 1e-10 for name in one)


@pytest.fixture
def in_memory_of(monkeypatch):
    """A function after which a head fails as a GPU does for parts of more than so many padded tokens; it returns the parts that it saw."""

    def limit(head, tokens):
        usual, seen = type(head).loss, []

        def loss(self, network, rows, pad, device):
            seen.append(len(rows) * max(map(length, rows)))
            found = usual(self, network, rows, pad, device)
            if seen[-1] > tokens:
                raise torch.cuda.OutOfMemoryError("CUDA out of memory")
            return found

        monkeypatch.setattr(type(head), "loss", loss)
        return seen

    return limit


@all_kinds
def test_the_gradient_in_parts_is_that_of_the_batch(trained, tokenizer, kind):
    head, network, rows = setup(kind, trained, tokenizer)
    mean = head.loss(network, rows, PAD, CPU) / head.targets(rows)
    mean.backward()
    whole = gradient(network)
    assert whole and any(part.abs().max() > 1e-4 for part in whole.values())
    for tokens in (1, 60, MOST_TOKENS):
        gradients = Gradients(head, network, PAD, CPU, tokens)
        assert float(gradients.of(rows)) == pytest.approx(float(mean.detach()), abs=1e-10)
        assert same(gradient(network), whole) and gradients.tokens == tokens


@all_kinds
def test_a_batch_that_does_not_fit_is_computed_in_halves_and_so_are_those_after_it(trained, tokenizer, in_memory_of, kind):
    head, network, rows = setup(kind, trained, tokenizer)
    gradients = Gradients(head, network, PAD, CPU)
    loss, whole = float(gradients.of(rows)), gradient(network)
    padded = len(rows) * max(map(length, rows))
    seen = in_memory_of(head, padded // 3)
    assert float(gradients.of(rows)) == pytest.approx(loss, abs=1e-10) and same(gradient(network), whole)
    assert seen[0] == padded and gradients.tokens <= padded // 3 < sum(seen)
    failed = sum(tokens > padded // 3 for tokens in seen)
    assert 2 <= failed <= 3  # the whole, halves, quarters
    seen.clear()
    assert float(gradients.of(rows)) == pytest.approx(loss, abs=1e-10) and same(gradient(network), whole)
    assert max(seen) <= padded // 3  # nothing is tried in vain


def test_a_failure_in_a_later_part_leaves_nothing_of_the_earlier_ones(trained, tokenizer, in_memory_of):
    head, network, rows = setup("tag", trained, tokenizer)
    Gradients(head, network, PAD, CPU).of(rows)
    whole, sizes = gradient(network), {}
    for tokens in range(24, 200):
        sizes[tokens] = [len(part) * length(part[-1]) for part in by_length(rows, length, tokens)]
    tokens = next(tokens for tokens, parts in sizes.items() if parts[0] < max(parts))
    seen = in_memory_of(head, max(sizes[tokens]) - 1)
    Gradients(head, network, PAD, CPU, tokens).of(rows)
    assert seen.index(max(sizes[tokens])) > 0 and same(gradient(network), whole)


def test_a_row_that_does_not_fit_alone_is_a_clear_error(trained, tokenizer, in_memory_of):
    head, network, rows = setup("tag", trained, tokenizer)
    longest = max(map(length, rows))
    in_memory_of(head, longest - 1)
    with pytest.raises(IsoglossError, match=f"a single row of {longest} tokens does not fit.*max_length"):
        Gradients(head, network, PAD, CPU).of(rows)


def test_other_errors_are_not_taken_for_a_lack_of_memory(trained, tokenizer, monkeypatch):
    head, network, rows = setup("tag", trained, tokenizer)
    monkeypatch.setattr(type(head), "loss", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Gradients(head, network, PAD, CPU).of(rows)


# -------------------------------------------------------------------------------------------------------------------- batches


def test_each_epoch_has_every_row_once_in_batches_of_like_length():
    lengths = np.random.default_rng(0).integers(3, 60, 1000)
    batches = batch_order(lengths, 16, np.random.default_rng(1))
    assert sorted(k for batch in batches for k in batch) == list(range(1000)) and {len(batch) for batch in batches} <= {16, 1000 % 16}
    waste = 1 - lengths.sum() / sum(len(batch) * lengths[batch].max() for batch in batches)
    assert waste < 0.1 and batches != batch_order(lengths, 16, np.random.default_rng(2))
    assert batches == batch_order(lengths, 16, np.random.default_rng(1))


def test_no_rows_are_no_batches():
    assert batch_order(np.array([], np.int64), 16, np.random.default_rng(1)) == []
