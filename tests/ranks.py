"""Run by torchrun (tests/test_parallel.py): train the recipes of a JSON file in float64, on as many ranks as there are."""

import json
import os
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow"))

from isogloss.pretrain import pretrain


def main(jobs: list[dict]) -> None:
    torch.set_default_dtype(torch.float64)
    if "RANK" in os.environ:  # once for all jobs; a training by itself connects its own ranks
        torch.distributed.init_process_group("gloo")
    for job in jobs:
        stores = {kind: {name: Path(path) for name, path in job[kind].items()} for kind in ("mono", "bitext", "links", "dictionary")}
        where = Path(job["where"])
        if job.get("stop"):  # as a SIGTERM would that reaches one rank only
            _stop_in(job["stop"])
        cadence = {"threads": 1, "minutes": 60.0, "steps": job.get("every"), "keep": 2}
        places = {"vocab": Path(job["vocab"]), "init": job.get("init"), "checkpoints": where / "checkpoints", "out": where / "model"}
        pretrain(job["spec"], **places, **stores, **cadence, **job.get("hardware", {}))


def _stop_in(step: int) -> None:
    import signal

    from isogloss import optimizer

    real, calls = optimizer.Optimizers.step, []

    def stepped(self) -> None:
        calls.append(real(self))
        if len(calls) == step and os.environ.get("RANK", "0") == os.environ.get("STOPPED_RANK", "0"):
            os.kill(os.getpid(), signal.SIGTERM)

    optimizer.Optimizers.step = stepped


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
