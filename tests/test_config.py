"""The config: what is accepted, what is refused and with which words, and that schema, manual and code agree."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from isogloss.aligners import ALIGNERS, load_aligner
from isogloss.aligners.symmetrise import RULES
from isogloss.config import load_config, parse_config
from isogloss.errors import IsoglossError
from isogloss.objectives import OBJECTIVES
from isogloss.plan import Plan
from isogloss.presets import PRESETS, preset_for
from isogloss.schema import (
    Encoder,
    Experiment,
    Finetune,
    HMMLinks,
    InducedDictionary,
    Learnt,
    Pretrain,
    ResymmetrisedLinks,
    Retrieval,
    json_schema,
)
from isogloss.tasks import TASKS
from isogloss.yaml_strict import merge, read_yaml

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "workflow/schema/config.schema.json"
SHIPPED = [ROOT / "config.yaml", *sorted(ROOT.glob("experiments/*/config.yaml")), *sorted(ROOT.glob("tests/configs/*.yaml"))]

BASE = """\
languages: [de, en]
corpora:
  world: {format: miniworld}
evaluation: {udpos: world, tatoeba: world}
recipes:
  mlm: {objectives: {mlm: 1}}
tasks: {udpos: {}}
"""
WORLD, RECIPE, ASKED = "world: {format: miniworld}", "mlm: {objectives: {mlm: 1}}", "{udpos: {}}"
UDPOS = "zero_shot, train_all, supervised_per_language, probe"
LOCAL = "world: {format: miniworld}\n  ours: "


def changed(old: str, new: str) -> str:
    return BASE.replace(old, new)


def refusal(text: str | bytes, directory: Path) -> str:
    """The message with which a config is refused."""
    path = directory / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(IsoglossError) as caught:
        load_config(path)
    return str(caught.value)


def test_the_base_of_these_tests_is_accepted(tmp_path):
    (tmp_path / "config.yaml").write_text(BASE)
    assert load_config(tmp_path / "config.yaml").languages == ["de", "en"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE + "recipies: {}", ["recipies: unknown key", "allowed here: aligners, checkpoints, clean", "Did you mean `recipes`?"]),
        (BASE + "zzz: {}", ["zzz: unknown key", "Remove it or correct its name."]),
        (BASE + "pretrain: {stepz: 1}", ["pretrain.stepz: unknown key", "Did you mean `steps`?"]),
        (changed(RECIPE, "mlm: {objectives: {mlm: 1}, stepz: 1}"), ["recipes.mlm.stepz: unknown key", "Did you mean `steps`?"]),
        (
            changed(RECIPE, "mlm: {objectives: {mlm: 1}, encoder: {layerz: 1}}"),
            ["recipes.mlm.encoder.layerz: unknown key", "Did you mean `layers`?"],
        ),
        (changed(ASKED, "{udpos: {epoks: 1}}"), ["tasks.udpos.epoks: unknown key", "Did you mean `epochs`?"]),
        (
            changed(ASKED, "{udpos: {settings: {probe: {epoks: 1}}}}"),
            ["tasks.udpos.settings.probe.epoks: unknown key. allowed here: batch_size", "Did you mean `epochs`?"],
        ),
        (changed(ASKED, "{bucc: {margins: ratio}}"), ["tasks.bucc.margins: unknown key", "Did you mean `margin`?"]),
        (
            changed(WORLD, "world: {format: miniworld, sede: 1}"),
            ["corpora.world.sede", "allowed here: format, mono_sentences, noise, pairs, seed, size, task_sentences, translated."],
        ),
        (BASE.replace("world", "miniworld").replace("format: mini", "sede: 1, format: "), ["corpora.miniworld.sede: unknown key"]),
        (
            changed(WORLD, LOCAL + "{format: tsv, paht: x, languages: [de]}"),
            ["corpora.ours.paht: unknown key", "Did you mean `path`?", "corpora.ours.path: is missing"],
        ),
        (changed(WORLD, LOCAL + "{limt: 3}"), ["corpora.ours.limt: unknown key. allowed here: limit, use. Did you mean `limit`?"]),
        (BASE + "vocabs: {spm: {siez: 3}}", ["vocabs.spm.siez", "Did you mean `size`?"]),
        (BASE + "vocabs: {spm: {tokenizer: x, size: 3}}", ["vocabs.spm.size: unknown key. allowed here: tokenizer."]),
    ],
)
def test_unknown_keys_are_named_with_what_is_allowed_there_and_the_nearest_name(text, expected, tmp_path):
    message = refusal(text, tmp_path)
    assert all(part in message for part in expected), message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASE + "pretrain: {steps: many}", ["pretrain.steps: 'many' was given. Input should be a valid integer"]),
        (BASE + "pretrain: {steps: 1.5}", ["pretrain.steps: 1.5 was given. Input should be a valid integer"]),
        (BASE + "pretrain: {steps: -1}", ["pretrain.steps: -1 was given. Input should be greater than or equal to 0"]),
        (BASE + "pretrain: {beta1: 1.0}", ["pretrain.beta1: 1.0 was given. Input should be less than 1"]),
        (BASE + "seeds: 0", ["seeds: 0 was given. Input should be a valid list"]),
        (BASE + f"seeds: [{2**64}]", ["seeds.0", "less than"]),
        (BASE + "data_dir: 3", ["data_dir: 3 was given", "Put it in quotes"]),
        (
            BASE + "encoder: {architecture: xlm-robert}",
            ["encoder.architecture", "allowed: bert, xlm-roberta", "Did you mean `xlm-roberta`?"],
        ),
        (changed(RECIPE, "mlm:"), ["recipes.mlm: None was given", "Write {} for an empty one"]),
        (changed(ASKED, "{udpos: }"), ["tasks.udpos: None was given", "Write {} for an empty one"]),
        (changed(WORLD, "world: {format: miniword}"), ["corpora.world.format: 'miniword' was given", "Did you mean `miniworld`?"]),
        (
            changed(WORLD, LOCAL + "{format: mosez, path: x, languages: [de, en]}"),
            ["corpora.ours.format", "allowed: moses, tsv, lines, verses", "Did you mean `moses`?"],
        ),
        (changed(WORLD, LOCAL + "{format: tsv, path: 3, languages: [de, en]}"), ["corpora.ours.path: 3 was given"]),
        (changed(ASKED, "{udpos: {settings: []}}"), ["tasks.udpos.settings: [] was given"]),
        (changed(ASKED, "{udpos: {settings: [probe, probe]}}"), ["tasks.udpos.settings", "Input should have each setting once"]),
        (changed(ASKED, "{udpos: {settings: {probe: }}}"), ["tasks.udpos.settings.probe: None was given", "Write {} for an empty one"]),
        (changed(ASKED, "{udpos: {settings: {probe: {recipes: []}}}}"), ["tasks.udpos.settings.probe.recipes: [] was given"]),
        (changed(ASKED, "{udpos: {settings: {probe: {epochs: -1.0}}}}"), ["tasks.udpos.settings.probe.epochs: -1.0 was given"]),
        (BASE + "finetune: {preset: xtrem}", ["finetune.preset: 'xtrem' was given. allowed: ernie-m", "Did you mean `xtreme`?"]),
        (changed(ASKED, "{udpos: {preset: xtrem}}"), ["tasks.udpos.preset: 'xtrem' was given", "Did you mean `xtreme`?"]),
        (
            changed(ASKED, "{udpos: {settings: {probe: {preset: xtrem}}}}"),
            ["tasks.udpos.settings.probe.preset: 'xtrem' was given", "Did you mean `xtreme`?"],
        ),
        (
            BASE + "finetune: {selection: best}",
            ["finetune.selection: 'best' was given. allowed: source_dev, final, joint_dev, per_language_dev"],
        ),
        (BASE + "retrieval: {margin: ration}", ["retrieval.margin: 'ration' was given", "Did you mean `ratio`?"]),
        (changed("udpos: world", "udpos: [world, 3]"), ["evaluation.udpos"]),
        ("- languages\n", ["config.yaml: holds a list", "a mapping of keys to values"]),
    ],
)
def test_wrong_types_and_values_are_named(text, expected, tmp_path):
    message = refusal(text, tmp_path)
    assert all(part in message for part in expected), message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (changed("[de, en]", "[en, no]"), ["languages.1: False was given", "YAML 1.1 reads bare no", "put the word in quotes"]),
        (BASE + "on: 1", ["line 8: YAML reads the key `on` as True", "Put it in quotes"]),
        (changed("evaluation: {", "evaluation: {no: x, "), ["line 4: YAML reads the key `no` as False"]),
        (BASE + "pretrain: {learning_rate: 5e-4}", ["pretrain.learning_rate: '5e-4' was given", "YAML reads it as text", "5.0e-4"]),
        (BASE + "pretrain: {learning_rate: .5e4}", ["pretrain.learning_rate: '.5e4' was given", ".5e+4"]),
        (BASE + "pretrain: {steps: 1e3}", ["pretrain.steps: '1e3' was given", "e.g. 1000"]),
        (BASE + "pretrain: {steps: 0100}", ["line 8: YAML reads `0100` as 64"]),
        (BASE + "pretrain: {steps: 1:30}", ["line 8: YAML reads `1:30` as 90"]),
        (BASE + "languages: [en]", ["line 8: the key `languages` stands here and on line 1", "each key once"]),
        (BASE + "encoder:\n  layers: 1\n  width: 8\n  layers: 2\n", ["line 11: the key `layers` stands here and on line 9"]),
        (changed("{mlm: 1}", "{mlm: 1, mlm: 2}"), ["line 6: the key `mlm` stands here twice"]),
        (BASE + "pretrain: {learning_rate: .nan}", ["pretrain.learning_rate: nan was given. Input should be a finite number"]),
        (BASE + "pretrain: {learning_rate: .inf}", ["pretrain.learning_rate: inf was given. Input should be a finite number"]),
        (BASE + "checkpoints: {minutes: .inf}", ["checkpoints.minutes: inf was given"]),
        (BASE + "1: 2", ["1: 1 was given. Keys should be strings"]),
    ],
)
def test_what_yaml_misreads_is_refused_with_the_remedy(text, expected, tmp_path):
    message = refusal(text, tmp_path)
    assert all(part in message for part in expected), message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"name: \xff\n", "config.yaml: is not UTF-8 (byte 6)"),
        ("languages:\n\t- en\n", "config.yaml line 2: is not YAML"),
        ("a: [1\n", "line 2: is not YAML"),
        ("a: \x00\n", "is not YAML: unacceptable character"),
        (BASE + "---\na: 1\n", "line 8: is not YAML"),
        ("a: !!python/object:os.system ls\n", "line 1: is not YAML"),
        ("? [a]\n: 1\n", "is not YAML"),
        ("", "languages: is missing"),
    ],
)
def test_a_file_that_is_no_yaml_is_refused_by_name_and_line(text, expected, tmp_path):
    assert expected in refusal(text, tmp_path)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(IsoglossError, match=r"nowhere\.yaml: cannot be read \(No such file"):
        load_config(tmp_path / "nowhere.yaml")


def test_a_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "config.yaml").write_text("\ufeff" + BASE, encoding="utf-8")
    assert load_config(tmp_path / "config.yaml").languages == ["de", "en"]


def test_anchors_and_merge_keys_are_yaml_and_a_key_may_override_a_merged_one(tmp_path):
    recipes = "  mlm: &mlm {objectives: {mlm: 1}, steps: 3}\n  more: {<<: *mlm, steps: 5}\n  again: {<<: *mlm, steps: 7}\n"
    (tmp_path / "config.yaml").write_text(changed(f"  {RECIPE}\n", recipes))
    recipe = load_config(tmp_path / "config.yaml").recipes["more"]
    assert recipe.steps == 5 and recipe.objectives == {"mlm": {"weight": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            changed("{mlm: 1}", "{mln: 1}"),
            f"recipes.mlm.objectives: no objective `mln`. allowed: {', '.join(OBJECTIVES)}. Did you mean `mlm`?",
        ),
        (changed("{mlm: 1}", "{mlm: 0}"), "recipes.mlm.objectives.mlm: weight 0. a number above 0."),
        (changed("{mlm: 1}", "{mlm: -0.5}"), "recipes.mlm.objectives.mlm: weight -0.5. a number above 0."),
        (changed("{mlm: 1}", "{mlm: true}"), "recipes.mlm.objectives.mlm: True was given. a mapping"),
        (changed("{mlm: 1}", "{mlm: {weight: true}}"), "recipes.mlm.objectives.mlm: weight True. a number above 0."),
        (changed("{mlm: 1}", "{mlm: .inf}"), "recipes.mlm.objectives.mlm.weight: inf was given. Input should be text, a finite number"),
        (changed("{mlm: 1}", "{mlm: {rate: 2020-01-01}}"), "recipes.mlm.objectives.mlm.rate"),
        (changed("{objectives: {mlm: 1}}", "{}"), f"recipes.mlm: has no objectives. some of: {', '.join(OBJECTIVES)}; or `steps: 0`."),
        (changed(RECIPE, "trivial: {objectives: {mlm: 1}}"), "recipes.trivial: this name is taken"),
        (changed("{objectives: {mlm: 1}}", "{objectives: {mlm: 1}, init: mlm}"), "recipes.mlm.init: a cycle: mlm -> mlm."),
        (changed(RECIPE, "a: {init: b, steps: 0}\n  b: {init: a, steps: 0}"), "recipes.b.init: a cycle: b -> a -> b."),
        (
            changed(RECIPE, "a: {steps: 0}\n  b: {init: a, steps: 0, encoder: {width: 64}}"),
            "recipes.b.encoder: changes width of the encoder it starts from. dropout, max_length, trim.",
        ),
        (
            changed(RECIPE, "b: {init: xlm-roberta-base, steps: 0, encoder: {layers: 2}}"),
            "recipes.b.encoder: changes layers of the encoder",
        ),
        (BASE + "encoder: {trim: true}", "recipes.mlm: encoder.trim: a model from scratch has no vocabulary to take entries from."),
        (BASE + "pretrain: {row_length: 64}", "recipes.mlm: pretrain.row_length: 64. at least encoder.max_length = 128. Raise row_length"),
        (BASE + "encoder: {width: 30, heads: 4}", "recipes.mlm: encoder: width 30 is not divisible by 4 heads."),
        (BASE + "encoder: {vocab: smp}", "encoder.vocab: no vocab `smp`. allowed: spm. Did you mean `spm`?"),
        (
            changed(ASKED, "{udposs: {}}"),
            f"tasks.udposs: no such task. allowed: {', '.join(TASKS)}. Did you mean `udpos`?",
        ),
        (changed("udpos: world, ", ""), "tasks.udpos: has no evaluation set. a key of `evaluation`. Add `udpos: <directory or corpus>`"),
        (
            changed("tatoeba: world", "tatoba: world"),
            f"evaluation.tatoba: no such task. allowed: {', '.join(TASKS)}. Did you mean `tatoeba`?",
        ),
        (
            changed(ASKED, "{udpos: {languages: [fr]}}"),
            "tasks.udpos.languages: nobody trains `fr`. languages: de, en. Add it to `languages`",
        ),
        (changed(ASKED, "{udpos: {languages: [de, de]}}"), "tasks.udpos.languages: `de` stands there twice"),
        (changed(ASKED, "{udpos: {languages: []}}"), "tasks.udpos.languages: [] was given"),
        (
            changed(ASKED, "{udpos: {settings: [zeroshot]}}"),
            f"tasks.udpos.settings: no setting `zeroshot`. allowed: {UDPOS}. Did you mean `zero_shot`?",
        ),
        (
            changed(ASKED, "{udpos: {settings: {prob: {}}}}"),
            f"tasks.udpos.settings: no setting `prob`. allowed: {UDPOS}. Did you mean `probe`?",
        ),
        (
            changed(ASKED, "{tatoeba: {settings: [zero_shot], preset: ernie-m}}"),
            "tasks.tatoeba.settings: no setting `zero_shot`. allowed: no_train.",
        ),
        (changed(ASKED, "{udpos: {recipes: [mln]}}"), "tasks.udpos.recipes: there is no `mln`. recipes: mlm. Did you mean `mlm`?"),
        (changed(ASKED, "{udpos: {recipes: [mlm, mlm]}}"), "tasks.udpos.recipes: `mlm` stands there twice"),
        (changed(ASKED, "{udpos: {seeds: [7]}}"), "tasks.udpos.seeds: there is no `7`. seeds: 0. Add it to `seeds`, or remove it here"),
        (
            changed(ASKED, "{udpos: {settings: {probe: {recipes: [x], seeds: [7]}}}}"),
            "tasks.udpos.settings.probe.recipes: there is no `x`. recipes: mlm. Add it to `recipes`, or remove it here.\n"
            "  tasks.udpos.settings.probe.seeds: there is no `7`.",
        ),
        (
            BASE + "finetune: {preset: ernie-m}",
            "finetune.preset: `ernie-m` says nothing of udpos in setting zero_shot. it has xnli, xnli*, mlqa",
        ),
        (changed(ASKED, "{udpos: {preset: ernie-m}}"), "tasks.udpos.preset: `ernie-m` says nothing of udpos in setting zero_shot."),
        (
            changed(ASKED, "{udpos: {settings: {zero_shot: {}, train_all: {preset: align-mlm}}}}"),
            "tasks.udpos.settings.train_all.preset: `align-mlm` says nothing of udpos in setting train_all.",
        ),
        (changed("[de, en]", "[de, ru]"), "tasks.udpos: starts from `en`, which nobody trains. languages: de, ru. Add `en`"),
        (changed("[de, en]", "[de, en, de]"), "languages: `de` stands there twice"),
        (changed("[de, en]", "[en, fr]"), "corpora.world: the mini-world has no fr. it has en, de, es, tr, ru, zh."),
        (BASE + "seeds: [1, 1]", "seeds: `1` stands there twice"),
        (BASE + "pairs: [en-fr]", "pairs: `en-fr` has `fr`. languages: de, en. Add it to `languages`."),
        (BASE + "pairs: [en-en]", "pairs: `en-en` pairs a language with itself."),
        (BASE + "pairs: [de_en]", "pairs.0: 'de_en' was given."),
        (changed("{mlm: 1}", "{tlm: 1}") + "pairs: []", "recipes.mlm.objectives.tlm: needs pairs and the experiment has none."),
        (
            changed(WORLD, LOCAL + "{format: lines, languages: [de, en], path: x}"),
            "corpora.ours.path: 1 files for 2 languages. one file per language",
        ),
        (
            changed(WORLD, LOCAL + "{format: tsv, languages: [de, en], path: [x, y]}"),
            "corpora.ours.path: 2 files. one file for the format tsv.",
        ),
        (
            changed(WORLD, LOCAL + "{format: tsv, languages: [de, en], path: x}").replace("tatoeba: world", "tatoeba: ours"),
            "evaluation.tatoeba: the corpus `ours` holds no evaluation sets.",
        ),
        (
            changed(WORLD, LOCAL + "{format: tsv, languages: [de, en], path: x}").replace("tatoeba: world", "tatoeba: [world, ours]"),
            "evaluation.tatoeba: the corpus `ours` holds no evaluation sets.",
        ),
    ],
)
def test_what_only_the_whole_config_can_tell_is_refused(text, expected, tmp_path):
    message = refusal(text, tmp_path)
    assert expected in message, message


LINKED = {"contrast": {"level": "multi"}}
SOURCES = {
    "corpora": {
        "world": {"format": "miniworld"},
        "ours": {"format": "tsv", "languages": ["de", "en"], "path": "x"},
        "apart": {"format": "tsv", "languages": ["de", "en"], "path": "x", "use": ["mono"]},
    },
    "aligners": {
        "gold": {"aligner": "gold"},
        "mine": {"aligner": "pharaoh", "corpus": "ours", "links": {"en-de": "y"}, "tokens": {"en-de": "z"}},
        "hits": {"aligner": "dictionary", "dictionary": "muse", "once": True},
        "french": {"aligner": "pharaoh", "corpus": "ours", "links": {"de-en": "y"}},
    },
    "dictionaries": {
        "gold": {"format": "miniworld"},
        "muse": {"format": "tsv", "files": {"en-de": ["a", "b"]}, "held_out": {"en-de": "c"}},
        "french": {"format": "tsv", "files": {"en-fr": "a"}},
    },
    "pretrain": {"aligner": "gold", "dictionary": "gold"},
    "recipes": {"a": {"objectives": LINKED, "aligner": "hits"}, "b": {"objectives": {"align": 1}, "dictionary": "muse"}},
}


def sources(**changes) -> dict:
    """The config with aligners and dictionaries, some keys of its sections replaced; None removes one."""
    value = json.loads(json.dumps({**yaml.safe_load(BASE), **SOURCES}))
    for section, keys in changes.items():
        value[section] = {key: item for key, item in {**value[section], **keys}.items() if item is not None}
    return value


def test_aligners_and_dictionaries_are_accepted_by_code_and_schema():
    experiment = parse_config(sources())
    assert (experiment.pretrain_of("a").aligner, experiment.pretrain_of("b").aligner) == ("hits", "gold")
    assert experiment.reads_of("a") == {"bitext", "links"} and experiment.reads_of("b") == {"dictionary"}
    jsonschema.Draft202012Validator(json_schema()).validate(sources())


@pytest.mark.parametrize(
    "changes",
    [
        {"aligners": {"x": {"aligner": "glod"}}},
        {"aligners": {"x": {}}},
        {"aligners": {"x": {"aligner": "gold", "once": True}}},
        {"aligners": {"x": {"aligner": "pharaoh", "corpus": "ours", "links": {}}}},
        {"aligners": {"x": {"aligner": "pharaoh", "links": {"de-en": "y"}}}},
        {"dictionaries": {"x": {"format": "csv", "files": {"de-en": "y"}}}},
        {"dictionaries": {"x": {"format": "tsv", "files": {"de-en": 3}}}},
        {"dictionaries": {"x": {"format": "miniworld", "files": {"de-en": "y"}}}},
        {"pretrain": {"aligner": 3}},
    ],
)
def test_a_badly_formed_aligner_or_dictionary_is_refused_by_code_and_schema(changes):
    (section,) = changes
    with pytest.raises(IsoglossError, match=rf"{section}\.(x|aligner)"):
        parse_config(sources(**changes))
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(sources(**changes))


def pharaoh(**changes) -> dict:
    return {"aligners": {"x": {"aligner": "pharaoh", "corpus": "ours", "links": {"de-en": "y"}, **changes}}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pretrain": {"aligner": None}, "recipes": {"a": {"objectives": LINKED}}}, "recipes.a: pretrain.aligner: is not set, and contrast reads links. a key of `aligners`."),
        ({"pretrain": {"dictionary": None}, "recipes": {"b": {"objectives": {"align": 1}}}}, "recipes.b: pretrain.dictionary: is not set, and align reads dictionary."),
        ({"recipes": {"a": {"objectives": LINKED, "aligner": "glod"}}}, "recipes.a: pretrain.aligner: no aligner `glod`. allowed: gold, mine, hits, french. Did you mean `gold`?"),
        ({"recipes": {"c": {"objectives": {"mlm": 1}, "dictionary": "zzz"}}}, "recipes.c: pretrain.dictionary: no dictionary `zzz`. allowed: gold, muse, french. Name one of these"),
        ({"recipes": {"b": {"objectives": {"align": 1}, "dictionary": "french"}}}, "recipes.b: pretrain.dictionary: `french` has no pair of the experiment, and align reads dictionary. pairs: de-en."),
        ({"corpora": {"world": None, "more": {"format": "tsv", "languages": ["de", "en"], "path": "x"}}, "recipes": {"a": {"objectives": LINKED}}}, "recipes.a: pretrain.aligner: `gold` has no pair of the experiment"),
        ({"aligners": {"hits": {"aligner": "dictionary", "dictionary": "mus"}}}, "aligners.hits.dictionary: no dictionary `mus`. allowed: gold, muse, french. Did you mean `muse`?"),
        (pharaoh(corpus="our"), "aligners.x.corpus: `our` is no corpus of local files. allowed: ours, apart. Did you mean `ours`?"),
        (pharaoh(corpus="world"), "aligners.x.corpus: `world` is no corpus of local files. allowed: ours, apart. Use `aligner: gold` for the links of a mini-world."),
        (pharaoh(corpus="apart"), "aligners.x.corpus: `apart` is not used as bitext. Add bitext to corpora.apart.use."),
        (pharaoh(links={"de-fr": "y"}), "aligners.x.links: `de-fr` is no pair of the corpus `ours`. it has de en."),
        (pharaoh(links={"de-en": "y", "en-de": "z"}), "aligners.x.links: `en-de` stands there in both directions. each pair once."),
        (pharaoh(links={"deen": "y"}), "'deen' was given. String should match pattern"),
        (pharaoh(links={"de_x-en": "y"}), "aligners.x.links: `de_x-en` has a derived language. pairs of bases."),
        (pharaoh(tokens={"en-de": "y"}), "aligners.x.tokens: `en-de` is no key of `links`. pairs there: de-en. Write the pair as there."),
        ({"dictionaries": {"x": {"format": "tsv", "files": {"de-de": "y"}}}}, "dictionaries.x.files: `de-de` pairs a language with itself."),
        ({"dictionaries": {"x": {"format": "tsv", "files": {"de-en": "y"}, "held_out": {"de-fr": "y"}}}}, "dictionaries.x.held_out: `de-fr` has no `files`."),
    ],
)  # fmt: skip
def test_links_and_dictionaries_that_cannot_be_are_refused(changes, expected):
    value = sources(**changes)
    if "world" not in value["corpora"]:
        value |= {"evaluation": {}, "tasks": {}}
    with pytest.raises(IsoglossError) as caught:
        parse_config(value)
    assert expected in str(caught.value), str(caught.value)


# --------------------------------------------------------------------------------------------------------- aligners that learn

MODEL = {"encoder": {"model": "a"}, "simalign": {"model": "a"}}  # what has no default


def learnt(name: str, **options) -> dict:
    return {"aligner": name, **MODEL.get(name, {}), **options}


def aligner_options(section: dict) -> dict:
    """What a job of this aligner is told."""
    plan = Plan(parse_config(sources(aligners={"x": section})), {})
    spec = json.loads(plan.align_spec(SimpleNamespace(aligner="x")))
    assert spec["aligner"] == section["aligner"] and set(spec) == {"aligner", "options", "version"}
    return spec["options"]


def made(name: str, **options) -> dict:
    """All settings of an aligner, each by its name."""
    found = vars(load_aligner(name)(languages=("de", "en"), **MODEL.get(name, {}), **options))
    return {**found, **(asdict(found.pop("options")) if "options" in found else {})}


@pytest.mark.parametrize("name", ALIGNERS)
def test_the_config_knows_every_aligner_and_both_have_the_same_defaults(name):
    section, options = parse_config(sources(aligners={"x": learnt(name)})).aligners["x"], aligner_options(learnt(name))
    assert made(name, **options) == made(name)
    assert {key: made(name)[key] for key in options} == options
    assert section.symmetrise == ALIGNERS[name].symmetrise
    assert ALIGNERS[name].model == hasattr(section, "layer")


def test_the_config_has_no_learnt_aligner_that_is_not_in_the_table():
    def below(section: type) -> set[type]:
        return {section}.union(*map(below, section.__subclasses__()))

    named = [kind.model_fields["aligner"].annotation.__args__ for kind in below(Learnt) if "aligner" in kind.model_fields]
    assert sorted(name for (name,) in named) == sorted([*ALIGNERS, "resymmetrise"])


CHOSEN = [
    *[("hmm", {"model1": 0}), ("hmm", {"hmm": 1}), ("hmm", {"furthest_jump": 1}), ("hmm", {"jump_power": 0.0}), ("hmm", {"fold": False})],
    *[("hmm", {"stem": 9, "stem_weight": 0.0, "cognates": 0.0, "alpha": 0.1, "empty": 0.1, "empty_decoding": 0.3})],
    *[("fast_align", {"program": "systran-align", "fold": False}), ("eflomal", {"model": 1, "n_samplers": 1})],
    *[("eflomal", {"null_prior": 0.5, "rel_iterations": 0.1}), ("encoder", {"layer": 0, "probability": 0.0})],
    *[("simalign", {"layer": 3, "method": method, "token_type": "bpe", "distortion": 1.0}) for method in ("inter", "itermax", "mwmf")],
]


@pytest.mark.parametrize(("name", "options"), CHOSEN, ids=str)
def test_what_the_config_allows_an_aligner_takes(name, options):
    given = aligner_options(learnt(name, **options))
    assert {key: made(name, **given)[key] for key in options} == options
    jsonschema.Draft202012Validator(json_schema()).validate(sources(aligners={"x": learnt(name, **options)}))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *[(name, {"stems": 3}) for name in [*ALIGNERS, "resymmetrise"]],
        *[(name, {"symmetrise": "grow"}) for name in ALIGNERS],
        *[(name, {"threshold": 1.5}) for name in ALIGNERS],
        *[("hmm", {key: 0}) for key in ("hmm", "furthest_jump", "stem")],
        *[("hmm", {key: 0.0}) for key in ("empty", "empty_decoding", "alpha")],
        *[("hmm", {key: -0.1}) for key in ("jump_power", "stem_weight", "cognates")],
        *[("hmm", {"model1": -1}), ("hmm", {"empty": 1.0}), ("hmm", {"fold": "yes"}), ("hmm", {"model": "a"})],
        *[("fast_align", {"program": "giza"}), ("eflomal", {"model": 4}), ("eflomal", {"null_prior": 1.0}), ("eflomal", {"n_samplers": 0})],
        *[("eflomal", {"rel_iterations": 0.0}), ("encoder", {"probability": 1.0}), ("encoder", {"layer": -1})],
        *[("simalign", {"method": "argmax"}), ("simalign", {"token_type": "char"}), ("simalign", {"distortion": 1.1})],
    ],
    ids=str,
)
def test_what_an_aligner_cannot_take_is_refused_by_code_and_schema(name, options):
    value = sources(aligners={"y": learnt("hmm"), "x": {**learnt(name, **options), **({"of": "y"} if name == "resymmetrise" else {})}})
    with pytest.raises(IsoglossError, match=rf"aligners\.x\.{next(iter(options))}: "):
        parse_config(value)
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(value)


@pytest.mark.parametrize("name", ALIGNERS)
def test_a_threshold_needs_posteriors(name):
    """`p` of an aligner that has none is 0 for all candidates: no threshold would leave a link."""
    with_posteriors = {"hmm", "encoder"}
    for changes in (
        {"x": learnt(name, symmetrise="threshold")},
        {"y": learnt(name), "x": {"aligner": "resymmetrise", "of": "y", "symmetrise": "threshold"}},
    ):
        if name in with_posteriors:
            assert parse_config(sources(aligners=changes)).aligners["x"].symmetrise == "threshold"
            continue
        with pytest.raises(IsoglossError) as caught:
            parse_config(sources(aligners=changes))
        told = f"aligners.x.symmetrise: `threshold` needs posteriors, which {name} has not. allowed: "
        assert told in str(caught.value)
        allowed = str(caught.value).partition(told)[2].partition(". ")[0].split(", ")
        assert allowed == [rule for rule in RULES if rule != "threshold"]


def chained(**changes) -> dict:
    """An aligner of a recipe's model, a dictionary from its links, links from that dictionary, and a recipe that reads them."""
    return sources(
        aligners={
            "enc": {"aligner": "encoder", "model": "a"},
            "again": {"aligner": "resymmetrise", "of": "enc"},
            "hits": {"aligner": "dictionary", "dictionary": "found", "once": True},
            **changes.get("aligners", {}),
        },
        dictionaries={"found": {"format": "links", "aligner": "again"}, **changes.get("dictionaries", {})},
        recipes={"a": {"objectives": {"mlm": 1}}, "b": {"objectives": LINKED, "aligner": "hits"}, **changes.get("recipes", {})},
    )


