"""The plan: what each job is made from, and that the settings of a job hold what it depends on and nothing else."""

import dataclasses
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from isogloss import artifacts
from isogloss.artifacts import canonical_json
from isogloss.config import parse_config
from isogloss.corpora.table import TableRow, read_corpora_table
from isogloss.errors import IsoglossError
from isogloss.plan import Plan, open_plan
from isogloss.schema import Finetune

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "workflow/corpora.tsv"
BASE = """
languages: [de, en, tr]
corpora: {world: {format: miniworld}}
evaluation: {udpos: world, tatoeba: world}
vocabs: {spm: {}, big.one: {size: 9000}}
recipes:
  random: {steps: 0}
  mlm: {objectives: {mlm: 1}}
  tlm: {objectives: {mlm: 1, tlm: 1}, init: mlm}
tasks: {udpos: {}}
"""
LINKED = """
aligners:
  gold: {aligner: gold}
  mine: {aligner: pharaoh, corpus: ours, links: {en-de: l.txt}, tokens: {en-de: t.txt}}
  hits: {aligner: dictionary, dictionary: lists, once: true}
dictionaries:
  gold: {format: miniworld}
  lists: {format: tsv, files: {en-de: [a.tsv, b.tsv], en-tr: c.tsv}, held_out: {tr-en: d.tsv}}
corpora:
  world: {format: miniworld}
  ours: {format: tsv, languages: [de, en], path: ours.tsv, limit: 5}
pretrain: {aligner: gold, dictionary: gold}
recipes:
  random: {steps: 0}
  mlm: {objectives: {mlm: 1}}
  tlm: {objectives: {mlm: 1, tlm: 1}, init: mlm}
  linked: {objectives: {contrast: {level: multi}}}
  mine: {objectives: {contrast: {level: multi}}, aligner: mine}
  align: {objectives: {mlm: 1, align: 1}, dictionary: lists}
"""
TRAINED = {"evaluation": {"udpos": "world", "xquad": "world"}, "tasks": {"udpos": {"settings": ["zero_shot", "probe"]}, "xquad": {}}}
SPECS = ["world", "taskdata", "mono", "bitext", "vocab", "pretrain", "finetune", "predict", "trivial", "score"]


def make_plan(home: Path = Path("."), table: dict[str, TableRow] | None = None, **changes) -> Plan:
    """The plan of BASE with whole sections replaced."""
    return Plan(parse_config(yaml.safe_load(BASE) | changes), table or {}, home)


@pytest.fixture(scope="module")
def table():
    return read_corpora_table(TABLE)


def section(name: str, **changes) -> dict:
    return {**yaml.safe_load(BASE)[name], **changes}


def wild(**wildcards) -> SimpleNamespace:
    chosen = {
        "corpus": "world",
        "lang": "de",
        "pair": "de-en",
        "vocab": "spm",
        "recipe": "mlm",
        "row": "mlm",
        "seed": "0",
        "task": "udpos",
        "setting": "zero_shot",
    }
    return SimpleNamespace(**chosen | wildcards)


def specs(of: Plan) -> dict[str, str]:
    """The settings of every job of an experiment that is in BASE as well."""
    found = {name: getattr(of, f"{name}_spec")(wild()) for name in SPECS if name not in ("pretrain", "finetune", "predict", "score")}
    for recipe in ("random", "mlm", "tlm"):
        for name in ("pretrain", "finetune", "predict", "score"):
            found[f"{name} {recipe}"] = getattr(of, f"{name}_spec")(wild(recipe=recipe, row=recipe))
    return found


def differing(**changes) -> set[str]:
    """The jobs of BASE whose settings are others in the changed experiment."""
    before, after = specs(make_plan()), specs(make_plan(**changes))
    return {name for name in before if before[name] != after[name]}


# --------------------------------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize("name", SPECS)
def test_settings_are_canonical_json_with_the_version_of_what_is_made(name):
    spec = getattr(make_plan(), f"{name}_spec")(wild())
    assert spec == canonical_json(json.loads(spec))
    kind = {
        "world": "raw",
        "pretrain": "model",
        "finetune": "finetuned",
        "predict": "predictions",
        "trivial": "predictions",
        "score": "scores",
    }
    assert json.loads(spec)["version"] == artifacts.KINDS[kind.get(name, name)].version


@pytest.mark.parametrize(
    ("kind", "renewed"),
    [
        ("raw", {"world"}),
        ("mono", {"mono"}),
        ("bitext", {"bitext"}),
        ("taskdata", {"taskdata"}),
        ("vocab", {"vocab"}),
        ("model", {"pretrain random", "pretrain mlm", "pretrain tlm"}),
        ("finetuned", {"finetune random", "finetune mlm", "finetune tlm"}),
        ("predictions", {"predict random", "predict mlm", "predict tlm", "trivial"}),
        ("scores", {"score random", "score mlm", "score tlm"}),
    ],
)
def test_a_new_version_of_a_kind_renews_exactly_its_makers(kind, renewed, monkeypatch):
    before = specs(make_plan())
    monkeypatch.setitem(artifacts.KINDS, kind, dataclasses.replace(artifacts.KINDS[kind], version=99))
    after = specs(make_plan())
    assert {name for name in before if before[name] != after[name]} == renewed


def test_a_new_version_of_tokens_renews_the_stores(monkeypatch):
    monkeypatch.setitem(artifacts.KINDS, "tokens", artifacts.Kind(5, "directory", "x"))
    assert make_plan().tokens_version(wild()) == 5


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"recipes": section("recipes", mlm={"objectives": {"mlm": 1}, "steps": 7})}, {"pretrain mlm"}),
        ({"recipes": section("recipes", mlm={"objectives": {"mlm": 2}})}, {"pretrain mlm"}),
        ({"recipes": section("recipes", more={"steps": 0})}, set()),
        ({"tasks": {"udpos": {}, "tatoeba": {}}}, set()),
        ({"checkpoints": {"minutes": 1.0, "keep": 9, "steps": 5}}, set()),
        ({"tracking": {"tensorboard": True, "wandb": "x"}}, set()),
        ({"hardware": {"gpus": 4, "share": 3, "parallel": "fsdp", "compile": False}}, set()),
        ({"name": "another", "seeds": [0, 1, 2]}, set()),
        ({"clean": {"max_chars": 10}}, {"mono", "bitext"}),
        ({"vocabs": section("vocabs", spm={"size": 77})}, {"vocab"}),
        ({"vocabs": section("vocabs", more={})}, set()),
        ({"finetune": {"epochs": 1.0}}, {"finetune random", "finetune mlm", "finetune tlm"}),
        ({"tasks": {"udpos": {"epochs": 1.0}}}, {"finetune random", "finetune mlm", "finetune tlm"}),
        ({"finetune": {"layer_decay": 0.8}}, {"finetune random", "finetune mlm", "finetune tlm"}),
        ({"tasks": {"udpos": {"layer_decay": 0.8}}}, {"finetune random", "finetune mlm", "finetune tlm"}),
        ({"finetune": {"layer_decay": 1.0}}, set()),
        ({"finetune": {"max_length": 64, "stride": 9, "max_question": 9, "n_best": 9, "max_answer": 9, "probe_rate": 0.5}}, set()),
        ({"retrieval": {"pooling": "cls"}}, set()),
        ({"tasks": {"udpos": {"settings": ["zero_shot", "probe", "train_all"]}}}, set()),
        ({"tasks": {"udpos": {"settings": {"zero_shot": {}, "probe": {"epochs": 1.0}}}}}, set()),
        (
            {"tasks": {"udpos": {"settings": {"zero_shot": {"epochs": 1.0}, "probe": {}}}}},
            {"finetune random", "finetune mlm", "finetune tlm"},
        ),
        ({"tasks": {"udpos": {"recipes": ["mlm"], "seeds": [0]}}}, set()),
        ({"tasks": {"udpos": {"languages": ["de"]}}}, {"predict random", "predict mlm", "predict tlm", "trivial"}),
        ({"pretrain": {"clip": 2.0}}, {"pretrain random", "pretrain mlm", "pretrain tlm"}),
        ({"corpora": {"world": {"format": "miniworld", "seed": 5}}}, {"world"}),
    ],
)
def test_a_change_reaches_exactly_the_jobs_that_depend_on_it(changes, expected):
    assert differing(**changes) == expected


