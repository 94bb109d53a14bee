"""config.yaml -> a validated Experiment: the Snakefile, the commands and the tests all read it through here. No torch.

Validation is in two steps: types and keys (`schema/`), then what only the whole can tell (`_cross_check`).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .aligners.symmetrise import RULES
from .config_errors import describe
from .corpora.miniworld import LANGUAGES as MINIWORLD_LANGUAGES
from .corpora.transforms.reorder import LEXICON_TASK
from .corpora.transforms.script import HANGUL_IMAGE
from .errors import IsoglossError, suggestion
from .languages import base_language
from .objectives import OBJECTIVES
from .presets import preset_for
from .schema import (
    DictionaryLinks,
    EncoderLinks,
    Experiment,
    HMMLinks,
    InducedDictionary,
    Learnt,
    LocalCorpus,
    PharaohLinks,
    ResymmetrisedLinks,
    WordLists,
    World,
    as_list,
)
from .tasks import TASKS, TRIVIAL, UNTRAINED, get_task
from .yaml_strict import merge, read_yaml


def load_config(*paths: str | Path) -> Experiment:
    """Read one config file, or several laid over each other from left to right."""
    value: dict[str, Any] = {}
    for path in paths:
        value = merge(value, read_yaml(path))
    return parse_config(value, " + ".join(str(path) for path in paths))


def parse_config(value: dict[str, Any], source: str = "config") -> Experiment:
    """Validate a config mapping. Raises IsoglossError that lists every fault: where, what was given, what is allowed, what to do."""
    try:
        experiment = Experiment.model_validate(value)
    except ValidationError as error:
        raise IsoglossError(source, describe(error, Experiment)) from None
    faults = list(_cross_check(experiment))
    if faults:
        raise IsoglossError(source, "".join(f"\n  {fault}" for fault in faults))
    return experiment


def _cross_check(experiment: Experiment):
    yield from _check_languages(experiment)
    yield from _check_derived(experiment)
    yield from _check_corpora(experiment)
    yield from _check_aligners(experiment)
    yield from _check_dictionaries(experiment)
    yield from _check_cycles(experiment)
    yield from _check_recipes(experiment)
    yield from _check_tasks(experiment)


def _check_languages(experiment: Experiment):
    lists: dict[str, list[Any]] = {"languages": experiment.languages, "seeds": experiment.seeds}
    lists |= {
        f"tasks.{name}.{key}": getattr(task, key) or []
        for name, task in experiment.tasks.items()
        for key in ("languages", "recipes", "seeds")
    }
    for key, values in lists.items():
        for repeated in sorted({str(value) for value in values if values.count(value) > 1}):
            yield IsoglossError(key, f"`{repeated}` stands there twice", "each once", "Remove one")
    for pair in experiment.pairs or ():
        for language in pair.split("-"):
            if language not in experiment.languages:
                yield IsoglossError(
                    "pairs", f"`{pair}` has `{language}`", f"languages: {', '.join(experiment.languages)}", "Add it to `languages`"
                )
        if len(set(pair.split("-"))) == 1:
            yield IsoglossError("pairs", f"`{pair}` pairs a language with itself", "two languages", "Remove it")


def _check_derived(experiment: Experiment):
    listed = ", ".join(experiment.languages)
    for language in experiment.languages:
        if "_" in language and language not in experiment.derived:
            remedy = f"Add `{language}: [...]` to `derived`"
            yield IsoglossError("languages", f"`{language}` stands for a derived language", "a key of `derived`", remedy)
    for language in experiment.derived:
        where, base = f"derived.{language}", base_language(language)
        if base == language:
            yield IsoglossError(where, "is no code of a derived language", f"e.g. {language}_x", "Add `_` and a name of your choice")
            continue
        for needed in (language, base):
            if needed not in experiment.languages:
                yield IsoglossError(where, f"`{needed}` is not in `languages`", f"languages: {listed}", f"Add `{needed}` to `languages`")
        if experiment.have_step([language], "reorder"):
            yield from _check_reorder(experiment, where, base)
        if experiment.have_step([language], "script") and HANGUL_IMAGE in experiment.languages:
            remedy = f"Remove `{HANGUL_IMAGE}` from `languages`, or the step `script`"
            yield IsoglossError(where, f"`script` writes in the letters of `{HANGUL_IMAGE}`", "no sub-word in common", remedy)


def _check_reorder(experiment: Experiment, where: str, base: str):
    source = get_task(LEXICON_TASK).source_language
    if LEXICON_TASK not in experiment.evaluation:
        remedy = f"Add `{LEXICON_TASK}: <directory or corpus>` to `evaluation`"
        yield IsoglossError(where, f"`reorder` needs tagged sentences, and there is no evaluation.{LEXICON_TASK}", "", remedy)
    if base != source:
        yield IsoglossError(
            where, f"`reorder` of `{base}`", f"only {LEXICON_TASK} of `{source}` has training data", f"Derive it from `{source}`"
        )


def _check_corpora(experiment: Experiment):
    for name, corpus in experiment.corpora.items():
        if (
            isinstance(corpus, LocalCorpus)
            and isinstance(corpus.path, list)
            and corpus.format in ("moses", "tsv")
            and len(corpus.path) != 1
        ):
            yield IsoglossError(
                f"corpora.{name}.path",
                f"{len(corpus.path)} files",
                f"one file for the format {corpus.format}",
                "List them as corpora of their own",
            )
        if isinstance(corpus, LocalCorpus) and corpus.format in ("lines", "verses") and len(as_list(corpus.path)) != len(corpus.languages):
            yield IsoglossError(
                f"corpora.{name}.path",
                f"{len(as_list(corpus.path))} files for {len(corpus.languages)} languages",
                f"one file per language for the format {corpus.format}",
                "List the files in the order of `languages`",
            )
        unknown = [lang for lang in experiment.base_languages if lang not in MINIWORLD_LANGUAGES] if isinstance(corpus, World) else []
        if unknown:
            remedy = "Remove them from `languages`, or the corpus"
            yield IsoglossError(
                f"corpora.{name}", f"the mini-world has no {', '.join(unknown)}", f"it has {', '.join(MINIWORLD_LANGUAGES)}", remedy
            )
    for name in experiment.evaluation:
        if name not in TASKS:
            yield IsoglossError(f"evaluation.{name}", "no such task", f"allowed: {', '.join(TASKS)}", suggestion(name, TASKS))
        for place in (place for place in experiment.places(name) if not isinstance(experiment.corpora.get(place), World | None)):
            yield IsoglossError(
                f"evaluation.{name}",
                f"the corpus `{place}` holds no evaluation sets",
                "a mini-world, a row of corpora.tsv of the kind task, or a directory",
                "Name one of these",
            )


def _check_aligners(experiment: Experiment):
    for name, source in experiment.aligners.items():
        where = f"aligners.{name}"
        if isinstance(source, DictionaryLinks) and source.dictionary not in experiment.dictionaries:
            yield _unknown(f"{where}.dictionary", "dictionary", source.dictionary, experiment.dictionaries)
        if isinstance(source, Learnt):
            yield from _check_learnt(experiment, name, source)
        if isinstance(source, PharaohLinks):
            yield from _check_directions(f"{where}.links", source.links)
            yield from _check_link_corpus(experiment, where, source)
            for key in source.tokens:
                if key not in source.links:
                    yield IsoglossError(
                        f"{where}.tokens",
                        f"`{key}` is no key of `links`",
                        f"pairs there: {', '.join(source.links)}",
                        "Write the pair as there",
                    )


def _check_learnt(experiment: Experiment, name: str, source: Learnt):
    where, of = f"aligners.{name}", experiment.aligners[name]
    if isinstance(source, ResymmetrisedLinks):
        others = [other for other in experiment.learnt_aligners() if not isinstance(experiment.aligners[other], ResymmetrisedLinks)]
        if source.of not in others:
            yield _unknown(f"{where}.of", "aligner", source.of, others)
            return
        of = experiment.aligners[source.of]
    if source.symmetrise == "threshold" and not isinstance(of, HMMLinks | EncoderLinks):
        given = f"`threshold` needs posteriors, which {of.aligner} has not"
        allowed = f"allowed: {', '.join(rule for rule in RULES if rule != 'threshold')}"
        yield IsoglossError(f"{where}.symmetrise", given, allowed, "Choose one of these")
    if name == TRIVIAL:
        yield IsoglossError(where, "this name is taken by the baseline without a model", "", "Choose another name")
    if name in experiment.recipes:
        yield IsoglossError(where, "a recipe has this name too, and both are rows of the tables", "", "Rename one of them")


def _check_cycles(experiment: Experiment):
    """Whether nothing is made from itself: aligners read models and dictionaries, dictionaries links, and recipes all of these."""
    needs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, aligner in experiment.aligners.items():
        needs["aligner", name] = [
            (kind, getattr(aligner, key))
            for kind, key in (("dictionary", "dictionary"), ("aligner", "of"), ("recipe", "model"))
            if hasattr(aligner, key)
        ]
    for name, dictionary in experiment.dictionaries.items():
        needs["dictionary", name] = [("aligner", dictionary.aligner)] if isinstance(dictionary, InducedDictionary) else []
    for name, recipe in experiment.recipes.items():
        settings, reads = experiment.pretrain_of(name), _reads_known(experiment, name)
        chosen = [(key, getattr(settings, key)) for key, read in (("aligner", "links"), ("dictionary", "dictionary")) if read in reads]
        needs["recipe", name] = [("recipe", recipe.init or ""), *chosen]
    finished: set[tuple[str, str]] = set()
    for start in needs:
        if cycle := _cycle(start, needs, [], finished):
            kind, name = cycle[0]
            if {what for what, _ in cycle} != {"recipe"}:  # `init` is checked on its own
                path = " -> ".join(f"{what} {called}" for what, called in cycle)
                section = {"aligner": "aligners", "dictionary": "dictionaries", "recipe": "recipes"}[kind]
                yield IsoglossError(f"{section}.{name}", f"is made from itself: {path}", "", "Read another aligner, dictionary or recipe")
            return


def _cycle(node: tuple[str, str], needs: Mapping[tuple[str, str], list[tuple[str, str]]], path: list, finished: set) -> list:
    if node in path:
        return [*path[path.index(node) :], node]
    if node in finished:
        return []
    for need in needs.get(node, ()):
        if found := _cycle(need, needs, [*path, node], finished):
            return found
    finished.add(node)
    return []


def _reads_known(experiment: Experiment, recipe: str) -> set[str]:
    """What the objectives of a recipe read, of those that there are."""
    objectives = experiment.recipes[recipe].objectives
    return {read for name, options in objectives.items() if name in OBJECTIVES for read in OBJECTIVES[name].reads(options)}


def _check_link_corpus(experiment: Experiment, where: str, source: PharaohLinks):
    corpus = experiment.corpora.get(source.corpus)
    local = [name for name, corpus in experiment.corpora.items() if isinstance(corpus, LocalCorpus)]
    if not isinstance(corpus, LocalCorpus):
        given = f"`{source.corpus}` is no corpus of local files"
        remedy = "Use `aligner: gold` for the links of a mini-world" if isinstance(corpus, World) else suggestion(source.corpus, local)
        yield IsoglossError(f"{where}.corpus", given, f"allowed: {', '.join(local)}" if local else "", remedy or "Name one of these")
        return
    if "bitext" not in corpus.use:
        yield IsoglossError(f"{where}.corpus", f"`{source.corpus}` is not used as bitext", "", f"Add bitext to corpora.{source.corpus}.use")
    for key in source.links:
        if not set(key.split("-")) <= set(corpus.languages):
            yield IsoglossError(
                f"{where}.links",
                f"`{key}` is no pair of the corpus `{source.corpus}`",
                f"it has {' '.join(corpus.languages)}",
                "Remove it, or correct the languages",
            )


def _check_dictionaries(experiment: Experiment):
    for name, source in experiment.dictionaries.items():
        if isinstance(source, InducedDictionary) and source.aligner not in experiment.aligners:
            yield _unknown(f"dictionaries.{name}.aligner", "aligner", source.aligner, experiment.aligners)
        if isinstance(source, WordLists):
            yield from _check_directions(f"dictionaries.{name}.files", source.files)
            yield from _check_directions(f"dictionaries.{name}.held_out", source.held_out)
            for key in source.held_out:
                if sorted(key.split("-")) not in [sorted(pair.split("-")) for pair in source.files]:
                    yield IsoglossError(
                        f"dictionaries.{name}.held_out",
                        f"`{key}` has no `files`",
                        f"pairs there: {', '.join(source.files)}",
                        "Add them, or remove it",
                    )


def _check_directions(where: str, files: Iterable[str]):
    """A pair stands there in one direction only, and is one."""
    seen: set[tuple[str, ...]] = set()
    for key in files:
        pair = tuple(sorted(key.split("-")))
        if pair[0] == pair[1]:
            yield IsoglossError(where, f"`{key}` pairs a language with itself", "two languages", "Remove it")
        if any("_" in lang for lang in pair):
            yield IsoglossError(where, f"`{key}` has a derived language", "pairs of bases", "Remove it: it follows from that of the bases")
        if pair in seen:
            yield IsoglossError(where, f"`{key}` stands there in both directions", "each pair once", "Remove one")
        seen.add(pair)


def _unknown(where: str, what: str, name: str, known: Iterable[str]) -> IsoglossError:
    known = list(known)
    remedy = suggestion(name, known) or (f"Name one of these, or add it to `{'dictionaries' if what == 'dictionary' else what + 's'}`")
    return IsoglossError(where, f"no {what} `{name}`", f"allowed: {', '.join(known)}" if known else "the config has none", remedy)


def _check_reads(experiment: Experiment, recipe: str):
    """Whether there are the links and the dictionary that the objectives of a recipe read."""
    settings = experiment.pretrain_of(recipe)
    objectives = {name: options for name, options in experiment.recipes[recipe].objectives.items() if name in OBJECTIVES}
    for read, key, known, pairs in (
        ("links", "aligner", experiment.aligners, experiment.linked_pairs),
        ("dictionary", "dictionary", experiment.dictionaries, experiment.dictionary_pairs),
    ):
        where, chosen = f"recipes.{recipe}: pretrain.{key}", getattr(settings, key)
        asking = [name for name, options in objectives.items() if read in OBJECTIVES[name].reads(options)]
        if chosen is not None and chosen not in known:
            yield _unknown(where, key, chosen, known)
        elif asking and chosen is None:
            allowed = f"a key of `{'aligners' if key == 'aligner' else 'dictionaries'}`"
            yield IsoglossError(
                where, f"is not set, and {', '.join(asking)} reads {read}", allowed, f"Set pretrain.{key}, or that of the recipe"
            )
        elif asking and not _refers_to_unknown(experiment, (key, chosen)) and not set(pairs(chosen)) & set(experiment.language_pairs()):
            given = f"`{chosen}` has no pair of the experiment, and {', '.join(asking)} reads {read}"
            yield IsoglossError(
                where, given, f"pairs: {', '.join(experiment.language_pairs()) or 'none'}", "Give it files for one, or choose another"
            )


def _refers_to_unknown(experiment: Experiment, chosen: tuple[str, str]) -> bool:
    """Whether an aligner or dictionary is made from one that is not there, or from itself, which has been told."""
    seen = set()
    while chosen not in seen:
        seen.add(chosen)
        kind, name = chosen
        if name not in (experiment.aligners if kind == "aligner" else experiment.dictionaries):
            return True
        source = experiment.aligners[name] if kind == "aligner" else experiment.dictionaries[name]
        if isinstance(source, DictionaryLinks):
            chosen = ("dictionary", source.dictionary)
        elif isinstance(source, InducedDictionary):
            chosen = ("aligner", source.aligner)
        else:
            return False
    return True


def _check_recipes(experiment: Experiment):
    for name, recipe in experiment.recipes.items():
        where = f"recipes.{name}"
        if name == TRIVIAL:
            yield IsoglossError(where, "this name is taken by the baseline without a model", "", "Choose another name")
        for objective, options in recipe.objectives.items():
            if objective not in OBJECTIVES:
                yield IsoglossError(
                    f"{where}.objectives",
                    f"no objective `{objective}`",
                    f"allowed: {', '.join(OBJECTIVES)}",
                    suggestion(objective, OBJECTIVES),
                )
            elif OBJECTIVES[objective].stream == "bitext" and not experiment.language_pairs():
                yield IsoglossError(
                    f"{where}.objectives.{objective}",
                    "needs pairs and the experiment has none",
                    "",
                    "Add English to `languages`, or list `pairs`",
                )
            weight = options.get("weight", 1)
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
                yield IsoglossError(
                    f"{where}.objectives.{objective}", f"weight {weight!r}", "a number above 0", "Remove the objective to switch it off"
                )
        if not recipe.objectives and experiment.pretrain_of(name).steps:
            yield IsoglossError(where, "has no objectives", f"some of: {', '.join(OBJECTIVES)}; or `steps: 0`", "Add `objectives`")
        yield from _check_reads(experiment, name)
        yield from _check_init(experiment, name)


def _check_init(experiment: Experiment, name: str):
    where, chain, current = f"recipes.{name}", [name], experiment.recipes[name].init
    while current in experiment.recipes:
        if current in chain:
            yield IsoglossError(
                f"{where}.init", f"a cycle: {' -> '.join([*chain, current])}", "recipes that end in one without `init`", "Break the cycle"
            )
            return
        chain, current = [*chain, current], experiment.recipes[current].init
    recipe, encoder = experiment.recipes[name], experiment.encoder_of(name)
    changed = sorted(key for key in type(recipe.encoder).model_fields if getattr(recipe.encoder, key) is not None)
    inherited = set(changed) - {"dropout", "max_length", "trim"} - (set() if recipe.init in experiment.recipes else {"vocab"})
    if recipe.init is not None and inherited:
        yield IsoglossError(
            f"{where}.encoder",
            f"changes {', '.join(sorted(inherited))} of the encoder it starts from",
            "dropout, max_length, trim",
            "Remove it, or `init`",
        )
    if encoder.trim and recipe.init is None:
        yield IsoglossError(
            f"{where}: encoder.trim",
            "a model from scratch has no vocabulary to take entries from",
            "recipes with `init`",
            "Remove `trim`, or set it in the recipes that have `init`",
        )
    row_length = experiment.pretrain_of(name).row_length
    if row_length is not None and row_length < encoder.max_length:
        yield IsoglossError(
            f"{where}: pretrain.row_length",
            f"{row_length}",
            f"at least encoder.max_length = {encoder.max_length}",
            "Raise row_length, or lower max_length",
        )
    if encoder.vocab not in experiment.vocabs:
        yield IsoglossError(
            f"{where}: encoder.vocab",
            f"no vocab `{encoder.vocab}`",
            f"allowed: {', '.join(experiment.vocabs)}",
            suggestion(encoder.vocab, experiment.vocabs),
        )
    if encoder.width % encoder.heads:
        yield IsoglossError(
            f"{where}: encoder", f"width {encoder.width} is not divisible by {encoder.heads} heads", "", "Change width or heads"
        )


def _check_tasks(experiment: Experiment):
    for name, options in experiment.tasks.items():
        where = f"tasks.{name}"
        if name not in TASKS:
            yield IsoglossError(where, "no such task", f"allowed: {', '.join(TASKS)}", suggestion(name, TASKS))
            continue
        task = get_task(name)
        if name not in experiment.evaluation:
            yield IsoglossError(
                where,
                "has no evaluation set",
                "a key of `evaluation`",
                f"Add `{name}: <directory or corpus>` to `evaluation`, so that training text is cleaned of it",
            )
        for language in options.languages or ():
            if language not in experiment.languages:
                yield IsoglossError(
                    f"{where}.languages",
                    f"nobody trains `{language}`",
                    f"languages: {', '.join(experiment.languages)}",
                    "Add it to `languages`, or remove it here",
                )
            elif language not in experiment.set_languages(name) or language in {task.source_language} - set(task.languages):
                yield IsoglossError(
                    f"{where}.languages", f"the task has no `{language}`", f"it has {' '.join(sorted(task.languages))}", "Remove it here"
                )
        if task.source_language not in experiment.languages:
            yield IsoglossError(
                where,
                f"starts from `{task.source_language}`, which nobody trains",
                f"languages: {', '.join(experiment.languages)}",
                f"Add `{task.source_language}` to `languages`",
            )
        yield from _check_rows(experiment, where, options)
        for setting, own in (options.settings or {}).items():
            yield from _check_rows(experiment, f"{where}.settings.{setting}", own)
        yield from _check_presets(experiment, name)
        for setting in options.settings or ():
            if setting not in task.settings:
                yield IsoglossError(
                    f"{where}.settings",
                    f"no setting `{setting}`",
                    f"allowed: {', '.join(task.settings)}",
                    suggestion(setting, task.settings),
                )


def _check_rows(experiment: Experiment, where: str, options: Any):
    """Whether the recipes and seeds that a task is run for are there."""
    for key, known in (("recipes", list(experiment.recipes)), ("seeds", experiment.seeds)):
        for given in getattr(options, key) or ():
            if given not in known:
                remedy = suggestion(str(given), map(str, known)) or f"Add it to `{key}`, or remove it here"
                yield IsoglossError(f"{where}.{key}", f"there is no `{given}`", f"{key}: {', '.join(map(str, known))}", remedy)


def _check_presets(experiment: Experiment, task: str):
    """Whether the presets say something of the task in its settings."""
    options, trained = experiment.tasks[task], set(get_task(task).settings) - {UNTRAINED}
    for setting in (name for name in experiment.task_settings(task) if name in trained):
        own = f"tasks.{task}.settings.{setting}"
        for where, section in (("finetune", experiment.finetune), (f"tasks.{task}", options), (own, (options.settings or {}).get(setting))):
            try:
                if section and section.preset:
                    preset_for(section.preset, task, setting)
            except IsoglossError as error:
                yield IsoglossError(f"{where}.preset", error.given, error.allowed, error.remedy)
