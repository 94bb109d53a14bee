"""What a step of each recipe costs, relative to mlm + tlm on as many cells. One process, all recipes in turn, in every round.

    snakemake --cores 2 stores                      # the corpora, links, dictionaries and token stores of the experiment
    python benchmarks/objectives.py [--directory . --recipes mlm xlm ernie-m --rounds 5 --steps 5 --against xlm --cpu-time]
    python benchmarks/objectives.py --size 6x512 --batch-tokens 8192        # an encoder of six layers of width 512, larger steps

Every recipe trains as the loop would (rows, hiding, forward, backward, clipping, optimiser), on the processor or the GPU that is there.
Objectives that change during a training (BTMLM starts late) are measured over all of it: of the steps of a round each is at another place.
"""

import argparse
import os
import statistics
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from isogloss.batch import SpecialIds, empty_batch
from isogloss.device import autocast, choose_device, chosen_precision, keep_memory
from isogloss.encoder import TransformersEncoder, new_model, quiet
from isogloss.feeding import languages_of, make_layout, make_streams, parallel_languages, read_parts
from isogloss.language_embedding import LanguageEmbedding
from isogloss.loader import Loader
from isogloss.objectives.contract import Setup, backward
from isogloss.optimizer import make_optimizer
from isogloss.plan import Plan, open_plan
from isogloss.token_dictionary import read_token_dictionary
from isogloss.trainee import Trainee, make_objectives
from isogloss.vocab import load_vocab
from isogloss.yaml_strict import read_yaml

PACKAGE = Path(__file__).resolve().parents[1] / "workflow"


class Training:
    """One recipe, from random weights."""

    def __init__(self, plan: Plan, recipe: str, device: torch.device, encoder_options: dict[str, int], batch_tokens: int | None) -> None:
        job = SimpleNamespace(recipe=recipe, seed="0")
        experiment = plan.experiment
        self.spec = {"encoder": experiment.encoder_of(recipe).model_dump(), "pretrain": experiment.pretrain_of(recipe).model_dump()}
        self.spec["encoder"] |= encoder_options
        self.spec["pretrain"] |= {"batch_tokens": batch_tokens} if batch_tokens else {}
        vocab = Path(plan.vocab_of(job))
        mono, bitext, links, dictionary = (
            {Path(path).name.removesuffix(".parquet"): Path(path) for path in paths}
            for paths in (plan.pretrain_mono(job), plan.pretrain_bitext(job), plan.pretrain_links(job), plan.pretrain_dictionary(job))
        )
        options = experiment.recipes[recipe].objectives
        tokenizer, parts = load_vocab(vocab), read_parts(mono, bitext, links, vocab)
        languages = languages_of(parts, dictionary)
        torch.manual_seed(0)
        model, special = new_model(self.spec["encoder"], tokenizer), SpecialIds.of(tokenizer)
        encoder = TransformersEncoder(model)
        entries = read_token_dictionary(dictionary, tokenizer, languages) if dictionary else None
        embedding = LanguageEmbedding(len(languages), encoder.width)
        setup = Setup(encoder, special, languages, parallel_languages(parts, languages), embedding, entries)
        self.objectives = make_objectives(options, setup)
        self.trainee = Trainee(encoder, self.objectives).to(device).train()
        if device.type == "cuda":
            encoder.compile_body()
        self.weights = {name: float(given.get("weight", 1.0)) for name, given in options.items()}
        settings, layout = self.spec["pretrain"], make_layout(self.spec, special, model)
        self.loader = Loader(*make_streams(options, self.objectives, layout, parts, languages, settings, 0, device))
        self.optimizer, self.special, self.device = make_optimizer(self.trainee, settings), special, device
        self.half = partial(autocast, chosen_precision(settings["precision"], device), device)

    def step(self, done: float) -> int:
        """One step at that share of the training; the cells that it read."""
        batches, cells = self.loader.next_batches(), 0
        for name, objective in self.objectives.items():
            whole = replace(batches.get(name, empty_batch(self.device)), done=done)
            batch = objective.prepare(whole, self.special, (0, name))
            cells += batch.ids.numel()
            backward(objective, self.trainee.encoder, batch, self.weights[name], context=self.half)
        torch.nn.utils.clip_grad_norm_(self.trainee.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        for objective in self.objectives.values():
            objective.after_step(self.trainee.encoder)
        return cells

    def seconds(self, steps: int, clock) -> float:
        """Of a thousand cells, over so many steps spread over the training."""
        self._wait()
        began = clock()
        cells = sum(self.step((k + 0.5) / steps) for k in range(steps))
        self._wait()
        return 1000 * (clock() - began) / max(cells, 1)

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def _shape(size: str) -> dict[str, int]:
    layers, width = map(int, size.split("x"))
    return {"layers": layers, "width": width, "heads": max(1, width // 64), "feed_forward": 4 * width}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", type=Path, default=Path("."), help="of the experiment")
    parser.add_argument("--recipes", nargs="*", help="default: all that have objectives")
    parser.add_argument("--against", default="xlm", help="the recipe that counts as 1")
    parser.add_argument("--size", help="layers x width, e.g. 6x512; default: the experiment's encoder")
    parser.add_argument("--batch-tokens", type=int, help="default: the experiment's")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5, help="of a round, each at another place of the training")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cpu-time", action="store_true", help="count processor seconds: for a busy machine, with --threads 1")
    options = parser.parse_args()
    os.chdir(options.directory)
    plan = open_plan(read_yaml("config.yaml"), ["config.yaml"], PACKAGE / "corpora.tsv")
    quiet()
    device = choose_device()
    keep_memory(device)
    torch.set_num_threads(options.threads)
    recipes = options.recipes or [name for name, recipe in plan.experiment.recipes.items() if recipe.objectives]
    shape = _shape(options.size) if options.size else {}
    trainings = {name: Training(plan, name, device, shape, options.batch_tokens) for name in dict.fromkeys([options.against, *recipes])}
    measured: dict[str, list[float]] = {name: [] for name in trainings}
    clock = time.process_time if options.cpu_time else time.perf_counter
    for turn in range(options.rounds + 1):
        for name, training in trainings.items():  # in turn, so that a drift of the machine's speed hits all alike
            taken = training.seconds(options.steps, clock)
            if turn:  # the first round warms up
                measured[name].append(taken)
    print(f"{'recipe':12} cells/s  relative to {options.against} (least to most of {options.rounds} rounds)")
    for name in sorted(trainings, key=lambda name: statistics.median(measured[name])):
        ratios = [own / base for own, base in zip(measured[name], measured[options.against], strict=True)]
        speed = 1000 / statistics.median(measured[name])
        print(f"{name:12} {speed:7,.0f}  {statistics.median(ratios):.3f}  ({min(ratios):.3f} to {max(ratios):.3f})")


if __name__ == "__main__":
    main()
