"""What the mini-world can teach: run it after `make run`, in the experiment's directory.

    python benchmarks/miniworld.py [--recipe mlm] [--seed 0] [--tasks udpos panx xnli] [--epochs 3]

1. The MLM loss of a recipe's encoder in every language against the unigram entropy of that language: an encoder that is not at
   least 0.5 nats below has learnt frequencies and nothing else.
2. Supervised against zero-shot: the same encoder, fine-tuned and tested in one language, beside what fine-tuning on English gives
   there. The first says whether a task is well posed, the second what is left for alignment to win.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from isogloss import tasks
from isogloss.artifacts import read_jsonl
from isogloss.batch import Layout, SpecialIds
from isogloss.config import load_config
from isogloss.encoder import TransformersEncoder, first_position, load_model
from isogloss.finetune import finetune
from isogloss.objectives.mlm import MLM
from isogloss.predict import predict
from isogloss.rows import Rows
from isogloss.score import make_scores
from isogloss.streams import Part, Stream
from isogloss.taskdata import make_taskdata
from isogloss.tokens import open_tokens
from isogloss.vocab import load_vocab, vocab_fingerprint

SENTENCES, ROWS = 2000, 8  # per language, for the MLM loss; rows of a batch


@torch.inference_mode()
def mlm_losses(results: Path, recipe: str, seed: int, experiment) -> dict[str, tuple[float, float]]:
    """{language: (MLM loss, unigram entropy)} in nats, on training sentences that are masked anew."""
    vocab = results / "vocab" / experiment.encoder_of(recipe).vocab
    tokenizer = load_vocab(vocab)
    spec = experiment.encoder_of(recipe).model_dump()
    encoder = TransformersEncoder(load_model(results / f"models/{recipe}/{seed}", spec, tokenizer).eval())
    layout = Layout(SpecialIds.of(tokenizer), spec["max_length"], spec["max_length"], first_position(encoder.model.config))
    found, objective = {}, MLM()
    for language in experiment.languages:
        part = Part(language, open_tokens(results / "tokens" / vocab.name / "mono" / language, vocab_fingerprint(vocab)))
        stream = Stream([part], layout=layout, batch_rows=ROWS, alpha=1.0, seed=0)
        rows, sentences, loss, asked = Rows([part], layout, [language], torch.device("cpu"), seed=0), 0, 0.0, 0
        while sentences < min(SENTENCES, len(part)):
            batch = objective.prepare(rows.batch(stream.next_batch()), layout.special, (0, "benchmark"))
            loss += float(objective(encoder, batch)[0] * batch.total)
            asked += int(batch.total)
            sentences += batch.sequences
        found[language] = (loss / asked, part.stores[0].unigram_entropy)
    return found


def supervised(results: Path, recipe: str, seed: int, task: str, language: str, experiment, epochs: float) -> float:
    """The headline metric, in percent, of an encoder fine-tuned on a language and tested in it."""
    name = f"{task}_{language}"
    module = ModuleType("supervised_tasks")
    setattr(module, name, dataclasses.replace(tasks.get_task(task), name=name, source_language=language))
    sys.modules[module.__name__] = module
    tasks.TASKS[name] = f"{module.__name__}:{name}"
    source = results / "raw" / experiment.evaluation[task] / "tasks" / task
    settings = {**experiment.finetune_of(task).model_dump(), "epochs": epochs}
    spec = {"task": name, "setting": "zero_shot", "recipe": recipe, "seed": seed, "finetune": settings}
    with tempfile.TemporaryDirectory() as temporary:
        data, tuned, predicted, scores = (Path(temporary) / part for part in ("data", "tuned", "predicted", "scores.json"))
        make_taskdata(name, source, [language], data)
        finetune(spec, model=results / f"models/{recipe}/{seed}", taskdata=data, out=tuned, threads=torch.get_num_threads())
        asked = {**spec, "languages": None, "max_length": settings["max_length"]}
        predict(asked, model=tuned, taskdata=data, out=predicted, threads=torch.get_num_threads())
        make_scores(name, "zero_shot", recipe, seed, data, predicted, scores)
        return headline(json.loads(scores.read_text(encoding="utf-8")), language)


def headline(scores: dict, language: str) -> float:
    metrics = scores["languages"][language]["metrics"]
    return metrics["accuracy"] if "accuracy" in metrics else metrics[scores["headline"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recipe", default="mlm")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tasks", nargs="*", default=["udpos", "panx", "xnli"])
    parser.add_argument("--epochs", type=float, default=3.0)
    options = parser.parse_args()
    experiment, results = load_config("config.yaml"), Path("results")
    log = read_jsonl(results / f"models/{options.recipe}/{options.seed}/log.jsonl")
    print(f"{options.recipe}, seed {options.seed}, {log[-1]['step']} steps\n")
    print("| language | MLM loss | unigram entropy | below by |\n|---|---:|---:|---:|")
    for language, (loss, entropy) in mlm_losses(results, options.recipe, options.seed, experiment).items():
        print(f"| {language} | {loss:.2f} | {entropy:.2f} | {entropy - loss:.2f} |")
    for task in options.tasks:
        scores = json.loads((results / f"scores/{task}/zero_shot/{options.recipe}/{options.seed}.json").read_text(encoding="utf-8"))
        print(f"\n| {task} | zero-shot from English | supervised |\n|---|---:|---:|")
        for language in scores["languages"]:
            own = supervised(results, options.recipe, options.seed, task, language, experiment, options.epochs)
            print(f"| {language} | {headline(scores, language):.1f} | {own:.1f} |", flush=True)


if __name__ == "__main__":
    main()