def test_links_from_the_model_of_another_recipe_are_no_cycle():
    experiment = parse_config(chained())
    assert experiment.linked_pairs("hits") == experiment.dictionary_pairs("found") == experiment.linked_pairs("enc") == ["de-en"]
    assert experiment.learnt_aligners() == ["enc", "again"]
    parse_config(chained(recipes={"c": {"objectives": LINKED, "aligner": "enc", "init": "a"}}))


@pytest.mark.parametrize(
    ("changes", "cycle"),
    [
        ({"recipes": {"a": {"objectives": LINKED, "aligner": "enc"}}}, {"aligner enc", "recipe a"}),
        ({"recipes": {"a": {"objectives": {"align": 1}, "dictionary": "found"}}}, {"aligner enc", "recipe a", "dictionary found", "aligner again"}),
        ({"recipes": {"a": {"objectives": LINKED, "aligner": "hits"}}}, {"aligner hits", "aligner enc", "recipe a", "dictionary found", "aligner again"}),
        ({"recipes": {"a": {"init": "b", "steps": 0}}}, {"aligner hits", "aligner enc", "recipe a", "recipe b", "dictionary found", "aligner again"}),
        ({"dictionaries": {"found": {"format": "links", "aligner": "hits"}}}, {"aligner hits", "dictionary found"}),
    ],
)  # fmt: skip
def test_what_would_be_made_from_itself_is_refused_with_the_way_round(changes, cycle):
    with pytest.raises(IsoglossError) as caught:
        parse_config(chained(**changes))
    (way,) = re.findall(r"is made from itself: (.+)\. Read another aligner, dictionary or recipe\.", str(caught.value))
    names = way.split(" -> ")
    assert names[0] == names[-1] and len(names) == len(set(names)) + 1 and set(names) == cycle
    assert re.search(rf"(aligners|dictionaries|recipes)\.{names[0].split()[1]}: is made", str(caught.value))