@given(minutes=st.floats(0.1, 99), keep=st.integers(1, 9), steps=st.none() | st.integers(1, 9))
def test_how_often_state_is_written_is_in_no_settings_but_in_the_command(minutes, keep, steps):
    changed = make_plan(checkpoints={"minutes": minutes, "keep": keep, "steps": steps})
    assert specs(changed) == specs(make_plan())
    assert changed.checkpoint_options == f"--every-minutes {minutes} --keep {keep}" + (f" --every-steps {steps}" if steps else "")


@pytest.mark.parametrize(
    ("tracking", "options"),
    [
        ({}, ""),
        ({"tensorboard": True}, "--tensorboard results/tensorboard/mlm/0"),
        ({"tensorboard": True, "wandb": "iso-2"}, "--tensorboard results/tensorboard/mlm/0 --wandb iso-2"),
    ],
)
def test_each_training_is_tracked_in_a_place_of_its_own(tracking, options):
    assert make_plan(tracking=tracking).tracking_options(wild()) == options


def test_the_hardware_is_in_the_command():
    assert (make_plan().gpus, make_plan().hardware_options) == (1, "--parallel ddp --compile auto")
    other = make_plan(hardware={"gpus": 4, "parallel": "fsdp", "compile": False})
    assert (other.gpus, other.hardware_options) == (4, "--parallel fsdp --compile false")


@pytest.mark.parametrize(("share", "asked"), [(None, (2, 1, 0)), (3, (6, 3, 0))], ids=["of a cluster", "where there are shares"])
def test_whole_gpus_are_asked_for(share, asked):
    one = aligned_plan(hardware={"gpus": 2, "share": 3})
    one.share = share or one.share
    assert (one.gpus, one.align_gpus(wild(aligner="hmm")), one.align_gpus(wild(aligner="fa"))) == asked


def finetune_keys(of: Plan, **wildcards) -> dict:
    """The slice of the section `finetune` that a fine-tuning is told."""
    return json.loads(of.finetune_spec(wild(**wildcards)))["finetune"]


def test_a_fine_tuning_is_told_what_it_hangs_on_and_nothing_else():
    """The features have the lengths in their path; only questions are decoded, and only a probe has a rate of its own."""
    every = set(Finetune.model_fields) - {"preset", "max_length", "stride", "max_question"}
    decoding, probing = {"n_best", "max_answer"}, {"probe_rate"}
    one = make_plan(**TRAINED)
    assert set(finetune_keys(one)) == every - decoding - probing
    assert set(finetune_keys(one, setting="probe")) == every - decoding
    assert set(finetune_keys(one, task="xquad")) == every - probing
    assert json.loads(one.predict_spec(wild()))["finetune"] == {}
    assert json.loads(one.predict_spec(wild(task="xquad")))["finetune"] == {"n_best": 20, "max_answer": 30}


def test_a_setting_is_told_its_own_keys_over_those_of_its_task():
    one = make_plan(finetune={"clip": 2.0}, tasks={"udpos": {"epochs": 5.0, "settings": {"zero_shot": {}, "probe": {"epochs": 1.0}}}})
    assert [finetune_keys(one, setting=setting)["epochs"] for setting in ("zero_shot", "probe")] == [5, 1]
    assert [finetune_keys(one, setting=setting)["clip"] for setting in ("zero_shot", "probe")] == [2, 2]


def test_languages_are_told_to_a_fine_tuning_that_meets_others_than_the_source_language():
    """So that a table of fewer languages trains nothing again."""

    def told(setting: str, **keys) -> list[str] | None:
        one = make_plan(tasks={"udpos": {"languages": ["de", "tr"], "settings": {setting: keys}}})
        return json.loads(one.finetune_spec(wild(setting=setting)))["languages"]

    for selection in ("source_dev", "final"):
        assert told("zero_shot", selection=selection) is told("probe", selection=selection) is None
        assert told("train_all", selection=selection) == ["de", "tr"]
    for selection in ("joint_dev", "per_language_dev"):
        assert told("zero_shot", selection=selection) == ["de", "tr"]


def test_an_encoder_with_few_positions_shortens_fine_tuning_and_prediction():
    short = make_plan(encoder={"max_length": 40}, finetune={"max_length": 100})
    assert short.features_of(wild()) == ["results/features/udpos/spm/40"]
    assert json.loads(short.features_spec(wild(length="40"))) == {"task": "udpos", "max_length": 40, "version": 1}
    assert json.loads(short.predict_spec(wild(task="tatoeba", setting="no_train")))["max_length"] == 40


# --------------------------------------------------------------------------------------------------------------- features


def test_recipes_with_the_same_vocabulary_share_features_and_others_do_not():
    other = {"objectives": {"mlm": 1}, "encoder": {"vocab": "big.one"}}
    one = make_plan(recipes=section("recipes", other=other), finetune={"max_length": 96})
    assert {tuple(one.features_of(wild(recipe=recipe, seed=seed))) for recipe in ("random", "mlm", "tlm") for seed in "01"} == {
        ("results/features/udpos/spm/96",)
    }
    assert one.features_of(wild(recipe="other")) == ["results/features/udpos/big.one/96"]


