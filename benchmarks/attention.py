"""Which attention is fast on this CPU, for short padded rows? One run, every combination in turn, ratios to the first.

    python benchmarks/attention.py [--layers 4 --width 128 --rows 64 --length 32 --rounds 5]

Trains a random XLM-R-shaped model on random tokens: forward, masked-only head, backward, AdamW. Prints the median tokens per
second over the rounds of each combination, and its ratio to fused attention in fp32 (what transformers does by default).
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

STEPS = 10


def model_of(options: argparse.Namespace):
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    shape = {
        "num_hidden_layers": options.layers,
        "hidden_size": options.width,
        "num_attention_heads": 4,
        "intermediate_size": 4 * options.width,
    }
    dropouts = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    return XLMRobertaForMaskedLM(
        XLMRobertaConfig(vocab_size=8000, max_position_embeddings=options.length + 2, type_vocab_size=1, **shape, **dropouts)
    )


def tokens_per_second(model, optimizer, options: argparse.Namespace, attention: str, bf16: bool) -> float:
    model.set_attn_implementation(attention)
    generator = torch.Generator().manual_seed(0)
    began = time.perf_counter()
    for _ in range(STEPS):
        ids = torch.randint(5, 8000, (options.rows, options.length), generator=generator)
        present = torch.arange(options.length)[None] < torch.randint(
            options.length // 2, options.length + 1, (options.rows, 1), generator=generator
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            states = model.base_model(input_ids=ids, attention_mask=present.long()).last_hidden_state
            chosen = present & (torch.rand(ids.shape, generator=generator) < 0.15)
            loss = torch.nn.functional.cross_entropy(model.lm_head(states[chosen]).float(), ids[chosen])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return STEPS * options.rows * options.length / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("layers", 4), ("width", 128), ("rows", 64), ("length", 32), ("rounds", 5), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = model_of(options)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    combinations = [(attention, bf16) for attention in ("sdpa", "eager") for bf16 in (False, True)]
    speeds: dict[tuple[str, bool], list[float]] = {combination: [] for combination in combinations}
    for turn in range(options.rounds + 1):
        for combination in combinations:  # in turn, so that a drift of the machine's speed hits all alike
            speed = tokens_per_second(model, optimizer, options, *combination)
            if turn:  # the first round warms up
                speeds[combination].append(speed)
    base = statistics.median(speeds[combinations[0]])
    for (attention, bf16), measured in speeds.items():
        middle = statistics.median(measured)
        print(
            f"{attention:5}  {'bf16' if bf16 else 'fp32'}  {middle:>9,.0f} tokens/s  x{middle / base:.2f}  ({min(measured):,.0f} to {max(measured):,.0f})"
        )


if __name__ == "__main__":
    main()
