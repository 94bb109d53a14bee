"""model + task data -> predictions of every language, in one process."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .artifacts import atomic_directory, read_directory, write_jsonl
from .device import choose_device, keep_memory, use_determinism
from .encoder import load_bare_model, place, quiet
from .errors import IsoglossError
from .features import read_features
from .finetune import EVERY
from .heads import HEADS, head_for, load_network
from .progress import Progress
from .score import chosen_languages
from .taskdata import read_taskdata
from .tasks import UNTRAINED, Task, get_task
from .tasks.kinds import KINDS
from .vocab import load_tokenizer


def predict(spec: Mapping[str, Any], *, model: Path, taskdata: Path, out: Path, threads: int, features: Path | None = None) -> None:
    """Write the predictions artifact: one JSON Lines file a language (records: `tasks/kinds/`).

    Args:
        spec: {task, setting, recipe, seed, languages, finetune, retrieval, max_length}; languages None means every language that the task
            data has.
        model: a fine-tuned model, or a published one where the setting trains nothing.
        features: of the test sets, where a fine-tuned model reads them.
    """
    use_determinism(threads)
    quiet()
    task = get_task(spec["task"])
    keep_memory(choose_device())
    manifest = read_taskdata(task.name, taskdata)
    languages = chosen_languages(manifest["languages"], spec["languages"], str(taskdata))
    predicted = _by_encoder if spec["setting"] == UNTRAINED else _by_tuned
    with atomic_directory(out, "predictions") as (directory, record):
        record.update({key: spec[key] for key in ("task", "setting", "recipe", "seed")})
        record.update(predicted(task, spec, model, taskdata, features, directory, languages))


def _by_encoder(
    task: Task, spec: Mapping[str, Any], model: Path, taskdata: Path, features: Path | None, directory: Path, languages: Sequence[str]
) -> dict[str, Any]:
    """By the states of a published model; its options are kept in the manifest, for scoring."""
    read_directory(model, "model")
    device, tokenizer, options = choose_device(), load_tokenizer(model), spec["retrieval"]
    network = place(load_bare_model(model), device)
    progress = Progress(len(languages), f"{task.name} by {spec['recipe']} seed {spec['seed']}")
    for number, lang in enumerate(languages, 1):
        found = HEADS[task.kind].predict(network, taskdata, lang, tokenizer, spec["max_length"], device, options)
        write_jsonl(directory / f"{lang}.jsonl", found)
        progress.report(number, f"{lang}: {len(found)} records")
    progress.close()
    return {"languages": list(languages), "headline_layer": options["layer"], "threshold_from": options["threshold_from"]}


def _by_tuned(
    task: Task, spec: Mapping[str, Any], model: Path, taskdata: Path, features: Path | None, directory: Path, languages: Sequence[str]
) -> dict[str, Any]:
    """By a fine-tuned model: one for all languages, or each language's own."""
    made = read_directory(model, "finetuned")
    if features is None:
        raise IsoglossError("predict", "no features were given", "a fine-tuned model reads them", "Give --features")
    pad, device, head = read_directory(features, "features")["pad"], choose_device(), head_for(task, spec["finetune"])
    places = {lang: made["models"].get(lang, made["models"].get(EVERY)) for lang in languages}
    if missing := [lang for lang, found in places.items() if found is None and spec["languages"]]:
        given = f"has no model for {', '.join(missing)}"
        raise IsoglossError(str(model), given, f"there are {', '.join(made['models'])}", "Correct tasks.<task>.languages")
    asked = [lang for lang in languages if places[lang] is not None]
    progress, number = Progress(len(asked), f"{task.name} by {spec['recipe']} seed {spec['seed']}"), 0
    for where in dict.fromkeys(places[lang] for lang in asked):
        network = load_network(task, made["setting"], model / str(where), device, trained=True)
        for lang in (lang for lang in asked if places[lang] == where):
            records = KINDS[task.kind].read(taskdata, lang, "test")
            found = head.predict(task, network, read_features(features, "test", lang), records, lang, pad, device)
            write_jsonl(directory / f"{lang}.jsonl", found)
            progress.report(number := number + 1, f"{lang}: {len(found)} records")
    progress.close()
    return {"languages": asked, "selection": made["selection"], "strictly_zero_shot": made["strictly_zero_shot"]}