def test_settings_share_features_where_they_have_the_same_lengths():
    one = make_plan(tasks={"udpos": {"settings": {"zero_shot": {"epochs": 9.0}, "train_all": {}, "probe": {"max_length": 32}}}})
    paths = [one.features_of(wild(setting=setting)) for setting in ("zero_shot", "train_all", "probe")]
    assert paths == [["results/features/udpos/spm/128"]] * 2 + [["results/features/udpos/spm/32"]]


def test_features_of_questions_have_their_windows_in_the_path():
    one = make_plan(**TRAINED, finetune={"max_length": 90, "stride": 20, "max_question": 30})
    (path,) = one.features_of(wild(task="xquad"))
    assert path == "results/features/xquad/spm/90-20-30"
    told = json.loads(one.features_spec(wild(task="xquad", length=path.rpartition("/")[2])))
    assert told == {"task": "xquad", "max_length": 90, "stride": 20, "max_question": 30, "version": 1}


def test_a_new_version_of_features_or_submissions_renews_them(monkeypatch):
    for kind in ("features", "xtreme"):
        monkeypatch.setitem(artifacts.KINDS, kind, dataclasses.replace(artifacts.KINDS[kind], version=99))
    assert json.loads(make_plan().features_spec(wild(length="40")))["version"] == make_plan().submission_version(wild()) == 99


def test_what_is_not_fine_tuned_needs_no_features():
    one = make_plan(tasks={"tatoeba": {}}, retrieval={"pooling": "cls"})
    assert one.features_of(wild(task="tatoeba", setting="no_train")) == []
    told = json.loads(one.predict_spec(wild(task="tatoeba", setting="no_train")))
    assert told["retrieval"]["pooling"] == "cls" and "finetune" not in told
    assert one.predict_model(wild(task="tatoeba", setting="no_train")) == "results/models/mlm/0"
    assert one.predict_model(wild()) == "results/finetuned/udpos/zero_shot/mlm/0"


# ------------------------------------------------------------------------------------------------------------------ edges


def test_recipes_that_share_a_parent_start_from_the_same_model():
    shared = make_plan(recipes=section("recipes", second={"objectives": {"tlm": 1}, "init": "mlm"}))
    for recipe in ("tlm", "second"):
        assert shared.pretrain_init(wild(recipe=recipe, seed="3")) == ["results/models/mlm/3"]
    assert shared.models().count("results/models/mlm/0") == 1
    assert shared.pretrain_init(wild(recipe="mlm")) == [] and shared.init_of(wild(recipe="mlm")) == ""


def test_a_checkpoint_of_others_is_an_input_where_it_is_a_directory_and_a_name_where_it_is_not(tmp_path):
    (tmp_path / "model").mkdir()
    other = make_plan(tmp_path, recipes={"a": {"init": "model", "steps": 0}, "b": {"init": "xlm-roberta-base", "steps": 0}})
    assert other.pretrain_init(wild(recipe="a")) == ["model"]
    assert other.pretrain_init(wild(recipe="b")) == [] and other.init_of(wild(recipe="b")) == "xlm-roberta-base"


def test_a_recipe_waits_only_for_the_stores_that_its_objectives_eat():
    one = make_plan()
    assert one.pretrain_mono(wild(recipe="random")) == one.pretrain_bitext(wild(recipe="random")) == []
    assert one.pretrain_mono(wild()) == [f"results/tokens/spm/mono/{lang}" for lang in ("de", "en", "tr")]
    assert one.pretrain_bitext(wild()) == []
    assert one.pretrain_bitext(wild(recipe="tlm")) == ["results/tokens/spm/bitext/de-en", "results/tokens/spm/bitext/en-tr"]


def test_training_text_waits_for_every_evaluation_set_used_or_not():
    assert make_plan(tasks={}).evaluation_inputs(wild()) == ["results/taskdata/tatoeba", "results/taskdata/udpos"]


def test_a_mini_world_has_every_task_in_every_language_and_a_published_set_those_of_xtreme():
    inside = make_plan(evaluation={"pawsx": "world"}, tasks={"pawsx": {"languages": ["tr", "de"]}})
    assert json.loads(inside.taskdata_spec(wild(task="pawsx")))["languages"] == ["de", "en", "tr"]
    assert json.loads(inside.predict_spec(wild(task="pawsx")))["languages"] == ["de", "tr"]
    assert inside.experiment.task_languages("pawsx") == ["de", "tr"]
    published = make_plan(evaluation={"pawsx": "sets"}, tasks={"pawsx": {}})
    assert json.loads(published.taskdata_spec(wild(task="pawsx")))["languages"] == ["de", "en"]
    assert published.experiment.task_languages("pawsx") == ["en", "de"]


def test_a_language_that_a_set_cannot_have_is_refused():
    asked = {"pawsx": {"languages": ["tr"]}, "tatoeba": {"languages": ["de", "en"]}}
    with pytest.raises(IsoglossError, match=r"tasks\.pawsx\.languages: the task has no `tr`\. it has de en es fr ja ko zh"):
        make_plan(evaluation={"pawsx": "sets", "tatoeba": "world"}, tasks=asked)
    with pytest.raises(IsoglossError, match=r"tasks\.tatoeba\.languages: the task has no `en`") as refused:  # it is one side of each
        make_plan(evaluation={"pawsx": "world", "tatoeba": "world"}, tasks=asked)
    assert "pawsx" not in str(refused.value)


def test_without_tasks_the_models_are_what_is_asked_for():
    assert make_plan(tasks={}).reports() == make_plan().models()


def test_the_scores_are_all_recipes_and_the_trivial_one_for_every_seed():
    scores = make_plan(seeds=[0, 1]).scores()
    assert scores == [f"results/scores/udpos/zero_shot/{row}/{seed}.json" for row in ("trivial", "random", "mlm", "tlm") for seed in (0, 1)]


def rows(of: Plan, task: str = "udpos", setting: str = "zero_shot") -> list[tuple[str, int]]:
    return [(recipe, seed) for name, how, recipe, seed in of.runs() if (name, how) == (task, setting)]


def test_a_task_and_a_setting_have_the_recipes_and_seeds_that_are_asked_for_and_the_trivial_row_for_the_same_seeds():
    settings = {"zero_shot": {}, "probe": {"recipes": ["mlm"], "seeds": [2]}, "train_all": {"seeds": [0]}}
    one = make_plan(seeds=[0, 1, 2], tasks={"udpos": {"recipes": ["tlm", "random"], "seeds": [2, 0], "settings": settings}, "tatoeba": {}})
    assert rows(one) == [(recipe, seed) for recipe in ("trivial", "random", "tlm") for seed in (0, 2)]
    assert rows(one, setting="probe") == [("trivial", 2), ("mlm", 2)]
    assert rows(one, setting="train_all") == [("trivial", 0), ("random", 0), ("tlm", 0)]
    assert rows(one, "tatoeba", "no_train") == [(recipe, seed) for recipe in ("trivial", "random", "mlm", "tlm") for seed in (0, 1, 2)]
    assert len(one.scores()) == len(set(one.scores())) == 6 + 2 + 3 + 12
    assert one.models() == make_plan(seeds=[0, 1, 2]).models()  # all are trained


