"""The training loop: it learns, it can be killed at any moment without a trace in the result, and it says what it did."""

import json
import os
import signal
import subprocess
import time

import pytest
import torch
from safetensors.torch import load_file

from isogloss import checkpoint, pretrain, publish, training_log
from isogloss.artifacts import read_directory, read_jsonl
from isogloss.batch import Layout, SpecialIds
from isogloss.device import bf16_pays
from isogloss.errors import IsoglossError
from isogloss.objectives import load_objective
from isogloss.pretrain import STOPPED
from isogloss.rows import Rows
from isogloss.schedule import warmup_decay
from isogloss.streams import Part, Stream
from isogloss.tokens import open_tokens
from toy import ENCODER, ENVIRONMENT, ROOT, die, in_child, isogloss, recipe, train


def weights(model):
    return (model / "model.safetensors").read_bytes()


def run_of(model):
    return json.loads((model / "run.json").read_text())


def steps_logged(model):
    return [record["step"] for record in read_jsonl(model / "log.jsonl")]


TIMES = {"seconds", "tokens_per_second", "tokens_per_second_overall", "mfu", "waited", "memory_gb"}


def losses(model):
    """The log without what depends on the machine's mood."""
    return [{key: value for key, value in record.items() if key not in TIMES} for record in read_jsonl(model / "log.jsonl")]


def states(where):
    return sorted(path.name for path in (where / "checkpoints").glob("step-*.pt"))


# ----------------------------------------------------------------------------------------------------------------- learning


def test_loss_falls_below_what_frequencies_alone_give(toy, tmp_path):
    spec = recipe({"mlm": {}}, steps=300, batch_tokens=512, log_every=30, encoder={"dropout": 0.0}, learning_rate=1e-2)
    model = train(toy, spec, tmp_path, steps=None)
    log = read_jsonl(model / "log.jsonl")
    assert log[-1]["loss/mlm"] < run_of(model)["unigram_entropy"]["all"] < log[0]["loss/mlm"]


def test_loss_is_the_weighted_sum_of_the_objectives(trained):
    for record in read_jsonl(trained / "log.jsonl"):
        assert record["loss"] == pytest.approx(record["loss/mlm"] + 0.5 * record["loss/tlm"], abs=1e-5)


def test_same_seed_same_bytes_and_another_seed_others(toy, trained, tmp_path):
    assert weights(train(toy, recipe(), tmp_path / "again")) == weights(trained)
    assert weights(train(toy, recipe(seed=1), tmp_path / "other")) != weights(trained)


def test_cadence_of_checkpoints_and_log_leaves_no_trace(toy, trained, tmp_path):
    model = train(toy, recipe(), tmp_path / "a", steps=1, keep=1)
    assert weights(model) == weights(trained) and losses(model) == losses(trained)
    assert weights(train(toy, recipe(log_every=5), tmp_path / "b", steps=None)) == weights(trained)


def test_no_two_draws_of_a_training_share_a_seed(toy, tmp_path, monkeypatch):
    seeds, real = [], pretrain._step_seed
    monkeypatch.setattr(pretrain, "_step_seed", lambda *parts: seeds.append(real(*parts)) or seeds[-1])
    train(toy, recipe(steps=5), tmp_path / "0")
    train(toy, recipe(steps=5, seed=1), tmp_path / "1")
    assert len(set(seeds)) == len(seeds) == 2 * 5  # seeds x steps; what is hidden follows from the tokens' own numbers


@pytest.mark.parametrize(("last", "warmup"), [(100, 0.1), (100, 0.0), (100, 1.0), (7, 0.3), (1, 0.1)])
def test_learning_rate_rises_to_its_peak_and_falls_to_zero(last, warmup):
    factors = [warmup_decay(step, last, warmup) for step in range(last)]
    assert warmup_decay(last, last, warmup) == 0  # what a scheduler asks for after the last step
    peak = factors.index(max(factors))
    assert max(factors) == pytest.approx(1) and min(factors) > 0
    assert factors[: peak + 1] == sorted(factors[: peak + 1]) and factors[peak:] == sorted(factors[peak:], reverse=True)
    assert peak == max(1, round(warmup * last)) - 1
    if peak < last - 1:
        assert factors[-1] <= 1 / (last - max(1, round(warmup * last)))


