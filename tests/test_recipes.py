"""Every recipe of config.yaml: it learns on the toy world and on real text, resumes bit for bit, and starts from what others have trained."""

import gzip
import json
import math
import signal
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from isogloss import pretrain
from isogloss.artifacts import read_jsonl
from isogloss.clean import CleanSettings
from isogloss.config import load_config
from isogloss.dictionaries import make_dictionary
from isogloss.encoder import new_model
from isogloss.inheritance import FILE
from isogloss.links import make_links
from isogloss.text import make_bitext, make_mono
from isogloss.tokens import make_bitext_tokens, make_mono_tokens
from isogloss.vocab import make_vocab
from toy import ENCODER, ROOT, VOCAB, die, in_child, recipe, train

RECIPES = {name: made.objectives for name, made in load_config(ROOT / "config.yaml").recipes.items() if made.objectives}
REAL = ROOT.parent / "shared" / "realdata"
SHAPE = {"dropout": 0.0}


@pytest.fixture(params=RECIPES)
def objectives(request):
    return RECIPES[request.param]


def log_of(model):
    return read_jsonl(model / "log.jsonl")


def weights(model):
    return {path.name: path.read_bytes() for path in model.glob("*.safetensors")}


def spec_of(objectives, **settings):
    rows = 4 * 32 * max(1, len(objectives))  # as many rows for each objective, however many there are
    return recipe(objectives, **({"batch_tokens": rows} | settings))


def assert_learns(model, objectives, share):
    """Every term of the loss falls, the whole by at least that share; nothing else is logged than what belongs to an objective."""
    log = log_of(model)
    for name in objectives:
        assert log[-1][f"loss/{name}"] < log[0][f"loss/{name}"], (name, log[0], log[-1])
    least = sum(-options.get("weight", 1) for name, options in objectives.items() if name == "align")  # all cosines 1
    assert log[-1]["loss"] - least < (1 - share) * (log[0]["loss"] - least)
    assert all(math.isfinite(value) for record in log for value in record.values())


def test_it_learns(toy, tmp_path, objectives):
    model = train(toy, spec_of(objectives, steps=90, log_every=15, learning_rate=1e-2, encoder=SHAPE), tmp_path, steps=None)
    assert_learns(model, objectives, 0.08)


def test_it_resumes_bit_for_bit_and_in_chunks_where_asked(toy, tmp_path, objectives):
    spec = spec_of(objectives, steps=8)

    def killed():
        real, calls = pretrain.nn.utils.clip_grad_norm_, []

        def counted(*arguments, **options):
            calls.append(1)
            return die() if len(calls) == 6 else real(*arguments, **options)

        pretrain.nn.utils.clip_grad_norm_ = counted
        train(toy, spec, tmp_path / "killed", steps=3, chunk_tokens=40)

    assert in_child(killed) == -signal.SIGKILL
    resumed, whole = (train(toy, spec, tmp_path / name, steps=3, chunk_tokens=40) for name in ("killed", "whole"))
    assert json.loads((resumed / "run.json").read_text())["resumed"] == 1
    assert weights(resumed) == weights(whole)


@pytest.mark.parametrize("architecture", ["bert", "xlm-roberta"])
def test_it_starts_from_a_checkpoint_that_others_made(toy, tokenizer, tmp_path, objectives, architecture):
    torch.manual_seed(5)
    new_model(ENCODER | {"architecture": architecture}, tokenizer).save_pretrained(tmp_path / "theirs")
    model = train(toy, spec_of(objectives, steps=3, log_every=1, weight_decay=0.0), tmp_path, init=str(tmp_path / "theirs"))
    before, after = (load_file(path / "model.safetensors") for path in (tmp_path / "theirs", model))
    assert before.keys() == after.keys()  # no head, no queue, no momentum encoder
    positions = next(name for name in after if "position_embeddings" in name)
    moved = (before[positions] != after[positions]).any(1)
    unused = 0 if architecture == "bert" else tokenizer.pad_token_id + 1  # XLM-R counts from its padding id on
    if set(objectives) != {"align"}:
        assert moved[unused:].any() and not moved[:unused].any()


