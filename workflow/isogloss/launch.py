"""Several GPUs, one training: the command starts itself again under torchrun, once for each GPU. No torch here."""

import os
import sys

from .gpus import visible_gpus


def one_process_per_gpu(count: int) -> None:
    """Return in a process that shall train: at once for one GPU or none, or in each of `count` processes under torchrun.

    Never more processes than GPUs that can be seen. torchrun replaces this process, so that signals reach it; it passes SIGTERM on and
    gives its processes half a minute to save.
    """
    processes = min(count, len(visible_gpus()))
    if processes < 2 or "LOCAL_RANK" in os.environ:
        return
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    os.execv(sys.executable, [sys.executable, *torchrun, "-m", "isogloss", *sys.argv[1:]])