# ---------------------------------------------------------------------------------------------------------- killed at any moment


def on_call(owner, name, number, act):
    """Let `act` happen instead of the number-th call of a function."""
    real, calls = getattr(owner, name), []

    def counted(*arguments, **options):
        calls.append(1)
        if len(calls) == number:
            act(*arguments, **options)
        return real(*arguments, **options)

    setattr(owner, name, counted)


def in_step(number, act):
    """Let `act` happen in that step, counted from 1."""
    on_call(pretrain.nn.utils, "clip_grad_norm_", number, act)


def half_a_state(state, path):
    path.write_bytes(b"PK\3\4 half")
    die()


def torn_line(kept, record):
    with kept.log.open("a") as file:
        file.write(json.dumps(dict(record))[:30])
    die()


MOMENTS = {
    "before the first state": lambda: in_step(3, die),
    "between log and state": lambda: on_call(checkpoint.Checkpoints, "save", 2, die),
    "while the first state is written": lambda: on_call(checkpoint.torch, "save", 1, half_a_state),  # in its thread, a step later
    "while the second state is written": lambda: on_call(checkpoint.torch, "save", 2, half_a_state),
    "while a log line is written": lambda: on_call(checkpoint.Checkpoints, "append_log", 3, torn_line),
    "after the last log line": lambda: on_call(pretrain, "_check_weights", 3, die),
    "while the model is written": lambda: on_call(publish, "copy_tokenizer", 1, die),
    "after publishing": lambda: on_call(checkpoint.Checkpoints, "clear", 1, die),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_training_ends_as_if_never_killed(toy, trained, tmp_path, moment):
    def killed():
        MOMENTS[moment]()
        train(toy, recipe(), tmp_path)

    assert in_child(killed) == -signal.SIGKILL
    assert (tmp_path / "model").exists() == (moment == "after publishing")
    model = train(toy, recipe(), tmp_path)
    assert weights(model) == weights(trained) and losses(model) == losses(trained)
    ours, theirs = run_of(model), run_of(trained)
    assert ours["resumed"] == (moment not in ("before the first state", "while the first state is written"))
    assert all(ours[key] == theirs[key] for key in ("tokens", "cells", "sequences", "flops", "spec", "inputs", "code"))
    assert {path.name for path in tmp_path.iterdir()} == {"model", "checkpoints"}  # what it was writing is swept away
    assert {path.name for path in (tmp_path / "checkpoints").iterdir()} == {"lock", "log.jsonl"}


def test_a_training_killed_over_and_over_ends_as_if_never_killed(toy, trained, tmp_path):
    def killed():
        on_call(training_log.Window, "means", 2, die)
        train(toy, recipe(), tmp_path, steps=1)

    assert [in_child(killed) for _ in range(3)] == [-9] * 3
    model = train(toy, recipe(), tmp_path, steps=1)
    assert weights(model) == weights(trained) and losses(model) == losses(trained) and run_of(model)["resumed"] == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGINT])
def test_a_signal_stops_after_a_state_and_the_next_run_goes_on(toy, trained, tmp_path, number):
    def stopped():
        in_step(6, lambda *_: os.kill(os.getpid(), number))
        train(toy, recipe(), tmp_path, steps=None)

    assert in_child(stopped) == STOPPED == 75
    assert states(tmp_path) == ["step-0000000006.pt"] and not (tmp_path / "model").exists()
    model = train(toy, recipe(), tmp_path, steps=None)
    assert weights(model) == weights(trained) and losses(model) == losses(trained)


