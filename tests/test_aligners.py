"""The contract of aligners, for every one in the table that can run here."""

import pytest

from aligned import LANGUAGES, POISON, Corpus, make_bert
from isogloss.aligners import ALIGNERS, load_aligner
from isogloss.aligners.contract import BOTH

UNSEEDED = {"eflomal"}  # the program takes no seed
OPTIONS = {"eflomal": {"rel_iterations": 0.002}}  # few pairs mean thousands of iterations otherwise
PROGRAMS = {"fast_align", "eflomal"}
TOO_LONG = 1024  # words of a side, for programs


@pytest.fixture(params=ALIGNERS, scope="module")
def aligner(request, tokenizer, tmp_path_factory):
    cls = load_aligner(request.param)
    if reason := cls.missing():
        pytest.skip(reason)
    options = OPTIONS.get(request.param, {})
    if ALIGNERS[request.param].model:
        options = {"model": str(make_bert(tmp_path_factory.mktemp("bert"), tokenizer))}
    return request.param, cls(languages=LANGUAGES, **options)


@pytest.fixture(scope="module")
def found(aligner):
    return list(aligner[1].align(Corpus(POISON)))


def test_each_pair_has_its_candidates(aligner, found):
    name, _ = aligner
    assert len(found) == len(POISON)
    for (src, tgt), one in zip(POISON, found, strict=True):
        assert len(one.src) == len(one.tgt) == len(one.direction) == len(one.p)
        links = list(zip(one.src, one.tgt, strict=True))
        assert links == sorted(set(links))
        assert all(0 <= i < len(src) and 0 <= j < len(tgt) for i, j in links)
        assert all(type(n) is int for column in one for n in column)
        assert all(0 <= direction <= BOTH for direction in one.direction) and all(0 <= p <= 100 for p in one.p)
    if name in PROGRAMS:
        assert all(found[k] == ((), (), (), ()) for k, pair in enumerate(POISON) if not all(0 < len(side) < TOO_LONG for side in pair))
    if name not in UNSEEDED:
        assert list(found[6].src) == list(found[6].tgt) == [0]  # one word of each side


def test_equal_pairs_have_equal_candidates(aligner, found):
    if aligner[0] in UNSEEDED:
        pytest.skip("it draws its links")
    assert found[0] == found[8]


def test_a_second_run_finds_the_same(aligner, found):
    if aligner[0] in UNSEEDED:
        pytest.skip("it takes no seed")
    assert list(aligner[1].align(Corpus(POISON))) == found


def test_the_place_for_its_state_is_made(aligner, tmp_path):
    found = list(aligner[1].align(Corpus(POISON[:1] * 3), tmp_path / "new" / "state"))
    assert len(found) == 3


@pytest.mark.parametrize("pairs", [[], [([], [])], [(["dog"], []), ([], ["狗"])]])
def test_nothing_to_align_is_no_error(aligner, pairs):
    assert [list(one.src) for one in aligner[1].align(Corpus(pairs))] == [[] for _ in pairs]