def test_a_setting_more_asks_for_its_own_scores_only():
    before, after = (make_plan(tasks={"udpos": {"settings": settings}}).scores() for settings in (["zero_shot"], ["zero_shot", "probe"]))
    assert set(before) < set(after) and all("/udpos/probe/" in path for path in set(after) - set(before))


XTREME = "results/tables/xtreme.md"


@pytest.mark.parametrize(
    ("tasks", "asked"),
    [
        ({"udpos": {}}, True),
        ({"udpos": {"settings": ["train_all"]}}, True),
        ({"tatoeba": {}, "udpos": {}}, True),
        ({"tatoeba": {}, "bucc": {}}, False),  # nothing is trained
        ({"udpos": {"settings": ["probe", "supervised_per_language"]}, "tatoeba": {}}, False),  # nor in a setting of XTREME's
        ({"conll": {}, "tatoeba": {}}, False),  # no task of XTREME's
        ({}, False),
    ],
)
def test_the_tables_of_xtreme_are_asked_for_where_a_task_of_it_is_fine_tuned(tasks, asked):
    one = make_plan(evaluation=dict.fromkeys(("udpos", "tatoeba", "bucc", "conll"), "world"), tasks=tasks)
    assert (XTREME in one.reports()) == asked


def test_the_tables_of_xtreme_are_made_of_the_scores_in_its_settings():
    settings = ["zero_shot", "probe", "train_all"]
    one = make_plan(
        evaluation=dict.fromkeys(("udpos", "tatoeba", "conll"), "world"),
        tasks={"udpos": {"settings": settings}, "conll": {}, "tatoeba": {}},
    )
    kinds = {tuple(path.split("/")[2:4]) for path in one.xtreme_scores()}
    assert kinds == {("udpos", "zero_shot"), ("udpos", "train_all"), ("tatoeba", "no_train")}
    assert set(one.xtreme_scores()) <= set(one.scores())


def test_a_submission_has_each_task_of_xtreme_in_its_first_setting_that_has_one_answer():
    tasks = {
        "udpos": {"settings": ["probe", "train_all", "zero_shot"]},
        "xnli": {"settings": ["probe"]},
        "conll": {},
        "bucc": {},
        "tatoeba": {},
    }
    one = make_plan(evaluation=dict.fromkeys(tasks, "world"), tasks=tasks)
    made = [("udpos", "train_all"), ("bucc", "no_train"), ("tatoeba", "no_train")]
    assert one.submitted_predictions(wild(seed="3")) == [f"results/predictions/{task}/{setting}/mlm/3" for task, setting in made]
    assert one.submitted_taskdata(wild()) == [f"results/taskdata/{task}" for task, _ in made]
    assert one.submitted_scores(wild(seed="3")) == ["results/scores/bucc/no_train/mlm/3.json"]  # for its thresholds
    assert one.submission_version(wild()) == artifacts.KINDS["xtreme"].version


def test_layers_are_drawn_of_tasks_in_which_every_layer_answers():
    tasks = {"udpos": {}, "tatoeba": {}, "bucc": {}, "bli": {}, "alignment": {}}
    one = make_plan(evaluation=dict.fromkeys(tasks, "world"), tasks=tasks)
    assert [path for path in one.reports() if "layers" in path] == [
        f"results/figures/layers-{task}.svg" for task in ("tatoeba", "bli", "alignment")
    ]


def test_of_a_task_that_is_fine_tuned_the_probe_is_drawn_by_layer():
    one = make_plan(evaluation={"udpos": "world"}, tasks={"udpos": {"settings": ["zero_shot", "probe"]}})
    assert [path for path in one.reports() if "layers" in path] == ["results/figures/layers-udpos.svg"]
    probed = [path for path in one.scores() if "/probe/" in path]
    assert probed and one.layer_scores(wild(task="udpos")) == probed


# --------------------------------------------------------------------------------------------------- links and dictionaries


def linked_plan(home: Path = Path("."), **changes) -> Plan:
    return make_plan(home, **{**yaml.safe_load(LINKED), **changes})


def test_a_recipe_waits_for_the_links_and_dictionaries_that_it_reads_and_no_others():
    one = linked_plan()
    pairs = [f"{pair}.parquet" for pair in ("de-en", "en-tr")]
    assert one.pretrain_links(wild(recipe="linked")) == [f"results/links/gold/{pair}" for pair in pairs]
    assert one.pretrain_links(wild(recipe="mine")) == ["results/links/mine/de-en.parquet"]  # there is no file for en-tr
    assert one.pretrain_bitext(wild(recipe="mine")) == [f"results/tokens/spm/bitext/{pair}" for pair in ("de-en", "en-tr")]
    assert one.pretrain_dictionary(wild(recipe="align")) == [f"results/dictionaries/lists/{pair}" for pair in pairs]
    assert one.pretrain_mono(wild(recipe="align")) and one.pretrain_bitext(wild(recipe="align")) == []
    for recipe, read in (("mlm", "links"), ("align", "links"), ("mlm", "dictionary"), ("linked", "dictionary"), ("random", "dictionary")):
        assert getattr(one, f"pretrain_{read}")(wild(recipe=recipe)) == []
    assert one.links() == sorted([*one.pretrain_links(wild(recipe="linked")), *one.pretrain_links(wild(recipe="mine"))])
    assert one.dictionaries() == one.pretrain_dictionary(wild(recipe="align"))
    assert make_plan().links() == make_plan().dictionaries() == []


def test_without_links_and_dictionaries_every_job_is_as_it_was():
    assert differing(**yaml.safe_load(LINKED)) <= {"mono", "bitext"}  # another corpus; but no other training
    same = {key: value for key, value in yaml.safe_load(LINKED).items() if key != "corpora"}
    same["aligners"].pop("mine"), same["recipes"].pop("mine")
    assert differing(**same) == set()


@pytest.mark.parametrize("recipe", ["mlm", "linked", "align"])
def test_whose_links_are_read_is_told_by_the_inputs_alone(recipe):
    before, after = linked_plan(), linked_plan(pretrain={"aligner": "hits", "dictionary": "lists"})
    assert before.pretrain_spec(wild(recipe=recipe)) == after.pretrain_spec(wild(recipe=recipe))
    assert "aligner" not in before.pretrain_spec(wild(recipe=recipe))
    changed = before.pretrain_links(wild(recipe=recipe)) != after.pretrain_links(wild(recipe=recipe))
    assert changed == (recipe == "linked")


