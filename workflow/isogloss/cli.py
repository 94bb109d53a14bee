"""The command line: one verb a stage, explicit files in and out, and a few verbs for people (check, show, schema).

Stages import what they need when they run, so `isogloss --help` and the text stages never load torch.
"""

import argparse
import contextlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from .errors import IsoglossError


def main(arguments: list[str] | None = None) -> None:
    """Run one command; bad input ends in one paragraph on stderr and exit code 1."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    try:
        with _closed_pipe_is_fine():
            options.run(options)
    except IsoglossError as error:
        sys.exit(f"isogloss {options.verb}: {error}")
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        sys.exit(f"isogloss {options.verb}: {named}{error.strerror or error}. Nothing half-made was kept; mend the cause and run again.")


@contextlib.contextmanager
def _closed_pipe_is_fine():
    """`isogloss show X | head` is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="isogloss", description="Pre-train, fine-tune and compare cross-lingually aligned encoders.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    def stage(name: str, run: Any, about: str, *files: str) -> argparse.ArgumentParser:
        """A verb with `--spec` (the job's slice of the config, as JSON) and one required path per name in `files`."""
        sub = verb(name, run, about)
        sub.add_argument("--spec", type=_spec, default=Spec(), help="settings as JSON")
        for file in files:
            sub.add_argument(f"--{file}", type=Path, required=True)
        return sub

    check = verb("check", _check, "Validate a config and print what it would train, what that costs and what is missing on disk.")
    check.add_argument("config", nargs="*", default=["config.yaml"], help="config files, laid over each other (default: config.yaml)")
    show = verb("show", _show, "Print any artifact as text.")
    show.add_argument("path", type=Path)
    show.add_argument("--rows", type=_rows, default=10, help="how many rows of a long one")
    verb("schema", _schema, "Print the JSON Schema of config.yaml.")

    stage("fetch", _fetch, "Download a row of corpora.tsv.", "out")
    stage("miniworld", _miniworld, "Generate the embedded mini-world.", "out")
    taskdata = stage("taskdata", _taskdata, "Convert a published evaluation set.", "out")
    taskdata.add_argument("--source", type=Path, nargs="+", required=True, help="directories of its files, or of archives with them")
    taskdata.add_argument("--task", required=True)
    for name in ("mono", "bitext"):
        text = stage(name, _text, f"Clean corpora into one {name} artifact.", "out")
        text.add_argument("--lang" if name == "mono" else "--pair", dest="name", required=True)
        text.add_argument("--evaluation", type=Path, nargs="*", default=[], help="task data whose sentences are kept out")
    derive = stage("derive", _derive, "Make the text of derived languages from that of their bases.", "text", "out")
    made = derive.add_mutually_exclusive_group(required=True)
    made.add_argument("--lang")
    made.add_argument("--pair")
    align = stage("align", _align, "Align the words of a bitext.", "bitext", "out")
    align.add_argument("--pair", required=True)
    test = stage("align_test", _align_test, "Align the test sentences of the task `alignment`, learning from a bitext.", "taskdata", "out")
    test.add_argument("--lang", required=True)
    test.add_argument("--bitext", type=Path, nargs="?", help="for an aligner without a model")
    for sub in (align, test):
        sub.add_argument("--model", nargs="?", default="", const="", help="checkpoint directory or name, for an aligner with one")
        sub.add_argument("--state", type=Path, help="directory from which a long alignment goes on")
    aligned = stage(
        "aligned_test", _aligned_test, "Make predictions of the task `alignment` from aligned test sentences.", "taskdata", "out"
    )
    aligned.add_argument("--alignments", type=Path, nargs="+", required=True, help="{lang}.parquet of each language")
    links = stage("links", _links, "Find the word links of a bitext, or derive them from those of its bases.", "bitext", "out")
    links.add_argument("--dictionary", type=Path, nargs="?", help="whose pairs are linked")
    links.add_argument("--alignments", type=Path, nargs="?", help="what an aligner found, to be symmetrised")
    links.add_argument(
        "--base", type=Path, nargs="?", help="of a pair with derived languages: the links of its bases; --bitext is their text"
    )
    dictionary = stage("dictionary", _dictionary, "Make the dictionary of a pair, or derive it from its bases.", "out")
    dictionary.add_argument(
        "--base", type=Path, help="of a pair with derived languages: their dictionary, or the mono text of the one base"
    )
    dictionary.add_argument("--bitext", type=Path, nargs="?", help="of a dictionary that is induced from links")
    dictionary.add_argument("--links", type=Path, nargs="?", help="of a dictionary that is induced from links")
    samples = stage("samples", _samples, "Make the word-positioned samples of ML-CTL from links.", "bitext", "links", "vocab", "out")
    samples.add_argument("--tsv", type=Path, help="the same as text, as ML-CTL's own code reads them")
    coverage = stage("coverage", _coverage, "Tell how much of a text dictionaries cover.", "md", "csv")
    coverage.add_argument("--dictionaries", type=Path, nargs="+", required=True, help="dictionaries/{name}/{pair}.parquet")
    coverage.add_argument("--texts", type=Path, nargs="+", required=True, help="bitext/{pair}.parquet or mono/{lang}.parquet")
    for sub in (links, dictionary, samples):
        sub.add_argument("--pair", required=True)
    for sub in (taskdata, derive, links):
        sub.add_argument("--tagged", type=Path, nargs="?", help="udpos task data, for the step that needs parts of speech")
    stage("vocab", _vocab, "Train a vocabulary, or adopt a tokenizer.", "out").add_argument("--mono", type=Path, nargs="*", default=[])
    tokens = stage("tokens", _tokens, "Tokenise a mono or bitext artifact.", "text", "vocab", "out")
    which = tokens.add_mutually_exclusive_group(required=True)
    which.add_argument("--lang")
    which.add_argument("--pair")
    pretrain = stage("pretrain", _pretrain, "Pre-train a recipe; goes on from its checkpoints.", "vocab", "checkpoints", "out")
    pretrain.add_argument("--mono", type=Path, nargs="*", default=[])
    pretrain.add_argument("--bitext", type=Path, nargs="*", default=[])
    pretrain.add_argument("--links", type=Path, nargs="*", default=[])
    pretrain.add_argument("--dictionary", type=Path, nargs="*", default=[])
    pretrain.add_argument("--init", nargs="?", default="", const="", help="checkpoint directory or name to start from")
    pretrain.add_argument("--every-minutes", type=float, default=10.0, help="between checkpoints")
    pretrain.add_argument("--every-steps", type=int, help="between checkpoints")
    pretrain.add_argument("--keep", type=int, default=2, help="checkpoints on disk")
    pretrain.add_argument("--evaluation", type=Path, nargs="*", default=[], help="task data whose pieces `trim` keeps")
    pretrain.add_argument("--gpus", type=int, default=1, help="at most so many processes, one on each visible GPU")
    pretrain.add_argument("--parallel", choices=("ddp", "fsdp"), default="ddp", help="how several GPUs share the model")
    pretrain.add_argument("--compile", choices=("auto", "true", "false"), default="auto", help="torch.compile; auto: on a GPU")
    pretrain.add_argument("--chunk-tokens", type=int, help="padded tokens of a step that a process computes at a time; default: all")
    pretrain.add_argument("--tensorboard", type=Path, metavar="DIR", help="write event files")
    pretrain.add_argument("--wandb", metavar="PROJECT", help="report to Weights & Biases")
    pretrain.add_argument("--profile", type=Path, metavar="DIR", help="trace steps 5 to 10")
    stage("features", _features, "Cut task data into the rows of pieces that a model reads.", "taskdata", "vocab", "out")
    stage("finetune", _finetune, "Fine-tune a model on a task.", "model", "taskdata", "features", "out")
    predict = stage("predict", _predict, "Predict all languages of a task.", "model", "taskdata", "out")
    predict.add_argument("--features", type=Path, nargs="?", help="of the test sets, for a fine-tuned model")
    for name in ("pretrain", "finetune", "predict"):
        verbs.choices[name].add_argument("--threads", type=int, default=1)
    stage("trivial", _trivial, "Predict without a model: the baseline row.", "taskdata", "out")
    score = stage("score", _score, "Score predictions; or, with --task alignment, any file of word links.")
    for file in ("taskdata", "predictions", "out"):
        score.add_argument(f"--{file}", type=Path)
    score.add_argument("--task", choices=("alignment",), help="score --links against --gold and print the result")
    score.add_argument("--gold", type=Path, nargs="+", help="X.tsv; X.src-tgt X.gold; X.src-tgt X.pharaoh; or X.SRC X.TGT X.wa")
    score.add_argument("--links", type=Path, help="a line per pair: i-j, from 0, between its tokens")
    stage("table", _table, "Make tables from scores.", "csv", "md", "tex").add_argument("--scores", type=Path, nargs="+", required=True)
    xtreme = stage("xtreme", _xtreme, "Make the tables of XTREME's averages from scores.", "csv", "md", "tex")
    xtreme.add_argument("--scores", type=Path, nargs="+", required=True)
    export = stage("export", _export, "Write the predictions of one model as XTREME takes submissions.", "out")
    export.add_argument("--predictions", type=Path, nargs="+", required=True, help="of one recipe and seed, one directory a task")
    export.add_argument("--taskdata", type=Path, nargs="+", required=True, help="of the same tasks")
    export.add_argument("--scores", type=Path, nargs="*", default=[], help="of mining, for its thresholds")
    figure = stage(
        "figure", _figure, "Draw retrieval or alignment by layer (from scores) or the training loss (from models).", "svg", "png"
    )
    drawn = figure.add_mutually_exclusive_group(required=True)
    drawn.add_argument("--scores", type=Path, nargs="+")
    drawn.add_argument("--models", type=Path, nargs="+")
    return parser


