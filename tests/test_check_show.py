"""`check` says what a config would do; `show` prints whatever was made."""

import json
import re
import shutil
from pathlib import Path

import pytest

from isogloss.artifacts import ParquetWriter, atomic_directory, write_json, write_jsonl
from isogloss.cli import main
from isogloss.errors import IsoglossError
from isogloss.provenance import code_hash
from isogloss.show import show
from tiny import CONFIG


@pytest.fixture
def experiment(tmp_path):
    """The directory of the tiny experiment, with nothing made yet and its local corpus missing."""
    shutil.copy(CONFIG, tmp_path / "config.yaml")
    return tmp_path


def checked(capsys, *paths: Path) -> str:
    main(["check", *map(str, paths)])
    return capsys.readouterr().out


def shown(path: Path, rows: int = 2) -> str:
    return "\n".join(show(path, rows))


# ------------------------------------------------------------------------------------------------------------------ check


def test_check_tells_what_would_be_trained_and_what_it_costs(experiment, capsys):
    output = checked(capsys, experiment / "config.yaml")
    assert "languages   de en\npairs       de-en\n" in output
    assert "task        udpos: zero_shot; en de\n" in output
    assert "task        xquad: zero_shot translate_train_all (recipes mlm, seeds 0); en de\n" in output
    assert "task        alignment: no_train (seeds 0); en de\n" in output
    for recipe, objectives in (("random", "(none)"), ("mlm", "mlm"), ("linked", "mlm + contrast + align")):
        assert any(line.split()[0] == recipe and objectives in line for line in output.splitlines() if line)
    assert re.search(r"models +6 wanted, 0 there already", output) and "FLOPs" in output
    assert not (experiment / "results").exists()


def test_check_tells_for_whom_each_setting_is_run(experiment, capsys):
    settings = "{zero_shot: {}, train_all: {seeds: [1]}, probe: {seeds: [1]}, supervised_per_language: {recipes: [mlm, random]}}"
    (experiment / "more.yaml").write_text(f"tasks: {{udpos: {{settings: {settings}}}}}\n")
    told = "zero_shot, train_all probe (seeds 1), supervised_per_language (recipes random mlm)"
    assert f"task        udpos: {told}; en de\n" in checked(capsys, experiment / "config.yaml", experiment / "more.yaml")


def test_check_counts_the_links_and_dictionaries_that_are_read(experiment, capsys):
    output = checked(capsys, experiment / "config.yaml")
    assert re.search(r"links +1 wanted, 0 there already\ndictionaries +1 wanted, 0 there", output)


def test_check_lays_overlays_over_the_config(experiment, capsys):
    (experiment / "more.yaml").write_text("seeds: [0, 5]\nrecipes: {another: {steps: 0}}\n")
    output = checked(capsys, experiment / "config.yaml", experiment / "more.yaml")
    assert "seeds       0 5\n" in output and "another" in output


def test_check_reports_missing_local_files_with_key_and_remedy(experiment, capsys):
    output = checked(capsys, experiment / "config.yaml")
    assert "missing on disk: 1\n  corpora.local.path: there is no `data of 'ours'/$(touch pwned)" in output
    assert "Correct it, or set data_dir (now `data of 'ours'`) to where the data lie." in output


def test_check_refuses_a_bad_config_with_all_its_faults(experiment):
    (experiment / "more.yaml").write_text("recipies: {}\nencoder: {heads: three}\n")
    with pytest.raises(SystemExit, match=r"(?s)isogloss check: .*encoder\.heads: 'three' was given.*recipies: unknown key"):
        main(["check", str(experiment / "config.yaml"), str(experiment / "more.yaml")])


def test_check_lists_what_other_code_made_with_the_line_that_renews_it(experiment, capsys):
    def made(path: str, code: str) -> None:
        (experiment / "results" / path).mkdir(parents=True, exist_ok=True)
        (experiment / "results" / path / "run.json").write_text(json.dumps({"code": code}))

    for stage, path in (("pretrain", "models/mlm/0"), ("pretrain", "models/mlm/1"), ("finetune", "finetuned/udpos/zero_shot/tlm/0")):
        made(path, code_hash(stage))
    assert "other code" not in checked(capsys, experiment / "config.yaml")
    made("models/mlm/1", "0" * 64)
    made("finetuned/udpos/zero_shot/tlm/0", code_hash("pretrain"))
    output = checked(capsys, experiment / "config.yaml")
    assert "made by other code than today's" in output
    assert output.rstrip().endswith("--forcerun results/models/mlm/1 results/finetuned/udpos/zero_shot/tlm/0")


def test_every_trained_model_says_what_code_made_it(tiny_run):
    runs = list(tiny_run.path("models").glob("*/*/run.json")) + list(tiny_run.path("finetuned").glob("*/*/*/*/run.json"))
    assert len(runs) == 6 + 6 + 3 and all(re.fullmatch("[0-9a-f]{64}", json.loads(run.read_text())["code"]) for run in runs)