def test_a_recipe_that_does_not_read_its_links_is_no_cycle():
    parse_config(chained(recipes={"a": {"objectives": {"mlm": 1}, "aligner": "enc", "dictionary": "found"}}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"aligners": {"a": {"aligner": "hmm"}}}, "aligners.a: a recipe has this name too, and both are rows of the tables. Rename one"),
        ({"aligners": {"trivial": {"aligner": "hmm"}}}, "aligners.trivial: this name is taken by the baseline without a model"),
        ({"aligners": {"x": {"aligner": "resymmetrise", "of": "enk"}}}, "aligners.x.of: no aligner `enk`. allowed: enc. Did you mean `enc`?"),
        ({"aligners": {"x": {"aligner": "resymmetrise", "of": "gold"}}}, "aligners.x.of: no aligner `gold`. allowed: enc. Name one of these"),
        ({"aligners": {"x": {"aligner": "resymmetrise", "of": "again"}}}, "aligners.x.of: no aligner `again`. allowed: enc."),
        ({"aligners": {"x": {"aligner": "resymmetrise", "of": "x"}}}, "aligners.x.of: no aligner `x`. allowed: enc."),
        ({"aligners": {"x": {"aligner": "simalign"}}}, "aligners.x.model: is missing"),
        ({"aligners": {"x": {"aligner": "hm"}}}, "Did you mean `hmm`?"),
        ({"dictionaries": {"x": {"format": "links", "aligner": "agian"}}}, "dictionaries.x.aligner: no aligner `agian`."),
        ({"dictionaries": {"x": {"format": "links", "aligner": "enc", "min_count": 0}}}, "dictionaries.x.min_count: 0 was given"),
        ({"dictionaries": {"x": {"format": "panlex"}}}, "dictionaries.x.path: is missing"),
        ({"recipes": {"c": {"objectives": LINKED, "aligner": "hm"}}}, "recipes.c: pretrain.aligner: no aligner `hm`."),
    ],
)  # fmt: skip
def test_aligners_and_dictionaries_from_others_that_cannot_be_are_refused(changes, expected):
    with pytest.raises(IsoglossError) as caught:
        parse_config(chained(**changes))
    assert expected in str(caught.value), str(caught.value)


