"""Muon's step over the matrices of an encoder: torch's, in bf16, beside ours where the processor has no bf16, in fp32. One run, in turn.

    python benchmarks/muon.py [--layers 4 --width 256 --rounds 5 --threads 1]

Prints the median time of a step and the ratio to torch's. On a processor that multiplies in bf16 both are the same code.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))


def matrices(layers: int, width: int) -> list[torch.nn.Parameter]:
    """The six of each layer, with gradients."""
    shapes = layers * [*4 * [(width, width)], (4 * width, width), (width, 4 * width)]
    parameters = [torch.nn.Parameter(torch.randn(shape)) for shape in shapes]
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter)
    return parameters


def main() -> None:
    from isogloss.device import bf16_pays
    from isogloss.muon import Muon

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("layers", 4), ("width", 256), ("rounds", 5), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    print(f"multiplies in bf16: {'yes' if bf16_pays(torch.device('cpu')) else 'no'}")
    optimizers = {
        "torch": torch.optim.Muon(matrices(options.layers, options.width), lr=1e-3, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
        "ours": Muon(matrices(options.layers, options.width), 1e-3, 0.1),
    }
    seconds: dict[str, list[float]] = {name: [] for name in optimizers}
    for turn in range(options.rounds + 1):
        for name, optimizer in optimizers.items():  # in turn, so that a drift of the machine's speed hits both alike
            began = time.perf_counter()
            optimizer.step()
            if turn:  # the first round warms up
                seconds[name].append(time.perf_counter() - began)
    base = statistics.median(seconds["torch"])
    for name, measured in seconds.items():
        middle, spread = statistics.median(measured), f"{1e3 * min(measured):,.0f} to {1e3 * max(measured):,.0f}"
        print(f"{name:6} {1e3 * middle:>8,.0f} ms a step ({spread})  x{base / middle:.1f}")


if __name__ == "__main__":
    main()