def test_a_signal_in_the_last_step_loses_nothing(toy, trained, tmp_path):
    def stopped():
        in_step(12, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        train(toy, recipe(), tmp_path)

    assert in_child(stopped) == STOPPED
    model = train(toy, recipe(), tmp_path)
    assert weights(model) == weights(trained) and losses(model) == losses(trained)


def test_handlers_of_signals_are_given_back(trained):
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def interrupted(toy, where, spec=None):
    """A training that is killed in its ninth step, with a state every 4 steps, once the second is on disk."""

    def die_after_the_state(*_):
        while not (where / "checkpoints" / "step-0000000008.pt").exists():
            time.sleep(0.01)
        die()

    def killed():
        in_step(9, die_after_the_state)
        train(toy, spec or recipe(), where)

    assert in_child(killed) == -signal.SIGKILL


def test_a_damaged_newest_state_falls_back_to_the_one_before(toy, trained, tmp_path, capfd):
    interrupted(toy, tmp_path)
    assert states(tmp_path) == ["step-0000000004.pt", "step-0000000008.pt"]
    newest = tmp_path / "checkpoints" / "step-0000000008.pt"
    newest.write_bytes(newest.read_bytes()[:-500])
    model = train(toy, recipe(), tmp_path)
    assert "passed over" in capfd.readouterr().err
    assert weights(model) == weights(trained) and losses(model) == losses(trained)


@pytest.mark.parametrize("change", [{"steps": 11}, {"learning_rate": 4e-3}, {"seed": 1}, {"objectives": {"mlm": {"weight": 2}}}], ids=str)
def test_states_of_other_settings_are_ignored(toy, tmp_path, change):
    interrupted(toy, tmp_path)
    model = train(toy, recipe(**change), tmp_path)
    assert run_of(model)["resumed"] == 0
    assert weights(model) == weights(train(toy, recipe(**change), tmp_path / "fresh")) and losses(model) == losses(
        tmp_path / "fresh" / "model"
    )


def test_states_of_other_data_are_ignored(toy, tmp_path, monkeypatch):
    interrupted(toy, tmp_path, recipe({"mlm": {}}))
    fewer = {language: path for language, path in toy.mono().items() if language != "de"}
    monkeypatch.setattr(type(toy), "mono", lambda self: fewer)
    assert run_of(train(toy, recipe({"mlm": {}}), tmp_path))["resumed"] == 0


# ------------------------------------------------------------------------------------------------------------------ refusals


def test_a_loss_that_is_not_finite_stops_with_the_last_good_state(toy, tmp_path):
    def spoil(parameters, limit):
        next(iter(parameters)).data.fill_(float("nan"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretrain.nn.utils, "clip_grad_norm_", pretrain.nn.utils.clip_grad_norm_)  # to be restored
        in_step(6, spoil)
        with pytest.raises(IsoglossError, match=r"not a finite number.*step-0000000004\.pt.*Lower learning_rate"):
            train(toy, recipe(), tmp_path)
    assert not (tmp_path / "model").exists() and states(tmp_path) == ["step-0000000004.pt"]
    good = torch.load(tmp_path / "checkpoints" / "step-0000000004.pt", weights_only=True)
    assert all(value.isfinite().all() for value in good["trainee"].values())


@pytest.mark.parametrize("cadence", [1, 4])
def test_weights_that_are_not_finite_are_never_saved_nor_published(toy, tmp_path, cadence):
    with pytest.raises(IsoglossError, match="not a finite number"):
        train(toy, recipe(learning_rate=1e38, log_every=cadence), tmp_path, steps=cadence)
    assert not (tmp_path / "model").exists()
    for name in states(tmp_path):
        state = torch.load(tmp_path / "checkpoints" / name, weights_only=True)
        assert all(value.isfinite().all() for value in state["trainee"].values())


@pytest.mark.parametrize(
    ("objectives", "message"),
    [
        ({"mlm": {"rte": 0.15}}, r"objective mlm: got an unexpected keyword argument 'rte'\. allowed: weight, rate, keep, random"),
        ({"tlm": {"reset": True}}, "objective tlm: .*allowed: weight, separators, reset_positions"),
    ],
)
def test_an_unknown_option_of_an_objective_is_refused(toy, tmp_path, objectives, message):
    with pytest.raises(IsoglossError, match=message):
        train(toy, recipe(objectives), tmp_path)


def test_a_budget_that_holds_no_row_is_refused(toy, tmp_path):
    with pytest.raises(IsoglossError, match=r"objective mlm: pretrain.batch_tokens: less than one row per objective\. a row has 32 cells"):
        train(toy, recipe(batch_tokens=63), tmp_path)


def test_tokens_of_another_vocab_are_refused(toy, tmp_path):
    import shutil

    store = tmp_path / "en"
    shutil.copytree(toy.mono()["en"], store)
    manifest = json.loads((store / "artifact.json").read_text())
    (store / "artifact.json").write_text(json.dumps(manifest | {"vocab": "0" * 64}))
    options = {"bitext": {}, "init": None, "threads": 1, "minutes": 1.0, "steps": None, "keep": 1}
    with pytest.raises(IsoglossError, match="Tokenise again"):
        pretrain.pretrain(
            recipe({"mlm": {}}), vocab=toy.vocab, mono={"en": store}, checkpoints=tmp_path / "ck", out=tmp_path / "m", **options
        )


# ------------------------------------------------------------------------------------------------------------- what is published


def test_zero_steps_publish_the_initial_weights(toy, tokenizer, tmp_path):
    from isogloss.encoder import new_model

    model = train(toy, recipe({}, steps=0), tmp_path)
    torch.manual_seed(0)
    initial = new_model(ENCODER, tokenizer).state_dict()
    published = load_file(model / "model.safetensors")
    assert all(torch.equal(value, initial[name]) for name, value in published.items())
    assert run_of(model)["tokens"] == run_of(model)["flops"] == 0 and steps_logged(model) == []
    assert weights(model) == weights(train(toy, recipe(steps=0), tmp_path / "with objectives"))


def test_a_recipe_starts_from_a_published_one(toy, trained, tmp_path):
    copied = train(toy, recipe({}, steps=0), tmp_path / "copied", init=trained)
    assert weights(copied) == weights(trained)
    continued = train(toy, recipe({"tlm": {}}), tmp_path / "continued", init=trained)
    assert weights(continued) != weights(trained)
    assert run_of(continued)["inputs"]["init"] != run_of(train(toy, recipe({"tlm": {}}), tmp_path / "b", init=copied))["inputs"]["init"]


def test_a_recipe_starts_from_a_foreign_checkpoint(toy, tokenizer, tmp_path):
    from isogloss.encoder import new_model

    new_model(ENCODER | {"architecture": "bert"}, tokenizer).save_pretrained(tmp_path / "theirs")
    copied = train(toy, recipe({}, steps=0), tmp_path / "copied", init=str(tmp_path / "theirs"))
    ours, theirs = load_file(copied / "model.safetensors"), load_file(tmp_path / "theirs" / "model.safetensors")
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert steps_logged(train(toy, recipe(), tmp_path / "trained", init=str(tmp_path / "theirs"))) == [3, 6, 9, 12]


def test_run_json_tells_what_ran(toy, trained):
    run = run_of(trained)
    assert run["spec"] == recipe() and run["steps"] == 12 and run["threads"] == 1 and run["resumed"] == 0
    assert (
        run["cells"] > run["tokens"] > run["sequences"] > 0 and run["seconds"] > 0 and run["flops"] > 0 and run["device"] in ("cpu", "cuda")
    )
    assert {"torch", "transformers", "tokenizers", "numpy", "python", "isogloss"} <= run["versions"].keys() and "commit" in run
    assert run["inputs"].keys() == {"vocab", *(f"mono/{name}" for name in toy.mono()), *(f"bitext/{name}" for name in toy.bitext())}
    assert run["inputs"]["mono/en"] == {".": read_directory(toy.mono()["en"], "tokens")["stores"]["."]["sha256"]}
    assert read_directory(trained, "model")["recipe"] == "toy"


def test_tokens_in_run_json_are_those_that_were_read(toy, trained, tokenizer):
    tokens = sequences = 0
    for stores, name in ((toy.mono(), "mlm"), (toy.bitext(), "tlm")):
        layout = load_objective(name)().layout(Layout(SpecialIds.of(tokenizer), 32, 32))
        stream = Stream(
            [Part(part, open_tokens(path)) for part, path in sorted(stores.items())], layout=layout, batch_rows=4, alpha=0.3, seed=0
        )
        rows = Rows(stream.parts, layout, ["de", "en", "zh"], torch.device("cpu"), 0)
        for _ in range(12):
            batch = rows.batch(stream.next_batch())
            tokens, sequences = tokens + int(batch.tokens), sequences + batch.sequences
    run = run_of(trained)
    assert (run["tokens"], run["sequences"], run["cells"]) == (tokens, sequences, 12 * 8 * 32)
    assert read_jsonl(trained / "log.jsonl")[-1]["tokens"] == tokens


def test_the_log_has_every_line_once(trained):
    assert steps_logged(trained) == [3, 6, 9, 12]
    for record in read_jsonl(trained / "log.jsonl"):
        assert record.keys() >= {"tokens", "learning_rate", "loss", "loss/mlm", "loss/tlm", "accuracy/mlm", "gradient_norm", "padding"}
        assert record.keys() >= TIMES and 0 < record["padding"] < 0.3 and record["memory_gb"] > 0.1


def test_the_model_card_is_readable_by_the_hub(trained):
    import yaml

    _, head, body = (trained / "README.md").read_text().split("---\n", 2)
    assert yaml.safe_load(head)["language"] == ["de", "en", "zh"] and "mlm (weight 1), tlm (weight 0.5)" in body


def test_objectives_are_not_published(trained):
    assert all(name.startswith(("roberta.", "lm_head.")) for name in load_file(trained / "model.safetensors"))


@pytest.mark.skipif(not bf16_pays(torch.device("cpu")), reason="the processor does not compute in bf16")
def test_bf16_trains_like_fp32_and_publishes_fp32(toy, tmp_path):
    half, whole = (train(toy, recipe(precision=precision), tmp_path / precision) for precision in ("bf16", "fp32"))
    assert weights(half) != weights(whole) and {value.dtype for value in load_file(half / "model.safetensors").values()} == {torch.float32}
    for rough, exact in zip(read_jsonl(half / "log.jsonl"), read_jsonl(whole / "log.jsonl"), strict=True):
        assert rough["loss"] == pytest.approx(exact["loss"], rel=0.02)
    assert weights(train(toy, recipe(precision="auto"), tmp_path / "auto")) == weights(half)


# ------------------------------------------------------------------------------------------------------------------ variants

VARIANTS = {
    "all objectives": {"objectives": {"mlm": {}, "tlm": {}, "camlm": {}, "contrast": {}}, "batch_tokens": 512},
    "muon": {"optimizer": "muon"},
    "long rows": {"row_length": 64},
    "trimmed": {"encoder": {"trim": True}},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_ends_as_if_never_killed(toy, trained, tmp_path, variant):
    options = dict(VARIANTS[variant])
    spec, init = recipe(options.pop("objectives", None), **options), trained if variant == "trimmed" else None

    def killed():
        in_step(9, die)
        train(toy, spec, tmp_path / "killed", init=init)

    assert in_child(killed) == -signal.SIGKILL
    resumed, whole = (train(toy, spec, tmp_path / name, init=init) for name in ("killed", "whole"))
    assert run_of(resumed)["resumed"] == 1 and weights(resumed) == weights(whole) and losses(resumed) == losses(whole)
    assert weights(whole) != weights(trained)


def test_a_trimmed_training_publishes_the_whole_vocabulary(toy, tokenizer, trained, tmp_path, monkeypatch):
    monkeypatch.setattr(type(toy), "mono", lambda self: {"en": self.root / "tokens" / "en"})
    model = train(toy, recipe({"mlm": {}}, encoder={"trim": True}), tmp_path, init=trained)
    before, after = (load_file(where / "model.safetensors")["roberta.embeddings.word_embeddings.weight"] for where in (trained, model))
    (store,) = open_tokens(toy.mono()["en"])
    used = torch.zeros(len(tokenizer), dtype=torch.bool)
    used[torch.from_numpy(store.ids[:].astype("int64"))] = True
    same = (before == after).all(1)
    assert before.shape == after.shape == (len(tokenizer), 32) and not same[used].any() and same[~used].sum() > 20  # the Chinese ones
    assert used.sum() <= run_of(model)["vocabulary_used"] < len(tokenizer)
    (tmp_path / "sentences.txt").write_text("狗跑\n房子大\n", encoding="utf-8")
    more = train(toy, recipe({"mlm": {}}, encoder={"trim": True}), tmp_path / "more", init=trained, evaluation=[tmp_path / "sentences.txt"])
    after = load_file(more / "model.safetensors")["roberta.embeddings.word_embeddings.weight"]
    kept = ~(before == after).all(1)
    assert all(kept[tokenizer.convert_tokens_to_ids(piece)] for piece in tokenizer.tokenize("房子大")) and not kept.all()
    assert "vocabulary_used" not in run_of(trained)


def test_tracking_and_tracing_leave_their_files_and_no_trace_in_the_model(toy, trained, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    model = train(toy, recipe(), tmp_path, tensorboard=tmp_path / "board", profile=tmp_path / "trace")
    assert weights(model) == weights(trained)
    events = EventAccumulator(str(tmp_path / "board")).Reload()
    assert [event.step for event in events.Scalars("loss/tlm")] == [3, 6, 9, 12]
    assert json.loads((tmp_path / "trace" / "trace.json").read_text())["traceEvents"]


# ------------------------------------------------------------------------------------------------------------ as a command


def command(toy, where, spec):
    files = {"vocab": toy.vocab, "checkpoints": where / "checkpoints", "out": where / "model", "every-steps": 1, "spec": json.dumps(spec)}
    options = [item for name, value in files.items() for item in (f"--{name}", value)]
    return isogloss("pretrain", *options, "--mono", *toy.mono().values(), "--bitext", *toy.bitext().values())


def test_the_command_survives_sigterm_and_sigkill(toy, tmp_path):
    spec = recipe(steps=100, log_every=1)
    for number, status in ((signal.SIGTERM, 75), (signal.SIGKILL, -9)):
        before = set(states(tmp_path)) if (tmp_path / "checkpoints").is_dir() else set()
        job = subprocess.Popen(command(toy, tmp_path, spec), env=ENVIRONMENT, cwd=ROOT, stderr=subprocess.DEVNULL)
        while job.poll() is None and not ((tmp_path / "checkpoints").is_dir() and set(states(tmp_path)) - before):
            time.sleep(0.01)
        job.send_signal(number)
        assert job.wait(60) == status
    model = train(toy, spec, tmp_path)
    whole = train(toy, spec, tmp_path / "whole", steps=None)
    assert run_of(model)["resumed"] == 2
    assert weights(model) == weights(whole) and losses(model) == losses(whole)


def test_the_command_ends_with_one_paragraph_on_divergence(toy, tmp_path):
    spec = recipe(learning_rate=1e30)
    done = subprocess.run(command(toy, tmp_path, spec), env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "not a finite number" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "model").exists()


def test_a_second_process_is_refused(toy, tmp_path):
    with (
        checkpoint.Checkpoints(tmp_path / "checkpoints", "any", keep=1, warn=print),
        pytest.raises(IsoglossError, match="another process is training here"),
    ):
        train(toy, recipe(), tmp_path)