def test_gold_links_may_have_the_name_of_a_recipe_because_they_are_no_row():
    parse_config(chained(aligners={"b": {"aligner": "gold"}}))


@pytest.mark.parametrize("name", ["../x", "a/b", "/x", "a b", "a'b", 'a"b', "..", ".x", "a\nb", "a$b", "é", "", "x" * 61])
@pytest.mark.parametrize("section", ["recipes", "corpora", "vocabs", "aligners", "dictionaries"])
def test_names_that_are_no_plain_file_names_are_refused(name, section, tmp_path):
    value = yaml.safe_load(BASE)
    valid = {"recipes": {"steps": 0}, "corpora": {"format": "miniworld"}, "vocabs": {}}
    valid |= {"aligners": {"aligner": "gold"}, "dictionaries": {"format": "miniworld"}}
    value.setdefault(section, {})[name] = valid[section]
    with pytest.raises(IsoglossError, match=section):
        parse_config(value)


def test_all_faults_are_told_at_once(tmp_path):
    message = refusal(BASE + "pretrain: {learning_rate: 5e-4, steps: -1}\nfoo: 1\n", tmp_path)
    assert [line.split(":")[0].strip() for line in message.splitlines()[1:]] == ["pretrain.steps", "pretrain.learning_rate", "foo"]
    message = refusal(changed(RECIPE, "trivial: {}").replace("{udpos: {}", "{udposs: {}"), tmp_path)
    assert message.count("\n") == 3


