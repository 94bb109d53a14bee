"""What trimming a large vocabulary gains. One process, the full and the trimmed model in turn, tokens per second and their ratio.

    python benchmarks/trim.py [--layers 6 --width 384 --vocabulary 250002 --used 30000 --rows 32 --length 64 --rounds 5 --threads 2]

Trains XLM-R-shaped models on random tokens as the loop would: forward, head and loss on 15 % of the tokens, backward, AdamW.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from isogloss.cross_entropy import vocabulary_cross_entropy
from isogloss.device import autocast, keep_memory
from isogloss.trim import trim

DEFAULTS = {"layers": 6, "width": 384, "vocabulary": 250_002, "used": 30_000}
DEFAULTS |= {"rows": 32, "length": 64, "steps": 2, "rounds": 5, "threads": 2}


class Training:
    """One model with its optimiser, fed with random ids."""

    def __init__(self, options: argparse.Namespace, used: np.ndarray | None) -> None:
        from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

        torch.manual_seed(0)
        shape = {"hidden_size": options.width, "num_hidden_layers": options.layers, "num_attention_heads": options.width // 64}
        shape |= {"intermediate_size": 4 * options.width, "max_position_embeddings": options.length + 2, "type_vocab_size": 1}
        config = XLMRobertaConfig(vocab_size=options.vocabulary, attn_implementation="eager", attention_probs_dropout_prob=0.0, **shape)
        self.model = XLMRobertaForMaskedLM(config).train()
        self.trimmed = trim(self.model, used) if used is not None else None
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-4, fused=True)

    def tokens_per_second(self, options: argparse.Namespace, used: np.ndarray) -> float:
        clock = time.process_time if options.cpu_time else time.perf_counter
        generator, began = np.random.default_rng(0), clock()
        for _ in range(options.steps):
            ids = generator.choice(used, (options.rows, options.length))
            ids = torch.from_numpy(self.trimmed.small(ids) if self.trimmed else ids).long()
            chosen = torch.from_numpy(generator.random(ids.shape) < 0.15)
            with autocast(options.precision, torch.device("cpu")):
                head, states = self.model.lm_head, self.model.base_model(ids).last_hidden_state[chosen]
                transformed = head.layer_norm(torch.nn.functional.gelu(head.dense(states)))
                loss, _ = vocabulary_cross_entropy(transformed, head.decoder.weight, head.decoder.bias, ids[chosen])
            (loss / len(states)).backward()
            self.optimizer.step()
            self.optimizer.zero_grad()
        return options.steps * options.rows * options.length / (clock() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    parser.add_argument("--cpu-time", action="store_true", help="count processor seconds: for a busy machine, with --threads 1")
    options = parser.parse_args()
    keep_memory(torch.device("cpu"))
    torch.set_num_threads(options.threads)
    used = np.sort(np.random.default_rng(0).choice(options.vocabulary, options.used, replace=False))
    trainings = {"full": Training(options, None), "trimmed": Training(options, used)}
    speeds: dict[str, list[float]] = {name: [] for name in trainings}
    for turn in range(options.rounds + 1):
        for name, training in trainings.items():  # in turn, so that a drift of the machine's speed hits both alike
            speed = training.tokens_per_second(options, used)
            if turn:  # the first round warms up
                speeds[name].append(speed)
    for name, measured in speeds.items():
        rows = trainings[name].model.config.vocab_size
        print(f"{name:8} {rows:>8,} rows  {statistics.median(measured):>8,.0f} tokens/s  ({min(measured):,.0f} to {max(measured):,.0f})")
    ratios = [trimmed / full for full, trimmed in zip(*speeds.values(), strict=True)]
    print(f"ratio x{statistics.median(ratios):.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