def test_check_counts_what_is_there_already(tiny_run, capsys):
    output = checked(capsys, tiny_run.directory / "config.yaml")
    assert re.search(r"models +6 wanted, 6 there already", output) and "missing on disk: nothing" in output


# ------------------------------------------------------------------------------------------------------------------- show


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("raw/world", ["raw: ", "settings: {", "mono/de.txt"]),
        (
            "mono/de.parquet",
            [
                "rows, cleaned of alignment/sentences.txt, bli/sentences.txt, bucc/sentences.txt, pawsx/sentences.txt, "
                "tatoeba/sentences.txt, udpos/sentences.txt, xquad/sentences.txt",
                "corpus",
                "read",
                "kept",
                "duplicate",
                "world/de-en",
            ],
        ),
        ("bitext/de-en.parquet", ["bitext: ", "local", "world/de-en"]),
        ("taskdata/udpos", ["taskdata: ", "test/de.jsonl:", '"tags"']),
        ("alignments/hmm/de-en.parquet", ["alignments: ", " candidates of hmm {", '"stem": 5', "\n  ["]),
        ("alignments/hmm/test/de.parquet", ["alignments: 15 rows"]),
        ("links/hmm/de-en.parquet", ["links: ", " units", "\tunits "]),
        ("dictionaries/found/de-en.parquet", ["dictionary: ", " train, "]),
        ("taskdata/alignment", ["taskdata: ", "test/de.jsonl:", '"sure"']),
        ("predictions/alignment/no_train/inter/0", ["predictions: ", 'recipe: "inter"', "de.jsonl:", '"pred"']),
        ("scores/alignment/no_train/hmm/0.json", ["scores: alignment, no_train, recipe hmm, seed 0", "aer", "average"]),
        ("taskdata/tatoeba", ["taskdata: ", "test/de.query.jsonl:"]),
        ("vocab/spm", ["vocab: ", "size: 300", "tokenizer.json"]),
        ("tokens/spm/mono/de", ["tokens: ", "de: ", "sentences", "/0 "]),
        ("tokens/spm/bitext/de-en", ["de: ", "en: "]),
        ("models/mlm/0", ["model: ", "# mlm, seed 0", "last lines of log.jsonl:", '"step":4']),
        ("models/random/0", ["model: ", "random initialisation"]),
        ("features/udpos/spm/64", ["features: ", 'rows: {"dev"', "test/de: ", " rows, ", "; ends ids", "\n    0 "]),
        ("features/xquad/spm/64-16-24", ["translated/de: ", "begin end ends first ids last record types"]),
        ("finetuned/udpos/zero_shot/mlm/0", ["finetuned: ", "model.safetensors", "last lines of log.jsonl:", '"dev/en/chunk_f1"']),
        ("finetuned/pawsx/probe/mlm/0", ["finetuned: ", "probe.safetensors"]),
        ("predictions/bucc/no_train/mlm/0", ["predictions: ", "de.jsonl:", '"centred":false']),
        ("xtreme/mlm/0", ["xtreme: ", 'recipe: "mlm"', "missing: {", "predictions/xquad/test-de.json"]),
        ("predictions/udpos/zero_shot/mlm/0", ["predictions: ", "de.jsonl:", '"pred"']),
        ("predictions/tatoeba/no_train/trivial/0", ["predictions: ", 'recipe: "trivial"']),
        ("scores/udpos/zero_shot/mlm/0.json", ["scores: udpos, zero_shot, recipe mlm, seed 0", "language", "chunk_f1", "average"]),
        ("scores/tatoeba/no_train/linked/1.json", ["accuracy_en_centred", "accuracy_en by layer (headline layer 1):\nde  "]),
        ("scores/bli/no_train/mlm/0.json", ["static_p1", "p1 by layer (headline layer 1):\nde  "]),
        ("scores/pawsx/probe/mlm/0.json", ["selection source_dev, strictly zero-shot", "accuracy by layer (headline layer 1):\nde  "]),
        ("scores/xquad/translate_train_all/mlm/0.json", ["selection per_language_dev, not strictly zero-shot", "\nlanguage"]),
        ("scores/bucc/no_train/mlm/0.json", ["threshold of de from dev: dev ", ", test_centred "]),
        ("tables/xtreme.md", ["XTREME, zero_shot", "| recipe "]),
        ("tables/main.md", ["| recipe ", "| trivial ", "udpos, zero_shot: chunk_f1"]),
        ("tables/main.csv", ["trivial"]),
        ("models/mlm/0/run.json", ['"code"']),
        ("models/mlm/0/artifact.json", ['"recipe": "mlm"']),
        ("models/mlm/0/log.jsonl", ['"step":2']),
        ("logs/pretrain/mlm/0.log", ["step 4/4"]),
    ],
)
def test_everything_made_has_a_text_form(path, expected, tiny_run):
    text = shown(tiny_run.path(path))
    assert all(part in text for part in expected), text


