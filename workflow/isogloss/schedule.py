"""The learning rate over the steps of a training, in pre-training and fine-tuning alike."""


def warmup_decay(step: int, last: int, warmup: float) -> float:
    """Linear warm-up over the share `warmup` of `last` steps, then linear decay to 0, as a factor of the peak rate.

    `step` counts from 0 and may be `last` (0.0). The peak is reached in the last step of the warm-up, which has one at least.
    """
    rise = max(1, round(warmup * last))
    return (step + 1) / rise if step < rise else (last - step) / max(1, last - rise)
