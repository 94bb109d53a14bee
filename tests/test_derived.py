"""Derived languages in the workflow: what the config accepts, what each job is made from, and every stage in order through the CLI."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
import yaml

from isogloss.artifacts import iter_parquet, read_directory, read_jsonl
from isogloss.check import check
from isogloss.cli import main
from isogloss.config import parse_config
from isogloss.corpora.transforms import Transform
from isogloss.corpora.transforms.script import script, unscript
from isogloss.corpora.transforms.sentences import derive_text, words
from isogloss.errors import IsoglossError
from isogloss.plan import Plan
from isogloss.schema import json_schema
from isogloss.show import show
from isogloss.taskdata import make_taskdata
from isogloss.tokens import open_tokens
from isogloss.vocab import load_vocab, mirror_ids
from tiny import planned
from toy import TAGS, WORDS, say, sentences

BASE = """
languages: [de, en, en_x, de_x]
derived:
  en_x: [invert, script]
  de_x: [script]
corpora: {ours: {format: tsv, languages: [de, en], path: ours.tsv}}
evaluation: {udpos: tasks/udpos, tatoeba: tasks/tatoeba}
vocabs: {spm: {size: 56}}
encoder: {layers: 1, width: 16, heads: 2, feed_forward: 32, dropout: 0.0, max_length: 48}
pretrain: {steps: 2, batch_tokens: 256, log_every: 1}
finetune: {epochs: 0.2, max_length: 48}
recipes:
  tlm: {objectives: {mlm: 1, tlm: 1}}