def test_gold_links_are_made_of_the_world_and_the_files_in_it():
    one, at = linked_plan(), wild(aligner="gold", dictionary="gold")
    assert one.links_inputs(at) == one.dictionary_inputs(at) == ["results/raw/world"] and one.links_dictionary(at) == []
    (source,) = json.loads(one.links_spec(at))["sources"]
    assert source["corpus"]["paths"] == ["results/raw/world/bitext/de-en.tsv"] and source["languages"] == ["de", "en"]
    assert source["links"] == "results/raw/world/links/de-en.txt" and source["tokens"] == "results/raw/world/bitext/de-en.tokens.tsv"
    files = [(file["path"].rpartition("/")[2], file["languages"], file["split"]) for file in json.loads(one.dictionary_spec(at))["files"]]
    assert files == [("en-de.train.tsv", ["en", "de"], "train"), ("en-de.test.tsv", ["en", "de"], "held_out")]


def test_links_from_files_are_made_of_corpus_links_and_tokens_in_the_direction_of_the_key():
    one, at = linked_plan(data_dir="data"), wild(aligner="mine")
    assert one.links_inputs(at) == ["data/ours.tsv", "data/l.txt", "data/t.txt"]
    (source,) = json.loads(one.links_spec(at))["sources"]
    assert source["languages"] == ["en", "de"] and source["corpus"]["languages"] == ["de", "en"] and "limit" not in source["corpus"]
    assert json.loads(one.links_spec(wild(aligner="mine", pair="en-tr")))["sources"] == []


def test_dictionary_hits_wait_for_the_dictionary():
    one, at = linked_plan(), wild(aligner="hits")
    assert one.links_dictionary(at) == ["results/dictionaries/lists/de-en.parquet"] and one.links_inputs(at) == []
    assert json.loads(one.links_spec(at)) == {"aligner": "dictionary", "once": True, "version": 1}


def test_word_lists_without_a_held_out_file_are_split_by_the_stage():
    one = linked_plan(data_dir="data")
    assert one.dictionary_inputs(wild(dictionary="lists")) == ["data/a.tsv", "data/b.tsv"]
    files = {pair: json.loads(one.dictionary_spec(wild(dictionary="lists", pair=pair)))["files"] for pair in ("de-en", "en-tr")}
    assert [(file["languages"], file["split"]) for file in files["de-en"]] == [(["en", "de"], None)] * 2
    assert [(file["languages"], file["split"]) for file in files["en-tr"]] == [(["en", "tr"], "train"), (["tr", "en"], "held_out")]


def test_missing_files_of_links_and_dictionaries_are_named_by_key_and_pair(tmp_path):
    one = linked_plan(tmp_path)
    for name in ("ours.tsv", "t.txt", "a.tsv"):
        (tmp_path / name).write_text("")
    assert {fault.where: fault.given for fault in one.missing_files()} == {
        "aligners.mine.links.en-de": "there is no `l.txt`",
        "dictionaries.lists.files.en-de": "there is no `b.tsv`",
        "dictionaries.lists.files.en-tr": "there is no `c.tsv`",
        "dictionaries.lists.held_out.tr-en": "there is no `d.tsv`",
    }


def test_what_derived_languages_have_follows_from_their_bases():
    derived = {"de_x": ["invert"], "en_x": ["script"]}
    changes = {"languages": ["de", "en", "tr", "de_x", "en_x"], "derived": derived, "pairs": ["de_x-en", "en-en_x", "en-tr"]}
    one = linked_plan(**changes)
    assert one.pretrain_links(wild(recipe="mine")) == [f"results/links/mine/{pair}.parquet" for pair in ("de_x-en", "en-en_x")]
    pair, same = wild(pair="de_x-en", aligner="mine", dictionary="lists"), wild(pair="en-en_x", aligner="mine", dictionary="lists")
    assert one.derived_links_inputs(pair) == ["results/links/mine/de-en.parquet"] and one.derived_links_inputs(same) == []
    assert one.derived_dictionary_inputs(pair) == "results/dictionaries/lists/de-en.parquet"
    assert one.derived_dictionary_inputs(same) == "results/mono/en.parquet"
    assert json.loads(one.derived_links_spec(pair)) == {"derived": {"de_x": [{"invert": {}}]}, "version": 1}
    assert json.loads(one.derived_dictionary_spec(same))["derived"] == {"en_x": [{"script": {"overlap": 0.0, "seed": 0}}]}
    assert one.experiment.linked_pairs("gold") == ["de-en", "de_x-en", "en-en_x", "en-tr"]


@pytest.mark.parametrize(("kind", "spec"), [("links", "links_spec"), ("links", "derived_links_spec"), ("dictionary", "dictionary_spec")])
def test_a_new_version_of_links_or_dictionaries_renews_them(kind, spec, monkeypatch):
    before, at = linked_plan(), wild(aligner="gold", dictionary="gold")
    old = getattr(before, spec)(at)
    monkeypatch.setitem(artifacts.KINDS, kind, dataclasses.replace(artifacts.KINDS[kind], version=2))
    assert json.loads(getattr(before, spec)(at)) == {**json.loads(old), "version": 2}


# ------------------------------------------------------------------------------------------------------------------ aligners

ALIGNED = """
evaluation: {udpos: world, tatoeba: world, alignment: world}
aligners:
  hmm: {aligner: hmm}
  inter: {aligner: resymmetrise, of: hmm, symmetrise: intersect}
  enc: {aligner: encoder, model: mlm, layer: 1}
  hub: {aligner: simalign, model: some/bert}
  fa: {aligner: fast_align}
  gold: {aligner: gold}
dictionaries:
  found: {format: links, aligner: inter, min_count: 3}
  panlex: {format: panlex, path: lex.zip}
pretrain: {aligner: hmm, dictionary: found}
seeds: [4, 1]
recipes:
  random: {steps: 0}
  mlm: {objectives: {mlm: 1}}
  tlm: {objectives: {mlm: 1, tlm: 1}, init: mlm}
  linked: {objectives: {contrast: {level: multi}}}
  again: {objectives: {contrast: {level: multi}}, aligner: inter}
  of-enc: {objectives: {contrast: {level: multi}}, aligner: enc}
  align: {objectives: {mlm: 1, align: 1}}
tasks: {udpos: {}, alignment: {}}
"""
LEARNT = ("hmm", "inter", "enc", "hub", "fa")
SEARCHING = ("hmm", "enc", "hub", "fa")
JOBS = ("align", "links", "test_predictions", "samples")
SCORES = "results/scores/alignment/no_train"


def aligned_plan(home: Path = Path("."), **changes) -> Plan:
    return make_plan(home, **{**yaml.safe_load(ALIGNED), **changes})


def aligned_section(name: str, **changes) -> dict:
    return {**yaml.safe_load(ALIGNED)[name], **changes}


