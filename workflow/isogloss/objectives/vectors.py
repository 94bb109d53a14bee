"""How near the vectors of translations are, for the log."""

import torch
from torch import nn


def off_pair_cosine(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Mean cosine of x_i and y_j over all i != j, of (N, H) each; 0 for fewer than two. Without the (N, N) matrix.

    Near 1 all vectors point the same way, and cosines of translations mean nothing.
    """
    x, y = nn.functional.normalize(x, dim=-1), nn.functional.normalize(y, dim=-1)
    count = len(x)
    return (x.sum(0) @ y.sum(0) - (x * y).sum()) / max(count * (count - 1), 1)


def precision_at_1(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Share of the x_i whose nearest of all y_j by cosine is y_i, of (N, H) each; ALIGN-MLM's alignment, which is in percent."""
    nearest = (nn.functional.normalize(x, dim=-1) @ nn.functional.normalize(y, dim=-1).T).argmax(1)
    return (nearest == torch.arange(len(x), device=x.device)).to(x.dtype).mean()