def test_an_overlay_is_merged_mapping_by_mapping_and_replaces_lists(tmp_path):
    base, overlay = tmp_path / "base.yaml", tmp_path / "overlay.yaml"
    base.write_text(BASE + "seeds: [0, 1]\npretrain: {steps: 5, clip: 2.0}\n")
    overlay.write_text("seeds: [7]\npretrain: {steps: 9}\nrecipes: {more: {steps: 0}}\n")
    experiment = load_config(base, overlay)
    assert (experiment.seeds, experiment.pretrain.steps, experiment.pretrain.clip) == ([7], 9, 2.0)
    assert list(experiment.recipes) == ["mlm", "more"]


mappings = st.recursive(st.integers() | st.lists(st.integers()), lambda inner: st.dictionaries(st.sampled_from("abc"), inner), max_leaves=8)


@given(st.dictionaries(st.sampled_from("abc"), mappings), st.dictionaries(st.sampled_from("abc"), mappings))
def test_merging_twice_is_merging_once_and_keeps_every_key(base, overlay):
    merged = merge(base, overlay)
    assert merge(merged, overlay) == merged
    assert set(merged) == set(base) | set(overlay)


positive = st.floats(0.001, 1, allow_nan=False)
DIFFS = {
    Pretrain: st.fixed_dictionaries(
        {},
        optional={
            "steps": st.integers(1, 99),
            "learning_rate": positive,
            "warmup": positive,
            "clip": positive,
            "precision": st.sampled_from(["fp32", "bf16"]),
        },
    ),
    Encoder: st.fixed_dictionaries(
        {},
        optional={"layers": st.integers(1, 9), "dropout": positive, "width": st.sampled_from([64, 128]), "heads": st.sampled_from([2, 4])},
    ),
    Finetune: st.fixed_dictionaries(
        {},
        optional={
            "epochs": positive,
            "batch_size": st.integers(1, 99),
            "selection": st.sampled_from(["final", "joint_dev", "per_language_dev"]),
            "schedule": st.sampled_from(["ernie_m"]),
            "epsilon": positive,
        },
    ),
}