def test_links_and_dictionaries_have_a_text_form(tmp_path):
    with ParquetWriter(tmp_path / "links.parquet", "links") as writer:
        writer.append(([0, 1, 2], [1, 0, 0], [0, 0, 1, 1, 1, 2, 0, 0]))
        writer.append(([], [], []))
        writer.summary = {"linked": 1, "unlinked": {"empty": 1}, "links": 3, "units": 2, "derived": {"en_x": [{"invert": {}}]}}
    assert shown(tmp_path / "links.parquet").splitlines() == [
        "links: 2 rows, 1 of them with 3 links and 2 units",
        "en_x is en after invert",
        "without links: 1 empty",
        "  0-1 1-0 2-0\tunits 0-1 1..2-0..0",
        "  \tunits ",
    ]
    with ParquetWriter(tmp_path / "dictionary.parquet", "dictionary") as writer:
        writer.append(("Bank", "bank", 2, 0.5, 1.0, "held_out"))
        writer.summary = {"splits": {"train": 0, "held_out": 1}}
    expected = ["dictionary: 1 rows, 0 train, 1 held_out", "  Bank\tbank\t2\t0.5\t1.0\theld_out"]
    assert shown(tmp_path / "dictionary.parquet").splitlines() == expected


def test_a_fine_tuning_of_several_models_shows_whose_each_is(tmp_path):
    with atomic_directory(tmp_path / "x", "finetuned") as (directory, manifest):
        for name in ("de-3", "en-2"):
            (directory / name).mkdir()
            (directory / name / "model.safetensors").write_bytes(b"123")
        write_jsonl(directory / "log.jsonl", [{"lang": "de", "step": step} for step in range(5)])
        manifest.update(task="xnli", models={"de": "de-3", "en": "en-2"}, strictly_zero_shot=False)
    lines = shown(tmp_path / "x").splitlines()
    assert '  models: {"de": "de-3", "en": "en-2"}' in lines and "  de-3/model.safetensors  3 bytes" in lines
    assert lines[-3:] == ["last lines of log.jsonl:", '  {"lang":"de","step":3}', '  {"lang":"de","step":4}']


def test_scores_of_mining_and_of_layers_show_what_they_are_read_at(tmp_path):
    part = {"metrics": {"f1": 50.0}, "counts": {}, "threshold": {"dev": 1.25, "test": 1.5}, "threshold_from": "dev"}
    about = {"task": "bucc", "setting": "no_train", "recipe": "mlm", "seed": 0, "headline": "f1", "average": {"f1": 50.0}}
    write_json(tmp_path / "bucc.json", "scores", {**about, "languages": {"de": part}, "selection": None})
    assert shown(tmp_path / "bucc.json").splitlines()[1:] == [
        "language     f1",
        "de        50.00",
        "average   50.00",
        "threshold of de from dev: dev 1.2500, test 1.5000",
    ]
    layered = {"layers": {"de": {"p1": [1.0, 2.0, 33.3]}}, "headline_layer": 1, "headline": "static_p1", "task": "bli"}
    metrics = {"static_p1": 4.0, "p1": 2.0}
    write_json(tmp_path / "bli.json", "scores", {**about, "languages": {"de": {"metrics": metrics}}, "average": metrics, **layered})
    assert shown(tmp_path / "bli.json").splitlines()[-2:] == ["p1 by layer (headline layer 1):", "de  1.00  2.00  33.30"]


def test_the_drop_table_adds_up(tiny_run):
    lines = shown(tiny_run.path("mono/de.parquet"), rows=0).splitlines()
    header, *table = [line.split() for line in lines[1:]]
    for row in table:
        counts = dict(zip(header[-(len(row) - 1) :], (int(cell.replace(",", "")) for cell in row[1:]), strict=True))
        assert sum(counts.values()) == 2 * int(row[1].replace(",", ""))
    assert int(lines[0].split()[1]) == sum(int(row[2]) for row in table)


def test_the_number_of_rows_is_as_asked(tiny_run):
    sizes = {rows: len(shown(tiny_run.path("bitext/de-en.parquet"), rows).splitlines()) for rows in (0, 1, 5)}
    assert sizes[5] - sizes[0] == 5 and sizes[1] - sizes[0] == 1


@pytest.mark.parametrize(
    "path",
    [
        "",
        "models",
        "models/mlm",
        "nowhere",
        "figures/loss.png",
        "tokens/spm/mono/de/ids.bin",
        "vocab/spm/tokenizer.json",
        "models/mlm/0/config.json",
    ],
)
def test_what_has_no_text_form_is_refused_by_name(path, tiny_run):
    with pytest.raises(IsoglossError) as caught:
        shown(tiny_run.path(path))
    assert str(caught.value).startswith(str(tiny_run.path(path)))


@pytest.mark.parametrize("name", ["x.parquet", "x.json", "x/artifact.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\x00", b"PAR1", b'{"kind": "scores"}', b'{"kind": "unheard of"}'])
def test_damaged_things_are_refused(name, content, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(IsoglossError):
        shown(path.parent if name.endswith("artifact.json") else path)