def jobs_of_aligners(of: Plan) -> dict[str, tuple[str, ...]]:
    """What each job of an aligner or of a recipe is told and made from; of `mlm`, whose model an aligner reads, the settings."""
    found: dict[str, tuple[str, ...]] = {}
    for name in set(LEARNT) & set(of.experiment.aligners):
        at = wild(aligner=name)
        found |= {f"{job} {name}": (getattr(of, f"{job}_spec")(at),) for job in JOBS if job != "align" or name in SEARCHING}
        found[f"links {name}"] += tuple(of.links_alignments(at))
        found[f"test_predictions {name}"] += tuple(of.test_alignments(at))
    found["dictionary found"] = (of.dictionary_spec(wild(dictionary="found")), *of.dictionary_links(wild(dictionary="found")))
    for recipe in yaml.safe_load(ALIGNED)["recipes"]:
        at = wild(recipe=recipe)
        found[f"pretrain {recipe}"] = (of.pretrain_spec(at), *of.pretrain_links(at), *of.pretrain_dictionary(at))
    return found


def changed_jobs(**changes) -> set[str]:
    """The jobs of ALIGNED that are told something else, or are made from other files, in the changed experiment."""
    before, after = jobs_of_aligners(aligned_plan()), jobs_of_aligners(aligned_plan(**changes))
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("aligners", "expected"),
    [
        ({"hmm": {"aligner": "hmm", "symmetrise": "union"}}, {"links hmm", "test_predictions hmm"}),
        ({"hmm": {"aligner": "hmm", "threshold": 0.7}}, {"links hmm", "test_predictions hmm"}),
        ({"hmm": {"aligner": "hmm", "stem": 4}}, {"align hmm"}),
        ({"inter": {"aligner": "resymmetrise", "of": "hmm", "symmetrise": "union"}}, {"links inter", "test_predictions inter"}),
        ({"inter": {"aligner": "resymmetrise", "of": "fa", "symmetrise": "intersect"}}, {"links inter", "test_predictions inter"}),
        ({"enc": {"aligner": "encoder", "model": "mlm", "layer": 2}}, {"align enc"}),
        ({"enc": {"aligner": "encoder", "model": "tlm", "layer": 1}}, set()),  # another input
        ({"fa": {"aligner": "fast_align", "fold": False}}, {"align fa"}),
        ({"more": {"aligner": "hmm", "stem": 3}}, set()),
    ],
)  # fmt: skip
def test_a_changed_aligner_reaches_exactly_the_jobs_that_depend_on_it(aligners, expected):
    assert changed_jobs(aligners=aligned_section("aligners", **aligners)) == expected


def test_what_is_kept_of_a_dictionary_reaches_the_dictionary_alone():
    found = {"format": "links", "aligner": "inter", "min_count": 9}
    assert changed_jobs(dictionaries=aligned_section("dictionaries", found=found)) == {"dictionary found"}


@pytest.mark.parametrize(("kind", "renewed"), [("alignments", "align"), ("links", "links"), ("predictions", "test_predictions")])
def test_a_new_version_of_what_aligners_make_renews_it(kind, renewed, monkeypatch):
    before = jobs_of_aligners(aligned_plan())
    monkeypatch.setitem(artifacts.KINDS, kind, dataclasses.replace(artifacts.KINDS[kind], version=99))
    after = jobs_of_aligners(aligned_plan())
    assert {name.split()[0] for name in before if before[name] != after[name]} == {renewed}


def test_an_aligner_is_told_its_options_and_a_rule_is_applied_later():
    one = aligned_plan()
    told = {name: json.loads(one.align_spec(wild(aligner=name))) for name in SEARCHING}
    assert told["hmm"]["aligner"] == "hmm" and told["hmm"]["options"]["stem"] == 5
    assert told["enc"] == {"aligner": "encoder", "options": {"layer": 1, "probability": 0.001}, "version": 1}
    assert not {"aligner", "model", "symmetrise", "threshold"} & {key for spec in told.values() for key in spec["options"]}
    assert json.loads(one.links_spec(wild(aligner="inter"))) == {"symmetrise": "intersect", "threshold": 0.5, "version": 1}
    assert one.links_inputs(wild(aligner="hmm")) == one.links_dictionary(wild(aligner="hmm")) == []
    for name, made in (("hmm", "hmm"), ("inter", "hmm"), ("enc", "enc")):
        assert one.links_alignments(wild(aligner=name)) == [f"results/alignments/{made}/de-en.parquet"]
    assert one.links_alignments(wild(aligner="gold")) == []


def test_an_aligner_waits_for_the_model_that_it_reads_with_the_first_seed(tmp_path):
    (tmp_path / "bert").mkdir()
    local = {"aligner": "encoder", "model": "bert"}
    one = aligned_plan(tmp_path, aligners=aligned_section("aligners", local=local))
    expected = {
        "enc": ("results/models/mlm/4", True),
        "local": ("bert", True),
        "hub": ("some/bert", False),
        "hmm": ("", False),
        "fa": ("", False),
    }
    for name, (model, there) in expected.items():
        at = wild(aligner=name)
        assert one.align_model_name(at) == model and one.align_model(at) == ([model] if there else [])
    assert [one.align_gpus(wild(aligner=name)) for name in ("hmm", "enc", "hub", "fa")] == [1, 1, 1, 0]


def test_test_sentences_are_aligned_with_the_bitext_by_whom_learns_from_it():
    one = aligned_plan()
    assert one.test_bitext(wild(aligner="hmm", lang="tr")) == ["results/bitext/en-tr.parquet"]
    assert one.test_bitext(wild(aligner="fa", lang="de")) == ["results/bitext/de-en.parquet"]
    assert one.test_bitext(wild(aligner="enc")) == []
    assert one.test_alignments(wild(aligner="inter")) == [f"results/alignments/hmm/test/{lang}.parquet" for lang in ("de", "tr")]
    spec = json.loads(one.test_predictions_spec(wild(aligner="inter", seed="4")))
    version = artifacts.KINDS["predictions"].version
    assert spec == {"aligner": "inter", "seed": 4, "symmetrise": "intersect", "threshold": 0.5, "version": version}
    asked = aligned_plan(tasks={"alignment": {"languages": ["tr"]}})
    assert asked.test_alignments(wild(aligner="enc")) == ["results/alignments/enc/test/tr.parquet"]