def test_a_curriculum_keeps_what_the_objectives_have_learnt(toy, tmp_path):
    first = train(toy, spec_of({"contrast": {}}, steps=3), tmp_path / "first")
    head = load_file(first / FILE)
    assert head and all(name.startswith("contrast.projection") for name in head)
    copied = train(toy, spec_of({"contrast": {}}, steps=0), tmp_path / "copied", init=first)
    fresh = train(toy, spec_of({"contrast": {}}, steps=0), tmp_path / "fresh")
    assert all(torch.equal(value, load_file(copied / FILE)[name]) for name, value in head.items())
    assert not any(torch.equal(value, load_file(fresh / FILE)[name]) for name, value in head.items())


# --------------------------------------------------------------------------------------------------------------- real text

WORDS = {  # frequent words of the news, one to one, for the aligner and the objectives that read a dictionary
    "zh": "year:年 china:中国 people:人 government:政府 time:时间 country:国家 market:市场 company:公司 world:世界 city:城市 "
    "president:总统 police:警方 team:球队 money:钱 work:工作 economy:经济 children:孩子 school:学校 game:比赛 week:周 day:天 not:不",
}


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """2,000 news pairs each of German and Chinese with English, as `toy` has its own."""
    if not REAL.is_dir():
        pytest.skip("shared/realdata is absent")
    return make_real(tmp_path_factory.mktemp("real"))


class Real:
    def __init__(self, root: Path) -> None:
        self.root, self.vocab = root, root / "vocab"

    def files(self, folder, names, suffix=""):
        return {name: self.root / folder / f"{name}{suffix}" for name in names}

    def mono(self):
        return self.files("tokens", ("de", "en", "zh"))

    def bitext(self):
        return self.files("tokens", ("de-en", "en-zh"))

    def links(self):
        return self.files("links", ("de-en", "en-zh"), ".parquet")

    def dictionaries(self):
        return self.files("dictionaries", ("de-en", "en-zh"), ".parquet")


def make_real(root):
    made, corpora = Real(root), []
    for language in ("de", "zh"):
        with gzip.open(REAL / f"bitext/newstest/{language}-en.tsv.gz", "rt", encoding="utf-8") as lines:
            rows = [line for _, line in zip(range(2000), lines, strict=False)]
        (root / f"{language}.tsv").write_text("".join(rows), encoding="utf-8")
        corpora.append({"id": language, "format": "tsv", "languages": ["en", language], "paths": [root / f"{language}.tsv"], "limit": None})
    for language in ("de", "en", "zh"):
        make_mono(
            language, [corpus for corpus in corpora if language in corpus["languages"]], [], CleanSettings(), root / f"{language}.parquet"
        )
    make_vocab(
        VOCAB | {"size": 3000, "character_coverage": 0.995},
        {language: root / f"{language}.parquet" for language in ("de", "en", "zh")},
        made.vocab,
    )
    for language, path in made.mono().items():
        make_mono_tokens(language, root / f"{language}.parquet", made.vocab, path)
    (root / "zh.words.tsv").write_text(WORDS["zh"].replace(":", "\t").replace(" ", "\n") + "\n", encoding="utf-8")
    words = {"de-en": REAL / "dictionaries/en-de.train.tsv", "en-zh": root / "zh.words.tsv"}
    for pair, corpus in zip(("de-en", "en-zh"), corpora, strict=True):
        make_bitext(pair, [corpus], [], CleanSettings(), root / f"{pair}.parquet")
        make_bitext_tokens(pair, root / f"{pair}.parquet", made.vocab, made.bitext()[pair])
        make_dictionary(pair, [{"path": str(words[pair]), "languages": corpus["languages"], "split": None}], made.dictionaries()[pair])
        spec = {"aligner": "dictionary", "once": False}
        make_links(pair, root / f"{pair}.parquet", spec, made.links()[pair], made.dictionaries()[pair])
    return made


def test_it_learns_on_real_text(real, tmp_path, objectives):
    shape = SHAPE | {"width": 64, "feed_forward": 128, "max_length": 96}
    spec = spec_of(objectives, steps=60, batch_tokens=8 * 96 * max(1, len(objectives)), log_every=10, learning_rate=5e-3, encoder=shape)
    model = train(real, spec, tmp_path, steps=None)
    assert_learns(model, objectives, 0.05)
