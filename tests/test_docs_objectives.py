"""docs/objectives.md says what the code does: every objective with all its options and what it logs, every recipe of config.yaml."""

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from isogloss.batch import Layout, SpecialIds
from isogloss.config import load_config
from isogloss.encoder import TransformersEncoder, first_position, new_model
from isogloss.objectives import OBJECTIVES, load_objective
from setups import batch_for, built
from toy import ENCODER

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/objectives.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\S[^\n]*)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
RECIPES = {name: recipe for name, recipe in load_config(ROOT / "config.yaml").recipes.items() if recipe.objectives}


def table(section, head):
    """The rows, as lists of cells, of the table of a section whose first head is this."""
    lines = iter(section.splitlines())
    next(line for line in lines if line.startswith(f"| {head} |"))
    next(lines)  # |---|
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.fixture(params=OBJECTIVES)
def name(request):
    return request.param


def test_the_first_table_says_what_each_objective_reads_and_costs():
    rows = {re.findall(r"\w+", row[0])[0]: row for row in table(PAGE, "objective")}
    assert rows.keys() == OBJECTIVES.keys()
    for name, entry in OBJECTIVES.items():
        assert rows[name][0] == f"[{name}](#{name})" and rows[name][1] == (entry.stream or "none")
        also = {word for word, read in (("links", entry.links), ("dictionary", entry.dictionary)) if read}
        assert set(re.findall("links|dictionary", rows[name][2])) == also
        passes = load_objective(name)().passes if entry.stream else 0
        assert float(re.findall(r"[\d.]+", rows[name][3])[0]) == round(passes, 2)


def test_every_option_has_its_default(name):
    told = {}
    for options, defaults, _ in table(SECTIONS[name], "option"):
        values = [yaml.safe_load(value) for value in defaults.split(", ")]
        told |= dict(zip(re.findall(r"`(\w+)`", options), values, strict=True))
    real = {option.name: option.default for option in inspect.signature(load_objective(name)).parameters.values()}
    assert told == real and [type(told[key]) for key in real] == [type(value) for value in real.values()]


def test_every_section_says_the_same_things(name):
    for head in ("Cite", "Eats", "Relations", "Logged", "Trap"):
        assert re.search(rf"\b{head}:\s", SECTIONS[name]), head


def test_what_is_logged_has_the_names_of_the_code(name, toy, tokenizer):
    encoder = TransformersEncoder(new_model(ENCODER, tokenizer))
    objective = built(toy, load_objective(name)(**({"mlm": 0.1} if name == "contrast" else {})), encoder, tokenizer)
    layout = Layout(SpecialIds.of(tokenizer), 32, 48, first_position(encoder.model.config))
    batch = replace(batch_for(toy, name, objective, layout), done=0.5)
    logged = objective(encoder, objective.prepare(batch, layout.special, (0, name)))[1]
    told = re.search(r"Logged:(.*?)\n\n", SECTIONS[name], re.DOTALL)
    assert set(re.findall(r"`(\w+)`", told.group(1))) == logged.keys()


def test_every_recipe_is_in_the_table_with_its_objectives():
    told = {row[0]: row[2] for row in table(SECTIONS["Recipes"], "recipe")}
    assert {name: set(re.findall(r"\w+", cell)) for name, cell in told.items()} == {
        name: set(recipe.objectives) for name, recipe in RECIPES.items()
    }
