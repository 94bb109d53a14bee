"""model + task data -> predictions of every language, in one process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .artifacts import atomic_directory, read_directory, write_jsonl
from .device import choose_device, use_determinism
from .encoder import load_bare_model, place, quiet
from .heads import HEADS
from .score import chosen_languages
from .taskdata import read_taskdata
from .tasks import get_task
from .tasks.kinds import KINDS
from .vocab import load_tokenizer


def predict(spec: Mapping[str, Any], *, model: Path, taskdata: Path, out: Path, threads: int) -> None:
    """Write the predictions artifact: one JSON Lines file a language (records: `tasks/kinds/`).

    Args:
        spec: {task, setting, recipe, seed, languages, max_length}; languages None means every language that the task data has.
        model: a fine-tuned model, or a published one where the setting trains nothing.
    """
    use_determinism(threads)
    quiet()
    task, device = get_task(spec["task"]), choose_device()
    manifest = read_taskdata(task.name, taskdata)
    languages = chosen_languages(manifest["languages"], spec["languages"], str(taskdata))
    head, tokenizer = HEADS[task.kind], load_tokenizer(model)
    trained = spec["setting"] != "no_train"
    read_directory(model, "finetuned" if trained else "model")
    network = place(head.load(task, model, trained=True) if trained else load_bare_model(model), device)
    with atomic_directory(out, "predictions") as (directory, record):
        for language in languages:
            if trained:
                test = KINDS[task.kind].read(taskdata, language, "test")
                found = head.predict(task, network, test, language, tokenizer, spec["max_length"], device)
            else:
                found = head.predict(network, taskdata, language, tokenizer, spec["max_length"], device)
            write_jsonl(directory / f"{language}.jsonl", found)
        record.update({key: spec[key] for key in ("task", "setting", "recipe", "seed")}, languages=languages)