@given(*(diffs for _ in range(2) for diffs in DIFFS.values()))
def test_a_recipe_or_task_is_the_defaults_with_its_diff_laid_over(pretrain, encoder, finetune, recipe, shape, task):
    value = yaml.safe_load(BASE) | {"pretrain": pretrain, "encoder": encoder, "finetune": finetune}
    value["recipes"] = {"mlm": {"objectives": {"mlm": 1}, **recipe, "encoder": shape}, "heir": {"init": "mlm", "steps": 0}}
    value["tasks"] = {"udpos": task}
    experiment = parse_config(value)
    assert experiment.pretrain_of("mlm").model_dump() == Pretrain().model_dump() | pretrain | recipe
    assert experiment.encoder_of("mlm").model_dump() == Encoder().model_dump() | encoder | shape
    assert experiment.encoder_of("heir") == experiment.encoder_of("mlm")
    assert experiment.finetune_of("udpos", "zero_shot").model_dump() == Finetune().model_dump() | finetune | task


# -------------------------------------------------------------------------------------------------- tasks: settings, recipes, seeds


def with_task(task: dict, finetune: dict | None = None, name: str = "xnli") -> Experiment:
    base = yaml.safe_load(BASE) | {"seeds": [0, 1, 2], "recipes": {f"r{k}": {"steps": 0} for k in range(3)}}
    return parse_config(base | {"evaluation": {name: "world"}, "finetune": finetune or {}, "tasks": {name: task}})