class Spec(dict[str, Any]):
    """The settings of a job."""

    def __missing__(self, key: str) -> Any:
        raise IsoglossError(
            "--spec", f"has no `{key}`", "", "Run the job through Snakemake, or copy its --spec from `snakemake --printshellcmds`"
        )


def _spec(text: str) -> Spec:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise argparse.ArgumentTypeError(f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("is not a JSON object")
    return Spec(value)


def _rows(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("is not a number from 0 up")
    return int(text)


# --------------------------------------------------------------------------------------------------------- for people


def _check(o: argparse.Namespace) -> None:
    from .check import check

    print(check(o.config))


def _show(o: argparse.Namespace) -> None:
    from .show import show

    for line in show(o.path, o.rows):
        print(line)


def _schema(o: argparse.Namespace) -> None:
    from .artifacts import to_json
    from .schema import json_schema

    print(to_json(json_schema()), end="")


# ---------------------------------------------------------------------------------------------------------- the stages


def _fetch(o: argparse.Namespace) -> None:
    from .corpora.fetch import make_raw
    from .corpora.table import TableRow

    row: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in o.spec["row"].items()}
    make_raw(TableRow(**row), o.out)


def _miniworld(o: argparse.Namespace) -> None:
    from .artifacts import atomic_directory
    from .corpora.miniworld import write_world

    settings = {key: value for key, value in o.spec.items() if key != "version"}
    with atomic_directory(o.out, "raw") as (directory, manifest):
        manifest.update(source="miniworld", settings=settings, counts=write_world(directory, **settings))


def _taskdata(o: argparse.Namespace) -> None:
    from .taskdata import make_taskdata

    make_taskdata(o.task, o.source, o.spec["languages"], o.out, derived=o.spec.get("derived"), tagged=o.tagged)


def _text(o: argparse.Namespace) -> None:
    from .clean import CleanSettings
    from .text import make_bitext, make_mono

    make = make_mono if o.verb == "mono" else make_bitext
    evaluation = [path / "sentences.txt" for path in o.evaluation]
    make(o.name, o.spec["corpora"], evaluation, CleanSettings(**o.spec["clean"]), o.out)


def _derive(o: argparse.Namespace) -> None:
    from .derive import make_derived_bitext, make_derived_mono

    if o.lang:
        make_derived_mono(o.lang, o.text, o.spec["derived"], o.out, o.tagged)
    else:
        make_derived_bitext(o.pair, o.text, o.spec["derived"], o.out, o.tagged)


def _align(o: argparse.Namespace) -> None:
    from .aligners.stage import make_alignments

    make_alignments(o.pair, o.bitext, o.spec, o.out, o.model or None, o.state)


def _align_test(o: argparse.Namespace) -> None:
    from .aligners.stage import make_test_alignments

    make_test_alignments(o.lang, o.taskdata, o.bitext, o.spec, o.out, o.model or None, o.state)


def _aligned_test(o: argparse.Namespace) -> None:
    from .aligners.stage import make_test_predictions

    make_test_predictions(o.spec, o.taskdata, {path.stem: path for path in o.alignments}, o.out)


def _links(o: argparse.Namespace) -> None:
    from .links import make_derived_links, make_links

    if "derived" in o.spec:
        make_derived_links(o.pair, o.bitext, o.base, o.spec["derived"], o.out, o.tagged)
    else:
        make_links(o.pair, o.bitext, o.spec, o.out, o.dictionary, o.alignments)


def _dictionary(o: argparse.Namespace) -> None:
    from .dictionaries import make_derived_dictionary, make_dictionary, make_induced_dictionary

    if o.base:
        make_derived_dictionary(o.pair, o.base, o.spec["derived"], o.out)
    elif o.links:
        make_induced_dictionary(o.pair, o.bitext, o.links, o.spec, o.out)
    else:
        make_dictionary(o.pair, o.spec["files"], o.out)


def _samples(o: argparse.Namespace) -> None:
    from .samples import make_samples, write_samples_tsv

    make_samples(o.pair, o.bitext, o.links, o.vocab, o.spec, o.out)
    if o.tsv:
        write_samples_tsv(o.out, o.tsv)


def _coverage(o: argparse.Namespace) -> None:
    from .dictionaries.coverage import make_coverage_table

    dictionaries = {(path.parent.name, path.stem): path for path in o.dictionaries}
    make_coverage_table(dictionaries, {path.stem: path for path in o.texts}, o.md, o.csv)


def _vocab(o: argparse.Namespace) -> None:
    from .vocab import make_vocab

    make_vocab(o.spec, {path.stem: path for path in o.mono}, o.out)


def _tokens(o: argparse.Namespace) -> None:
    from .tokens import make_bitext_tokens, make_mono_tokens

    if o.lang:
        make_mono_tokens(o.lang, o.text, o.vocab, o.out)
    else:
        make_bitext_tokens(o.pair, o.text, o.vocab, o.out)


def _pretrain(o: argparse.Namespace) -> None:
    from .launch import one_process_per_gpu

    one_process_per_gpu(o.gpus)
    from .pretrain import pretrain

    mono, bitext = ({path.name: path for path in paths} for paths in (o.mono, o.bitext))
    cadence = {"minutes": o.every_minutes, "steps": o.every_steps, "keep": o.keep}
    pretrain(
        o.spec,
        vocab=o.vocab,
        mono=mono,
        bitext=bitext,
        links={path.stem: path for path in o.links},
        dictionary={path.stem: path for path in o.dictionary},
        init=o.init or None,
        evaluation=[path / "sentences.txt" for path in o.evaluation],
        checkpoints=o.checkpoints,
        out=o.out,
        threads=o.threads,
        parallel=o.parallel,
        chunk_tokens=o.chunk_tokens,
        compiled={"auto": None, "true": True, "false": False}[o.compile],
        tensorboard=o.tensorboard,
        wandb=o.wandb,
        profile=o.profile,
        **cadence,
    )


def _features(o: argparse.Namespace) -> None:
    from .features import make_features

    make_features(o.spec, taskdata=o.taskdata, vocab=o.vocab, out=o.out)


def _finetune(o: argparse.Namespace) -> None:
    from .finetune import finetune

    finetune(o.spec, model=o.model, taskdata=o.taskdata, features=o.features, out=o.out, threads=o.threads)


def _predict(o: argparse.Namespace) -> None:
    from .predict import predict

    predict(o.spec, model=o.model, taskdata=o.taskdata, features=o.features, out=o.out, threads=o.threads)


def _trivial(o: argparse.Namespace) -> None:
    from .score import make_trivial

    make_trivial(o.spec["task"], o.taskdata, o.spec["seed"], o.spec["setting"], o.spec["languages"], o.out)


def _score(o: argparse.Namespace) -> None:
    from .score import make_scores, score_files

    if o.task:
        if not (o.gold and o.links):
            raise IsoglossError("score --task alignment", "has not both sides", "--gold FILE... --links FILE", "Give both")
        found = score_files(o.gold, o.links)
        print("\n".join(f"{name:10} {value:6.2f}" for name, value in found["metrics"].items()))
        print("\n".join(f"{name:14} {value:>8,}" for name, value in found["counts"].items()))
        return
    if missing := [f"--{name}" for name in ("taskdata", "predictions", "out") if getattr(o, name) is None]:
        raise IsoglossError("score", f"lacks {', '.join(missing)}", "", "Give them, or --task alignment with --gold and --links")
    make_scores(o.spec["task"], o.spec["setting"], o.spec["recipe"], o.spec["seed"], o.taskdata, o.predictions, o.out)


def _table(o: argparse.Namespace) -> None:
    from .report.tables import make_tables

    make_tables(o.scores, o.spec.get("recipes", []), o.csv, o.md, o.tex)


def _xtreme(o: argparse.Namespace) -> None:
    from .report.xtreme import make_xtreme_tables

    make_xtreme_tables(o.scores, o.spec.get("recipes", []), o.csv, o.md, o.tex)


def _export(o: argparse.Namespace) -> None:
    from .artifacts import read_directory, read_json
    from .export import export_xtreme

    taskdata = {read_directory(path, "taskdata")["task"]: path for path in o.taskdata}
    languages = [read_json(path, "scores")["languages"] for path in o.scores]
    thresholds = {
        lang: part["threshold"][part["threshold_from"]] for found in languages for lang, part in found.items() if "threshold" in part
    }
    export_xtreme(o.predictions, taskdata, o.out, thresholds)


def _figure(o: argparse.Namespace) -> None:
    from .report.figures import make_layer_figure, make_model_loss_figure

    if o.scores:
        make_layer_figure(o.scores, o.svg, o.png)
    else:
        make_model_loss_figure(o.models, o.svg, o.png)