tasks: {udpos: {}, tatoeba: {}}
"""
INVERT, SCRIPT = {"invert": {}}, {"script": {"overlap": 0.0, "seed": 0}}


def config(**changes) -> dict:
    return yaml.safe_load(BASE) | changes


def make_plan(home: Path = Path("."), **changes) -> Plan:
    return Plan(parse_config(config(**changes)), {}, home)


def wild(**wildcards) -> SimpleNamespace:
    return SimpleNamespace(**{"vocab": "spm", "recipe": "tlm", "seed": "0", "task": "udpos", "setting": "zero_shot"} | wildcards)


# -------------------------------------------------------------------------------------------------------------- the config


def test_a_step_is_a_name_or_a_name_with_options():
    steps = [{"permute": {"seed": 3}}, "invert", {"script": {"overlap": 0.25}}]
    made = parse_config(config(derived={"en_x": steps, "de_x": ["script"]})).steps_of(["de", "en_x"])
    assert made == {"en_x": [{"permute": {"seed": 3}}, INVERT, {"script": {"overlap": 0.25, "seed": 0}}]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"derived": {"en_x": ["invrt"]}}, "derived.en_x.0.invrt: unknown key. allowed here: invert, permute, reorder, script. Did you mean `invert`?"),
        ({"derived": {"en_x": [{"script": {"overlp": 1}}]}}, "derived.en_x.0.script.overlp: unknown key. allowed here: overlap, seed. Did you mean"),
        ({"derived": {"en_x": [{"script": {"overlap": 2.0}}]}}, "derived.en_x.0.script.overlap: 2.0 was given"),
        ({"derived": {"en_x": [{"script": {}, "invert": {}}]}}, "derived.en_x.0: {'script': {}, 'invert': {}} was given. Input should be the name of one"),
        ({"derived": {"en_x": [{"script": None}]}}, "derived.en_x.0"),
        ({"derived": {"en_x": [{}]}}, "derived.en_x.0: {} was given. Input should be the name of one step (script, invert, permute, reorder)"),
        ({"derived": {"en_x": []}}, "derived.en_x: [] was given"),
        ({"derived": {"en_x": "invert"}}, "derived.en_x: 'invert' was given"),
        ({"derived": {"en": ["invert"]}}, "derived.en: is no code of a derived language. e.g. en_x."),
        ({"languages": ["de", "en", "en_x"]}, "derived.de_x: `de_x` is not in `languages`. languages: de, en, en_x. Add `de_x` to `languages`."),
        ({"languages": ["en", "en_x", "de_x"]}, "derived.de_x: `de` is not in `languages`."),
        ({"derived": {"de_x": ["script"]}}, "languages: `en_x` stands for a derived language. a key of `derived`. Add `en_x: [...]` to `derived`."),
        ({"derived": {"en_x": ["reorder"], "de_x": ["script"]}, "evaluation": {}, "tasks": {}}, "derived.en_x: `reorder` needs tagged sentences, and there is no evaluation.udpos."),
        ({"derived": {"en_x": ["script"], "de_x": ["reorder"]}}, "derived.de_x: `reorder` of `de`. only udpos of `en` has training data. Derive it from `en`."),
        ({"languages": ["de", "en", "en_x", "de_x", "ko"]}, "derived.en_x: `script` writes in the letters of `ko`."),
        ({"tasks": {"tatoeba": {"languages": ["en_x"]}}}, "tasks.tatoeba.languages: the task has no `en_x`."),
    ],
)  # fmt: skip
def test_what_cannot_be_derived_is_refused(changes, expected):
    with pytest.raises(IsoglossError) as caught:
        parse_config(config(**changes))
    assert expected in str(caught.value), str(caught.value)


def test_tasks_have_a_derived_language_where_they_have_its_base():
    experiment = parse_config(config())
    assert experiment.task_languages("udpos") == ["en", "de", "de_x", "en_x"]
    assert "de_x" in experiment.task_languages("tatoeba") and "en_x" not in experiment.task_languages("tatoeba")
    world = parse_config(config(corpora={"world": {"format": "miniworld"}}, evaluation={"udpos": "world", "tatoeba": "world"}))
    assert "en_x" not in world.task_languages("tatoeba") and "en_x" in world.task_languages("udpos")


def test_the_schema_file_accepts_and_refuses_what_the_code_does():
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.validate(config(derived={"en_x": ["invert", {"script": {"overlap": 0.5}}], "de_x": ["script"]}))
    for bad in (["invrt"], [{}], [{"invert": {}, "script": {}}], []):
        assert not validator.is_valid(config(derived={"en_x": bad}))


# ---------------------------------------------------------------------------------------------------------------- the plan


def test_derived_text_is_made_from_the_clean_text_of_the_base():
    plan = make_plan(pairs=["en-en_x", "de_x-en", "de_x-en_x", "de-de_x"])
    assert plan.derived_mono_inputs(wild(lang="en_x")) == "results/mono/en.parquet"
    sources = {pair: plan.derived_bitext_inputs(wild(pair=pair)) for pair in plan.experiment.language_pairs()}
    assert sources == {
        "de-de_x": "results/mono/de.parquet",
        "de_x-en": "results/bitext/de-en.parquet",
        "de_x-en_x": "results/bitext/de-en.parquet",
        "en-en_x": "results/mono/en.parquet",
    }
    assert json.loads(plan.derived_bitext_spec(wild(pair="de_x-en_x")))["derived"] == {"de_x": [SCRIPT], "en_x": [INVERT, SCRIPT]}
    assert json.loads(plan.derived_mono_spec(wild(lang="de_x")))["derived"] == {"de_x": [SCRIPT]}


def test_every_name_belongs_to_one_rule():
    plan = make_plan(pairs=["en-en_x", "de_x-en"])

    def matching(what: str, names: list[str]) -> list[str]:
        return [name for name in names if re.fullmatch(plan.pattern(what), name)]

    assert matching("base_lang", plan.experiment.languages) == ["de", "en"]
    assert matching("derived_lang", plan.experiment.languages) == ["en_x", "de_x"]
    pairs = ["de-en", "en-en_x", "de_x-en"]
    assert matching("pair", pairs) == pairs  # de-en is not listed, but something is made from it
    assert matching("base_pair", pairs) == ["de-en"] and matching("derived_pair", pairs) == ["en-en_x", "de_x-en"]


def test_only_base_languages_are_generated_cleaned_and_learnt_from():
    plan = make_plan(corpora={"world": {"format": "miniworld"}})
    assert json.loads(plan.world_spec(wild(corpus="world")))["languages"] == ["de", "en"]
    assert plan.vocab_inputs(wild()) == ["results/mono/de.parquet", "results/mono/en.parquet"]
    assert [corpus["id"] for corpus in json.loads(plan.mono_spec(wild(lang="en")))["corpora"]] == ["world", "world/de-en"]


def test_a_vocabulary_is_mirrored_where_a_language_has_another_script():
    assert json.loads(make_plan().vocab_spec(wild()))["mirror"] is True
    inverted = make_plan(derived={"en_x": ["invert"], "de_x": ["permute"]})
    assert "mirror" not in json.loads(inverted.vocab_spec(wild()))
    adopted = make_plan(vocabs={"spm": {"tokenizer": "theirs"}})
    assert "mirror" not in json.loads(adopted.vocab_spec(wild()))


def test_without_derived_languages_no_settings_know_of_them():
    plan = make_plan(languages=["de", "en"], derived={})
    for spec in (plan.taskdata_spec(wild()), plan.vocab_spec(wild()), plan.pretrain_spec(wild())):
        assert "derived" not in spec and "mirror" not in spec
    assert not any(re.fullmatch(plan.pattern(what), name) for what in ("derived_lang", "derived_pair") for name in ("", "en", "de-en"))


@pytest.mark.parametrize("steps", [["script"], ["invert"], ["script", "invert"], [{"script": {"seed": 1}}]])
def test_other_steps_reach_exactly_the_jobs_that_take_them(steps):
    before, after = make_plan(), make_plan(derived={"en_x": steps, "de_x": ["script"]})

    def specs(plan: Plan) -> dict[str, str]:
        found = {f"mono {lang}": plan.derived_mono_spec(wild(lang=lang)) for lang in ("en_x", "de_x")}
        found |= {f"bitext {pair}": plan.derived_bitext_spec(wild(pair=pair)) for pair in ("en-en_x", "de_x-en")}
        found |= {
            name: getattr(plan, f"{name}_spec")(wild(lang="en", pair="de-en"))
            for name in ("mono", "bitext", "vocab", "taskdata", "pretrain")
        }
        return found | {"tatoeba": plan.taskdata_spec(wild(task="tatoeba"))}

    changed = {name for name, spec in specs(before).items() if specs(after)[name] != spec}
    assert changed == {"mono en_x", "bitext en-en_x", "taskdata", "pretrain"}


def test_reordering_waits_for_the_tagged_sentences():
    plan = make_plan(derived={"en_x": ["reorder", "script"], "de_x": ["script"]})
    tagged = ["results/taskdata/udpos"]
    assert plan.derived_mono_tagged(wild(lang="en_x")) == plan.derived_bitext_tagged(wild(pair="en-en_x")) == tagged
    assert plan.derived_mono_tagged(wild(lang="de_x")) == plan.derived_bitext_tagged(wild(pair="de_x-en")) == []
    assert plan.taskdata_tagged(wild(task="udpos")) == plan.taskdata_tagged(wild(task="tatoeba")) == []  # tatoeba has no en_x
    assert make_plan().derived_mono_tagged(wild(lang="en_x")) == []


# ------------------------------------------------------------------------------------------------------------- all stages


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    """The experiment of BASE: its files, and every stage run as its rule runs it, up to the scores."""
    home = tmp_path_factory.mktemp("derived")
    write_files(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        run_stages(make_plan(home))
    return home


def write_files(home: Path) -> None:
    lines = ["\t".join(say(meanings, lang) for lang in ("de", "en")) + "\n" for meanings in sentences(150, 1)]
    (home / "ours.tsv").write_text("".join(lines), encoding="utf-8")
    (home / "config.yaml").write_text(BASE)
    for task in ("udpos", "tatoeba"):
        (home / "tasks" / task).mkdir(parents=True)
    for lang in ("de", "en"):
        for seed, split in enumerate(("train", "dev", "test"), 50):
            tagged = ("".join(f"{WORDS[lang][k]}\t{TAGS[k]}\n" for k in meanings) for meanings in sentences(8, seed))
            (home / "tasks/udpos" / f"{split}-{lang}.tsv").write_text("\n".join(tagged), encoding="utf-8")
    for side, lang in (("deu", "de"), ("eng", "en")):
        lines = [say(meanings, lang) + "\n" for meanings in sentences(9, 60)]
        (home / "tasks/tatoeba" / f"tatoeba.deu-eng.{side}").write_text("".join(lines), encoding="utf-8")


def run_stages(plan: Plan) -> None:
    for task in ("udpos", "tatoeba"):
        at = wild(task=task)
        stage(
            "taskdata",
            plan.taskdata_spec(at),
            f"taskdata/{task}",
            task=task,
            source=plan.taskdata_source(at),
            tagged=plan.taskdata_tagged(at),
        )
    evaluation = plan.evaluation_inputs(wild())
    for lang in ("de", "en"):
        stage("mono", plan.mono_spec(wild(lang=lang)), f"mono/{lang}.parquet", lang=lang, evaluation=evaluation)
    stage("bitext", plan.bitext_spec(wild(pair="de-en")), "bitext/de-en.parquet", pair="de-en", evaluation=evaluation)
    for lang in ("en_x", "de_x"):
        at = wild(lang=lang)
        stage("derive", plan.derived_mono_spec(at), f"mono/{lang}.parquet", lang=lang, text=plan.derived_mono_inputs(at))
    for pair in ("en-en_x", "de_x-en"):
        at = wild(pair=pair)
        stage("derive", plan.derived_bitext_spec(at), f"bitext/{pair}.parquet", pair=pair, text=plan.derived_bitext_inputs(at))
    stage("vocab", plan.vocab_spec(wild()), "vocab/spm", mono=plan.vocab_inputs(wild()))
    for kind, key, names in (("mono", "lang", plan.experiment.languages), ("bitext", "pair", plan.experiment.language_pairs())):
        for name in names:
            stage(
                "tokens", "{}", f"tokens/spm/{kind}/{name}", text=f"results/{kind}/{name}.parquet", vocab="results/vocab/spm", **{key: name}
            )
    stores = {"mono": plan.pretrain_mono(wild()), "bitext": plan.pretrain_bitext(wild())}
    stage("pretrain", plan.pretrain_spec(wild()), "models/tlm/0", vocab=plan.vocab_of(wild()), checkpoints="checkpoints", **stores)
    for task, setting in (("udpos", "zero_shot"), ("tatoeba", "no_train")):
        at, taskdata = wild(task=task, setting=setting, row="tlm", length="48"), f"results/taskdata/{task}"
        features = plan.features_of(at)
        if features:
            stage("features", plan.features_spec(at), "features/udpos/spm/48", taskdata=taskdata, vocab="results/vocab/spm")
            given = {"model": "results/models/tlm/0", "taskdata": taskdata, "features": features}
            stage("finetune", plan.finetune_spec(at), f"finetuned/{task}/{setting}/tlm/0", **given)
        stage("predict", plan.predict_spec(at), f"predictions/{task}", model=plan.predict_model(at), taskdata=taskdata, features=features)
        stage("score", plan.score_spec(at), f"scores/{task}.json", taskdata=taskdata, predictions=f"results/predictions/{task}")


def stage(verb: str, spec: str, out: str, **options) -> None:
    """One command, with the options that the rule of this job would give it."""
    arguments = [verb, "--spec", spec, "--out", f"results/{out}"]
    for name, value in options.items():
        arguments += [f"--{name}", *([value] if isinstance(value, str) else value)]
    main(arguments)


def mono(home: Path, lang: str) -> list[tuple[str, ...]]:
    return list(iter_parquet(home / f"results/mono/{lang}.parquet", "mono"))


def test_derived_text_has_the_rows_of_its_base(experiment):
    transform = Transform([INVERT, SCRIPT])
    assert mono(experiment, "en_x") == [(derive_text(text, transform, "en_x"), corpus) for text, corpus in mono(experiment, "en")]
    assert len(mono(experiment, "en")) > 100
    same = [(text, twin) for (text, _), (twin, _) in zip(mono(experiment, "en"), mono(experiment, "en_x"), strict=True)]
    assert [row[:2] for row in iter_parquet(experiment / "results/bitext/en-en_x.parquet", "bitext")] == same
    pairs = [tuple(iter_parquet(experiment / f"results/bitext/{pair}.parquet", "bitext")) for pair in ("de-en", "de_x-en")]
    for (german, english, corpus), row in zip(*pairs, strict=True):
        assert row == (" ".join(map(script, words(german, "de"))), english, corpus)


def test_pieces_of_derived_text_are_the_images_of_those_of_its_base(experiment):
    tokenizer = load_vocab(experiment / "results/vocab/spm")
    images = mirror_ids(tokenizer)
    bare = tokenizer.get_vocab()["▁"]
    (store,) = open_tokens(experiment / "results/tokens/spm/mono/de_x")
    rows = [ids for k in range(len(store)) for ids in store[k][0].tolist()]
    assert rows and set(rows) <= {bare, *images.values()}
    src, tgt = open_tokens(experiment / "results/tokens/spm/bitext/de_x-en")
    assert len(src) == len(tgt) and set(src.ids.tolist()) & set(tgt.ids.tolist()) <= {bare}
    for k, (text, _) in enumerate(mono(experiment, "de_x")):  # word boundaries survive the script
        assert store[k][1].max() + 1 == len(words(text, "de_x")) == len(text.split())


def test_task_data_of_a_derived_language_are_those_of_its_base(experiment):
    udpos = experiment / "results/taskdata/udpos"
    manifest = read_directory(udpos, "taskdata")
    assert set(manifest["languages"]) == {"de", "de_x", "en", "en_x"} and manifest["missing"] == []
    assert manifest["n"]["train"] == dict.fromkeys(("en", "en_x", "de", "de_x"), 8) and manifest["derived"]["en_x"] == [INVERT, SCRIPT]
    assert not any("_x" in name for name in manifest["files"])
    for plain, twin in zip(read_jsonl(udpos / "test/en.jsonl"), read_jsonl(udpos / "test/en_x.jsonl"), strict=True):
        body, mark = slice(0, -1), slice(-1, None)
        assert twin["id"] == plain["id"] and twin["tags"] == plain["tags"][body][::-1] + plain["tags"][mark]
        assert list(map(unscript, twin["tokens"])) == plain["tokens"][body][::-1] + plain["tokens"][mark]
        assert " ".join(twin["tokens"]) in (udpos / "sentences.txt").read_text().splitlines()
    tatoeba = read_directory(experiment / "results/taskdata/tatoeba", "taskdata")
    assert tatoeba["languages"] == ["de", "de_x"]
    queries = [(experiment / f"results/taskdata/tatoeba/test/{lang}.query.jsonl").read_text() for lang in ("de", "de_x")]
    assert queries[0] == queries[1]


def test_every_derived_language_is_scored(experiment):
    languages = {
        task: set(json.loads((experiment / f"results/scores/{task}.json").read_text())["languages"]) for task in ("udpos", "tatoeba")
    }
    assert languages == {"udpos": {"de", "en", "de_x", "en_x"}, "tatoeba": {"de", "de_x"}}


def test_what_was_done_is_told_by_the_artifacts(experiment):
    results = experiment / "results"
    assert "en_x is en after invert, script" in "\n".join(show(results / "mono/en_x.parquet", 1))
    text = "\n".join(show(results / "bitext/de_x-en.parquet", 1))
    assert "de_x is de after script" in text and "udpos/sentences.txt" in text and "en_x" not in text
    assert '"en_x": [{"invert": {}}' in "\n".join(show(results / "taskdata/udpos", 1))
    assert re.search(r"mirrored: [1-9]", "\n".join(show(results / "vocab/spm", 1)))
    _, head, body = (results / "models/tlm/0/README.md").read_text().split("---\n", 2)
    assert yaml.safe_load(head)["language"] == ["de", "en"]
    assert "- `de_x` is made from `de`: script\n- `en_x` is made from `en`: invert, script\n" in body
    assert json.loads((results / "models/tlm/0/run.json").read_text())["spec"]["derived"]["de_x"] == [SCRIPT]


def test_check_tells_how_languages_are_made(experiment):
    output = check([str(experiment / "config.yaml")])
    assert "derived     en_x: en after invert, script\nderived     de_x: de after script\n" in output
    assert "task        udpos: zero_shot; en de de_x en_x\n" in output


def test_a_language_without_steps_is_no_copy(experiment, tmp_path):
    arguments = ["--spec", json.dumps({"derived": {"en_x": [INVERT]}}), "--text", str(experiment / "results/mono/en.parquet")]
    with pytest.raises(SystemExit, match="isogloss derive: derived: no steps make en. there are steps for en_x"):
        main(["derive", "--lang", "en", *arguments, "--out", str(tmp_path / "en.parquet")])
    assert not (tmp_path / "en.parquet").exists()


def test_entities_and_labels_are_carried_into_task_data(tmp_path):
    panx, xnli = tmp_path / "panx", tmp_path / "xnli"
    panx.mkdir()
    xnli.mkdir()
    for split in ("train", "dev", "test"):
        (panx / f"{split}-en.tsv").write_text("Old\tB-LOC\nYork\tI-LOC\nsees\tO\nAda\tB-PER\n.\tO\n")
        (xnli / f"{split}-en.tsv").write_text("He sees it.\tIt sees him\tneutral\n")
    for task, source in (("panx", panx), ("xnli", xnli)):
        make_taskdata(task, source, ["en", "en_x"], tmp_path / f"made-{task}", derived={"en_x": [INVERT]})
    (record,) = read_jsonl(tmp_path / "made-panx/test/en_x.jsonl")
    assert record["tokens"] == ["Ada", "sees", "York", "Old", "."] and record["tags"] == ["B-PER", "O", "B-LOC", "I-LOC", "O"]
    (pair,) = read_jsonl(tmp_path / "made-xnli/train/en_x.jsonl")
    assert [pair[key] for key in ("text_a", "text_b", "label")] == ["it sees He .", "him sees It", "neutral"]


def test_reordering_end_to_end(experiment, tmp_path, monkeypatch):
    monkeypatch.chdir(experiment)
    steps = {"en_r": [{"reorder": {}}]}
    make_taskdata("udpos", experiment / "tasks/udpos", ["en", "en_r"], tmp_path / "udpos", derived=steps)
    spec = json.dumps({"derived": steps})
    source = ["--text", "results/mono/en.parquet", "--out", str(tmp_path / "en_r.parquet")]
    main(["derive", "--lang", "en_r", "--spec", spec, *source, "--tagged", str(tmp_path / "udpos")])
    reorder = Transform(steps["en_r"], dict(zip(WORDS["en"], TAGS, strict=True)))  # the tags that the training data give
    moved = [text for text, _ in iter_parquet(tmp_path / "en_r.parquet", "mono")]
    assert moved == [derive_text(text, reorder, "en") for text, _ in mono(experiment, "en")]
    assert moved != [" ".join(words(text, "en")) for text, _ in mono(experiment, "en")]
    (kept,) = [record for record in read_jsonl(tmp_path / "udpos/test/en_r.jsonl") if record["id"] == "en-test-0"]
    (base,) = [record for record in read_jsonl(tmp_path / "udpos/test/en.jsonl") if record["id"] == "en-test-0"]
    assert kept["tokens"] == reorder(base["tokens"])[0]
    with pytest.raises(SystemExit, match="isogloss derive: step reorder: has no lexicon"):
        main(["derive", "--lang", "en_r", "--spec", spec, *source])


def test_snakemake_plans_every_derived_job_once(tmp_path):
    write_files(tmp_path)
    made = planned(tmp_path)
    assert made["derived_mono"] == ["results/mono/de_x.parquet", "results/mono/en_x.parquet"]
    assert made["derived_bitext"] == ["results/bitext/de_x-en.parquet", "results/bitext/en-en_x.parquet"]
    assert made["mono"] == ["results/mono/de.parquet", "results/mono/en.parquet"] and made["bitext"] == ["results/bitext/de-en.parquet"]
    assert len(made["vocab"]) == 1 and len(made["mono_tokens"]) == 4 and len(made["bitext_tokens"]) == 3