LAYERS = st.tuples(*(DIFFS[Finetune] for _ in range(3)), *(st.none() | st.sampled_from(sorted(PRESETS)) for _ in range(3)))


@given(LAYERS, st.sampled_from(["zero_shot", "translate_train_all"]))
def test_a_preset_lies_under_the_keys_beside_it_and_a_setting_over_its_task_over_the_section(layers, setting):
    """Last wins: defaults, then of the section, of the task and of the setting each the preset and the keys."""
    *keys, first, second, third = layers
    presets = [name if name and _tells(name, setting) else None for name in (first, second, third)]
    section, task, own = (given | ({"preset": name} if name else {}) for given, name in zip(keys, presets, strict=True))
    experiment = with_task({**task, "settings": {setting: own, "probe": {"epochs": 77.0}}}, section)
    expected = Finetune().model_dump()
    for own_keys, name in zip(keys, presets, strict=True):
        expected |= (preset_for(name, "xnli", setting) if name else {}) | own_keys
    assert experiment.finetune_of("xnli", setting).model_dump() == expected
    assert experiment.finetune_of("xnli", "probe").epochs == 77


def _tells(preset: str, setting: str) -> bool:
    """Whether a preset says something of xnli in the setting, and, so that the config is accepted, in probe."""
    return all(f"xnli{star}" in PRESETS[preset] for star in {"", "*" * (setting == "translate_train_all")})


