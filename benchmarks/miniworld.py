"""What the mini-world can teach: run it after `make run`, in the experiment's directory.

    python benchmarks/miniworld.py [--recipe mlm] [--seed 0] [--tasks udpos] [--epochs 3]

1. The MLM loss of a recipe's encoder in every language against the unigram entropy of that language: an encoder that is not at
   least 0.5 nats below has learnt frequencies and nothing else.
2. Supervised against zero-shot: the same encoder, fine-tuned and tested in each language, beside what fine-tuning on English gives
   there. The first says whether a task is well posed, the second what is left for alignment to win.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from isogloss.artifacts import read_jsonl
from isogloss.batch import Layout, SpecialIds
from isogloss.config import load_config
from isogloss.encoder import TransformersEncoder, first_position, load_model
from isogloss.features import make_features
from isogloss.finetune import finetune
from isogloss.objectives.mlm import MLM
from isogloss.predict import predict
from isogloss.rows import Rows
from isogloss.score import make_scores
from isogloss.streams import Part, Stream
from isogloss.tokens import open_tokens
from isogloss.vocab import load_vocab, vocab_fingerprint

SENTENCES, ROWS = 2000, 8  # per language, for the MLM loss; rows of a batch
SUPERVISED = "supervised_per_language"


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


def supervised(results: Path, recipe: str, seed: int, task: str, experiment, epochs: float) -> dict:
    """The scores of an encoder that is fine-tuned on each language by itself and tested in it."""
    model, taskdata, encoder = results / f"models/{recipe}/{seed}", results / "taskdata" / task, experiment.encoder_of(recipe)
    settings = {**experiment.finetune_of(task, SUPERVISED).model_dump(), "epochs": epochs}
    spec = {"task": task, "setting": SUPERVISED, "recipe": recipe, "seed": seed, "languages": None, "finetune": settings}
    cut = {**settings, "task": task, "max_length": min(settings["max_length"], encoder.max_length)}
    with tempfile.TemporaryDirectory() as temporary:
        features, tuned, predicted, scores = (Path(temporary) / part for part in ("features", "tuned", "predicted", "scores.json"))
        make_features(cut, taskdata=taskdata, vocab=results / "vocab" / encoder.vocab, out=features)
        data: dict[str, Any] = {"taskdata": taskdata, "features": features, "threads": torch.get_num_threads()}
        finetune(spec, model=model, out=tuned, **data)
        predict(spec, model=tuned, out=predicted, **data)
        make_scores(task, SUPERVISED, recipe, seed, taskdata, predicted, scores)
        return json.loads(scores.read_text(encoding="utf-8"))


def headline(scores: dict, language: str) -> float:
    metrics = scores["languages"][language]["metrics"]
    return metrics["accuracy"] if "accuracy" in metrics else metrics[scores["headline"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recipe", default="mlm")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tasks", nargs="*", default=["udpos"], help="that are run zero_shot for the recipe")
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
        own = supervised(results, options.recipe, options.seed, task, experiment, options.epochs)
        for language in own["languages"]:
            print(f"| {language} | {headline(scores, language):.1f} | {headline(own, language):.1f} |", flush=True)


if __name__ == "__main__":
    main()
