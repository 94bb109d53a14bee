"""`isogloss check`: what a config would train, what it costs, what is missing on disk, and what was made by other code than today's."""

import json
import os
import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from .config import load_config
from .corpora.table import read_corpora_table
from .corpora.transforms import describe
from .flops import flops_per_token, parameters
from .languages import base_language
from .memory import estimate, gigabytes
from .objectives import OBJECTIVES
from .plan import RESULTS, Plan
from .provenance import PACKAGE, code_hash
from .schema import Experiment, PretrainedTokenizer

FILL = 0.99  # share of the cells of packed rows that hold a token (docs/performance.md)


def check(paths: list[str], table: Path = PACKAGE.parent / "corpora.tsv") -> str:
    """The plan of a config as text. Raises IsoglossError if the config is bad; missing files are reported, not raised."""
    experiment = load_config(*paths)
    home = Path(paths[0]).resolve().parent
    plan = Plan(experiment, read_corpora_table(table) if table.is_file() else {}, home)
    return "\n".join([*_summary(plan), "", *_recipes(plan), "", *_jobs(plan), "", *_disk(plan)])


def _summary(plan: Plan) -> Iterator[str]:
    experiment = plan.experiment
    yield f"experiment  {experiment.name}"
    yield f"languages   {' '.join(experiment.languages)}"
    for language, steps in experiment.steps_of(experiment.derived).items():
        yield f"derived     {language}: {base_language(language)} after {describe(steps)}"
    yield f"pairs       {' '.join(experiment.language_pairs()) or '(none)'}"
    yield f"corpora     {' '.join(experiment.corpora)}"
    yield f"kept out    {' '.join(experiment.evaluation) or '(no evaluation set)'}"
    for task in experiment.tasks:
        yield f"task        {task}: {_settings(experiment, task)}; {' '.join(experiment.task_languages(task))}"
    yield f"seeds       {' '.join(map(str, experiment.seeds))}"


def _settings(experiment: Experiment, task: str) -> str:
    """The settings of a task, those together that are run for the same."""
    by_rows = groupby(experiment.task_settings(task), lambda setting: _restricted(experiment, task, setting))
    return ", ".join(f"{' '.join(those)}{restricted}" for restricted, those in by_rows)


def _restricted(experiment: Experiment, task: str, setting: str) -> str:
    """For whom a task is run in a setting, where that is not everybody."""
    recipes, seeds = experiment.recipes_of(task, setting), experiment.seeds_of(task, setting)
    fewer = [f"recipes {' '.join(recipes)}"] if len(recipes) < len(experiment.recipes) else []
    fewer += [f"seeds {' '.join(map(str, seeds))}"] if len(seeds) < len(experiment.seeds) else []
    return f" ({', '.join(fewer)})" if fewer else ""


def _recipes(plan: Plan) -> Iterator[str]:
    """One line a recipe; costs are per seed, estimated from shapes, full batches and one pass over them; memory is that of a CPU."""
    yield "recipe            objectives                     init             steps  trainable      tokens        FLOPs     GB   (per seed, estimated)"
    total = 0.0
    for name, recipe in plan.experiment.recipes.items():
        settings, encoder = plan.experiment.pretrain_of(name), plan.experiment.encoder_of(name)
        shape, size = encoder.model_dump(), _vocab_size(plan, encoder.vocab)
        tokens = settings.steps * settings.batch_tokens * FILL
        flops = tokens * flops_per_token(shape, size, encoder.max_length / 2)
        total += flops * len(plan.experiment.seeds)
        weights = sum(parameters(shape, size).values())
        objectives = " + ".join(recipe.objectives) or "(none)"
        memory = estimate(
            shape,
            size,
            batch_tokens=settings.batch_tokens // max(1, sum(OBJECTIVES[key].stream is not None for key in recipe.objectives)),
            row_length=settings.row_length or encoder.max_length,
            precision=settings.precision,
            optimizer=settings.optimizer,
        )
        cost = f"{tokens:>10,.0f}  {flops:>11.2e}  {gigabytes(memory.total):>5}"
        yield f"{name:16}  {objectives:29}  {recipe.init or '-':14}  {settings.steps:>6}  {weights:>9,}  {cost}"
    yield f"all recipes, all seeds: {total:.2e} FLOPs"


def _vocab_size(plan: Plan, name: str) -> int:
    vocab = plan.experiment.vocabs[name]
    if not isinstance(vocab, PretrainedTokenizer):
        return vocab.size * (2 if plan.mirrored(name) else 1)
    file = plan.home / vocab.tokenizer / "tokenizer.json"
    return len(json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]) if file.is_file() else 250_002  # XLM-R's, if unknown


def _jobs(plan: Plan) -> Iterator[str]:
    wanted = {
        "texts": plan.texts(),
        "links": plan.links(),
        "dictionaries": plan.dictionaries(),
        "token stores": plan.stores(),
        "models": plan.models(),
        "scores": plan.scores(),
        "reports": plan.reports(),
    }
    for what, paths in wanted.items():
        there = sum((plan.home / path).exists() for path in paths)
        yield f"{what:12}  {len(paths):>4} wanted, {there} there already"
    yield f"What would run now, job by job: snakemake -n{_directory(plan)}"


def _disk(plan: Plan) -> Iterator[str]:
    missing = plan.missing_files()
    yield f"missing on disk: {len(missing) or 'nothing'}"
    yield from (f"  {fault}" for fault in missing)
    if stale := list(_other_code(plan)):
        yield "made by other code than today's (kept; nothing reruns by itself):"
        yield from (f"  {path}" for path in stale)
        yield f"to renew them: snakemake --cores all{_directory(plan)} --forcerun {' '.join(stale)}"


def _other_code(plan: Plan) -> Iterator[str]:
    for stage, pattern in (("pretrain", "models/*/*"), ("finetune", "finetuned/*/*/*/*")):
        for run in sorted((plan.home / RESULTS).glob(f"{pattern}/run.json")):
            if json.loads(run.read_text(encoding="utf-8")).get("code") != code_hash(stage):
                yield run.parent.relative_to(plan.home).as_posix()


def _directory(plan: Plan) -> str:
    """The option that Snakemake needs for an experiment that is not here."""
    return "" if plan.home == Path.cwd() else f" --directory {shlex.quote(os.path.relpath(plan.home))}"