def test_a_preset_says_what_it_says_of_the_task_and_setting():
    """Two cells of ERNIE-M's table 12: XNLI 5 epochs, and 2 on all languages."""
    experiment = with_task({"settings": ["zero_shot", "translate_train_all"], "batch_size": 7}, {"preset": "ernie-m", "clip": 3.0})
    zero_shot, everywhere = (experiment.finetune_of("xnli", setting) for setting in ("zero_shot", "translate_train_all"))
    assert (zero_shot.epochs, everywhere.epochs) == (5, 2)
    assert (zero_shot.learning_rate, zero_shot.layer_decay, zero_shot.schedule, zero_shot.clip) == (5e-5, 0.8, "ernie_m", 3)
    assert (zero_shot.batch_size, everywhere.batch_size) == (7, 7)  # the task's key wins over the preset of the section


def test_a_share_of_warm_up_replaces_the_steps_of_a_preset_or_section_below_and_the_other_way_round():
    assert with_task({}, {"preset": "xtreme"}, "xquad").finetune_of("xquad", "zero_shot").warmup_steps == 500
    for below, above in (({"preset": "xtreme"}, {}), ({"preset": "xtreme", "warmup": 0.3}, None), ({"warmup_steps": 9}, {})):
        task = {} if above is None else {"warmup": 0.3}
        chosen = with_task(task, below, "xquad").finetune_of("xquad", "zero_shot")
        assert (chosen.warmup, chosen.warmup_steps) == (0.3, None)
    chosen = with_task({"warmup_steps": 9}, {"warmup": 0.3}, "xquad").finetune_of("xquad", "zero_shot")
    assert chosen.warmup_steps == 9


def test_settings_are_a_list_or_a_mapping_and_one_by_default():
    assert with_task({}).task_settings("xnli") == ["zero_shot"]
    listed, mapped = with_task({"settings": ["probe", "zero_shot"]}), with_task({"settings": {"probe": {}, "zero_shot": {}}})
    assert listed == mapped and listed.task_settings("xnli") == ["probe", "zero_shot"]
    jsonschema.Draft202012Validator(json_schema()["$defs"]["TaskOptions"] | {"$defs": json_schema()["$defs"]}).validate(
        {"settings": ["probe"]}
    )


def test_recipes_and_seeds_are_those_of_the_setting_else_of_the_task_else_all_in_the_order_of_the_config():
    task = {"recipes": ["r2", "r0"], "seeds": [2, 1], "settings": {"zero_shot": {}, "probe": {"recipes": ["r1"], "seeds": [0]}}}
    restricted, free = with_task(task), with_task({"settings": ["probe"]})
    assert restricted.recipes_of("xnli", "zero_shot") == ["r0", "r2"] and restricted.seeds_of("xnli", "zero_shot") == [1, 2]
    assert restricted.recipes_of("xnli", "probe") == ["r1"] and restricted.seeds_of("xnli", "probe") == [0]
    assert free.recipes_of("xnli", "probe") == ["r0", "r1", "r2"] and free.seeds_of("xnli", "probe") == [0, 1, 2]


def test_retrieval_is_the_section_with_the_keys_of_the_task_laid_over():
    value = yaml.safe_load(BASE) | {"retrieval": {"pooling": "cls", "neighbours": 9}, "tasks": {"tatoeba": {"pooling": "mean_text"}}}
    experiment = parse_config(value)
    assert experiment.retrieval_of("tatoeba").model_dump() == Retrieval().model_dump() | {"pooling": "mean_text", "neighbours": 9}
    assert experiment.retrieval_of("bucc") == experiment.retrieval


def test_an_evaluation_set_may_lie_in_several_places():
    experiment = parse_config(yaml.safe_load(BASE) | {"evaluation": {"udpos": ["here", "world"], "tatoeba": "there"}})
    assert (experiment.places("udpos"), experiment.places("tatoeba"), experiment.places("xnli")) == (["here", "world"], ["there"], [])
    assert experiment.in_world("udpos") and not experiment.in_world("tatoeba")


# ------------------------------------------------------------------------------------------------- schema, manual, shipped configs


def test_the_schema_file_is_in_step_with_the_code():
    command = "PYTHONPATH=workflow python -m isogloss schema > workflow/schema/config.schema.json"
    there = json.loads(SCHEMA.read_text(encoding="utf-8")) if SCHEMA.is_file() else None
    assert there == json_schema(), f"renew it: {command}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_shipped_config_is_valid_for_the_code_and_for_the_schema(path):
    load_config(path)
    jsonschema.Draft202012Validator(json_schema()).validate(read_yaml(path))


@pytest.mark.parametrize(
    "text", [BASE + "recipies: {}", changed("{mlm: 1}", "{mlm: [1]}"), BASE + "pretrain: {steps: -1}", changed(WORLD, "world: {format: x}")]
)
def test_the_schema_refuses_what_the_code_refuses(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json_schema()).validate(yaml.safe_load(text))


def test_config_yaml_mentions_every_key_because_it_is_the_manual():
    manual, properties = (ROOT / "config.yaml").read_text(encoding="utf-8"), json_schema()["properties"]
    sections = (Encoder, Pretrain, Finetune, Retrieval)
    keys = {*properties, *(key for section in sections for key in section.model_fields), "steps", "minutes", "keep"}
    keys |= set(HMMLinks.model_fields)
    keys -= {"warmup_steps"}
    assert [key for key in sorted(keys) if not re.search(rf"^[# ]*{key}:", manual, re.MULTILINE)] == []
    briefly = {*InducedDictionary.model_fields, *ResymmetrisedLinks.model_fields, "warmup_steps"} - {"threshold"}
    assert [key for key in sorted(briefly) if not re.search(rf"\b{key}: ", manual)] == []