def test_aligners_are_rows_of_their_task_with_one_seed_beside_the_recipes():
    one = aligned_plan()
    runs = [(recipe, seed) for task, _, recipe, seed in one.runs() if task == "alignment"]
    recipes = ["trivial", *one.experiment.recipes]
    assert runs == [*((recipe, seed) for recipe in recipes for seed in (4, 1)), *((name, 4) for name in LEARNT)]
    assert not {recipe for task, _, recipe, _ in one.runs() if task == "udpos"} & set(LEARNT)
    assert one.alignment_scores() == [f"{SCORES}/trivial/{seed}.json" for seed in (4, 1)] + [f"{SCORES}/{name}/4.json" for name in LEARNT]
    assert set(one.alignment_scores()) < set(one.scores()) and set(one.alignment_scores()) < set(one.layer_scores(wild(task="alignment")))
    assert json.loads(one.alignment_table_spec(wild())) == {"recipes": ["trivial", *LEARNT]}
    assert "results/figures/layers-alignment.svg" in one.reports()
    without = aligned_plan(tasks={"udpos": {}})  # the aligners are compared where there are gold links, whether or not encoders are
    assert without.alignment_scores() == one.alignment_scores() and "results/tables/alignment.md" in without.reports()
    assert aligned_plan(evaluation={"udpos": "world"}, tasks={"udpos": {}}).alignment_scores() == []


def test_an_aligner_or_its_row_trains_nothing_again():
    """A model is made from what its recipe reads: neither the aligners of the config nor those of the task are in it."""
    bare = make_plan(seeds=[4, 1], evaluation={"udpos": "world", "tatoeba": "world", "alignment": "world"})
    assert specs(bare) == specs(aligned_plan())


def test_recipes_and_dictionaries_wait_for_the_links_of_their_aligner():
    one, pairs = aligned_plan(), ("de-en", "en-tr")
    for recipe, name in (("linked", "hmm"), ("again", "inter"), ("of-enc", "enc")):
        assert one.pretrain_links(wild(recipe=recipe)) == [f"results/links/{name}/{pair}.parquet" for pair in pairs]
    assert one.pretrain_dictionary(wild(recipe="align")) == [f"results/dictionaries/found/{pair}.parquet" for pair in pairs]
    found, panlex = wild(dictionary="found"), wild(dictionary="panlex")
    assert one.dictionary_links(found) == ["results/links/inter/de-en.parquet"]
    assert one.dictionary_bitext(found) == ["results/bitext/de-en.parquet"]
    kept = {"min_count": 3, "min_p": 0.1, "one_to_one": False, "most": None}
    assert json.loads(one.dictionary_spec(found)) == {**kept, "version": artifacts.KINDS["dictionary"].version}
    assert one.dictionary_inputs(found) == [] and one.dictionary_links(panlex) == one.dictionary_bitext(panlex) == []
    assert one.dictionary_inputs(panlex) == ["lex.zip"]
    assert json.loads(one.dictionary_spec(panlex))["files"] == [
        {"path": "lex.zip", "languages": ["de", "en"], "split": None, "format": "panlex"}
    ]
    assert one.all_links() == [f"results/links/{name}/{pair}.parquet" for name in one.experiment.aligners for pair in pairs]
    assert one.dictionary_texts() == [f"results/bitext/{pair}.parquet" for pair in pairs]


def test_a_missing_panlex_is_named(tmp_path):
    (fault,) = aligned_plan(tmp_path, data_dir="data").missing_files()
    assert str(fault).startswith("dictionaries.panlex.path: there is no `data/lex.zip`. Correct it, or set data_dir")


def test_samples_are_told_which_kind_of_links_they_are_made_of():
    hits = {"aligner": "dictionary", "dictionary": "panlex", "once": True}
    one = aligned_plan(aligners=aligned_section("aligners", hits=hits), encoder={"max_length": 60})
    assert json.loads(one.samples_spec(wild(aligner="hits"))) == {"aligner": "dictionary", "once": True, "max_length": 60, "version": 1}
    assert json.loads(one.samples_spec(wild(aligner="inter")))["once"] is False


def test_links_of_derived_pairs_come_from_the_bases_and_aligners_are_not_tried_on_derived_languages():
    derived = {"languages": ["de", "en", "tr", "de_x"], "derived": {"de_x": ["invert"]}, "pairs": ["de_x-en", "en-tr", "de-de_x"]}
    one = aligned_plan(**derived)
    assert one.experiment.base_pairs() == ["de-en", "en-tr"]
    assert one.experiment.linked_pairs("inter") == one.experiment.dictionary_pairs("found") == ["de-de_x", "de-en", "de_x-en", "en-tr"]
    for name in LEARNT:
        at = wild(aligner=name, pair="de_x-en")
        assert one.derived_links_inputs(at) == [f"results/links/{name}/de-en.parquet"]
        assert one.derived_links_inputs(wild(aligner=name, pair="de-de_x")) == []
    assert one.derived_dictionary_inputs(wild(dictionary="found", pair="de_x-en")) == "results/dictionaries/found/de-en.parquet"
    assert "de_x" in one.experiment.task_languages("alignment")  # of which encoders are asked
    assert one.test_alignments(wild(aligner="hmm")) == [f"results/alignments/hmm/test/{lang}.parquet" for lang in ("de", "tr")]
    assert re.fullmatch(one.pattern("base_lang"), "de") and not re.fullmatch(one.pattern("base_lang"), "de_x")


def test_aligners_are_tried_only_where_there_is_a_bitext_with_english():
    one = aligned_plan(pairs=["de-tr", "de-en"])
    assert one.test_alignments(wild(aligner="hmm")) == ["results/alignments/hmm/test/de.parquet"]
    none = aligned_plan(pairs=["de-tr"])
    assert none.test_alignments(wild(aligner="hmm")) == []
    assert not {recipe for _, _, recipe, _ in none.runs()} & set(LEARNT)


@pytest.mark.parametrize(("name", "needed"), [("hmm", True), ("inter", True), ("fa", True), ("enc", False), ("hub", False)])
def test_a_missing_bitext_is_told_if_an_aligner_of_the_task_learns_from_it(name, needed, table):
    sections = yaml.safe_load(ALIGNED)
    chosen = {key: value for key, value in sections["aligners"].items() if key in (name, "hmm" if name == "inter" else name)}
    lone = {"corpora": {f"europarl-mono-{lang}": {} for lang in ("de", "en")}, "languages": ["de", "en"], "aligners": chosen}
    lone |= {"recipes": {"mlm": {"objectives": {"mlm": 1}}}, "evaluation": {"alignment": "gold"}, "tasks": {"alignment": {}}}
    if needed:
        with pytest.raises(IsoglossError, match=r"corpora: none has bitext text for `de-en`\. Add a corpus with `de-en`"):
            make_plan(table=table, **lone)
    else:
        assert make_plan(table=table, **lone).texts() == ["results/mono/de.parquet", "results/mono/en.parquet"]
    assert make_plan(table=table, **{**lone, "tasks": {}, "evaluation": {}}).alignment_scores() == []


def test_the_patterns_of_aligners():
    one = aligned_plan()
    for what, names in (("aligner", {*LEARNT, "gold"}), ("learnt_aligner", set(LEARNT)), ("searching_aligner", set(SEARCHING))):
        assert {name for name in (*LEARNT, "gold", "mlm", "trivial", "found") if re.fullmatch(one.pattern(what), name)} == names
    assert all(re.fullmatch(one.pattern("row"), name) for name in (*LEARNT, "trivial", "mlm"))
    assert not re.fullmatch(one.pattern("row"), "gold") and not re.fullmatch(one.pattern("recipe"), "hmm")


