"""The learning rate over the steps of a training, in pre-training and fine-tuning alike."""


def warmup_decay(step: int, last: int, warmup: float, warmup_steps: int | None = None) -> float:
    """Linear warm-up over the share `warmup` of `last` steps (or `warmup_steps`), then linear decay to 0, as a factor of the peak rate.

    `step` counts from 0 and may be `last` (0.0). The peak is reached in the last step of the warm-up, which has one at least.
    """
    rise = _rise(last, warmup, warmup_steps)
    return (step + 1) / rise if step < rise else (last - step) / max(1, last - rise)


def ernie_m_decay(step: int, last: int, warmup: float, warmup_steps: int | None = None) -> float:
    """The schedule of ERNIE-M's released code: as above up to the peak, then 1 - step / last, which jumps down by the warm-up's share."""
    rise = _rise(last, warmup, warmup_steps)
    return (step + 1) / rise if step < rise else (last - step) / max(1, last)


SCHEDULES = {"linear": warmup_decay, "ernie_m": ernie_m_decay}


def _rise(last: int, warmup: float, warmup_steps: int | None) -> int:
    return max(1, round(warmup * last) if warmup_steps is None else warmup_steps)