# --------------------------------------------------------------------------------------------------------------- patterns


def test_a_pattern_matches_the_names_of_the_config_and_no_others():
    pattern = make_plan().pattern("vocab")
    assert re.fullmatch(pattern, "big.one") and not re.fullmatch(pattern, "bigxone")
    assert {name for name in ("random", "mlm", "tlm", "trivial", "mlmm") if re.fullmatch(make_plan().pattern("recipe"), name)} == {
        "random",
        "mlm",
        "tlm",
    }
    assert re.fullmatch(make_plan().pattern("row"), "trivial")


def test_a_pattern_of_nothing_matches_nothing():
    assert not re.fullmatch(make_plan().pattern("download"), "")


# ---------------------------------------------------------------------------------------------------------------- corpora


def test_a_row_of_the_table_is_a_corpus(table):
    corpora = {"opus-tatoeba-de-en": {"limit": 9}, "europarl-mono-en": {"use": ["mono"]}}
    one = Plan(parse_config({**yaml.safe_load(BASE), "languages": ["de", "en"], "corpora": corpora, "evaluation": {}, "tasks": {}}), table)
    assert one.bitext_inputs(wild()) == ["results/raw/opus-tatoeba-de-en"]
    assert one.mono_inputs(wild(lang="en")) == ["results/raw/opus-tatoeba-de-en", "results/raw/europarl-mono-en"]
    (reading,) = json.loads(one.bitext_spec(wild()))["corpora"]
    assert reading == {
        "id": "opus-tatoeba-de-en",
        "format": "moses",
        "languages": ["de", "en"],
        "paths": ["results/raw/opus-tatoeba-de-en"],
        "limit": 9,
    }
    assert json.loads(one.download_spec(wild(corpus="opus-tatoeba-de-en")))["row"]["urls"][0].startswith("https://")
    assert re.fullmatch(one.pattern("download"), "opus-tatoeba-de-en")


def test_a_row_of_the_table_is_an_evaluation_set(table):
    one = make_plan(table=table, evaluation={"udpos": "world", "tatoeba": "laser-tatoeba"})
    assert one.taskdata_source(wild(task="tatoeba")) == one.taskdata_inputs(wild(task="tatoeba")) == ["results/raw/laser-tatoeba"]
    assert one.taskdata_source(wild()) == ["results/raw/world/tasks/udpos"]
    assert one.missing_files() == []
    with pytest.raises(IsoglossError, match=r"evaluation\.udpos: the row `laser-tatoeba` of corpora\.tsv is for tatoeba"):
        make_plan(table=table, evaluation={"udpos": "laser-tatoeba"})


@pytest.mark.parametrize(
    ("corpora", "expected"),
    [
        (
            {"opus-tatoba-de-en": {}},
            r"corpora\.opus-tatoba-de-en: is no row of corpora\.tsv and has no `path`\. Did you mean `opus-tatoeba-de-en`\?",
        ),
        ({"laser-tatoeba": {}}, r"corpora\.laser-tatoeba: is an evaluation set\. text to train on\. Name it under `evaluation`"),
        ({"europarl-mono-en": {}}, r"corpora: none has mono text for `de`\. Add a corpus with `de`"),
        ({"europarl-mono-en": {}, "europarl-mono-de": {}}, r"corpora: none has bitext text for `de-en`"),
    ],
)
def test_a_corpus_that_is_not_there_is_told_before_anything_runs(corpora, expected, table):
    value = {**yaml.safe_load(BASE), "languages": ["de", "en"], "corpora": corpora, "evaluation": {}, "tasks": {}}
    with pytest.raises(IsoglossError, match=expected):
        Plan(parse_config(value), table)


def test_local_files_lie_under_data_dir_and_missing_ones_are_named_by_key(tmp_path):
    local = {"format": "lines", "languages": ["de", "en"], "path": ["a.de", "b.en"], "limit": 5}
    one = make_plan(tmp_path, corpora=section("corpora", ours=local), data_dir="data", evaluation={"udpos": "world", "tatoeba": "sets"})
    assert one.bitext_inputs(wild()) == ["results/raw/world", "data/a.de", "data/b.en"]
    assert one.bitext_inputs(wild(pair="en-tr")) == ["results/raw/world"]
    assert one.taskdata_inputs(wild(task="tatoeba")) == ["data/sets"]
    assert [fault.where for fault in one.missing_files()] == ["evaluation.tatoeba", "corpora.ours.path", "corpora.ours.path"]
    assert "there is no `data/a.de`. Correct it, or set data_dir (now `data`)" in str(one.missing_files()[1])
    (tmp_path / "data" / "sets").mkdir(parents=True)
    (tmp_path / "data" / "a.de").write_text("")
    assert [str(fault.given) for fault in one.missing_files()] == ["there is no `data/b.en`"]


def test_an_evaluation_set_is_found_in_all_its_places(tmp_path):
    """A mini-world has the parts of a set in the directories of a download tree; of other places the directory itself is searched."""
    (tmp_path / "data/mine").mkdir(parents=True)
    one = make_plan(tmp_path, data_dir="data", evaluation={"xquad": ["world", "mine", "absent"], "mlqa": "world"}, tasks={"xquad": {}})
    world = "results/raw/world"
    assert one.taskdata_inputs(wild(task="xquad")) == [world, "data/mine", "data/absent"]
    assert one.taskdata_source(wild(task="xquad")) == [f"{world}/tasks/xquad", f"{world}/tasks/squad", "data/mine", "data/absent"]
    assert one.taskdata_source(wild(task="mlqa")) == [f"{world}/tasks/mlqa", f"{world}/tasks/squad"]
    assert [(fault.where, fault.given) for fault in one.missing_files()] == [("evaluation.xquad", "there is no `data/absent`")]


def test_opening_a_plan_reads_its_files_strictly_because_merged_their_duplicates_are_lost(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(BASE)
    assert open_plan(yaml.safe_load(BASE), [config], TABLE, tmp_path).experiment.languages == ["de", "en", "tr"]
    config.write_text(BASE + "languages: [de, en, tr]\n")
    with pytest.raises(IsoglossError, match="the key `languages` stands here and on line 2"):
        open_plan(yaml.safe_load(BASE), [config], TABLE, tmp_path)


def test_opening_a_plan_reports_all_missing_files_at_once(tmp_path):
    value = yaml.safe_load(BASE) | {"evaluation": {"udpos": "x", "tatoeba": "y"}}
    with pytest.raises(IsoglossError, match=r"(?s)evaluation\.udpos: there is no `x`.*evaluation\.tatoeba: there is no `y`"):
        open_plan(value, [], TABLE, tmp_path)
