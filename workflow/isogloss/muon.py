"""Muon in the precision that the processor multiplies in."""

import torch

from .device import bf16_pays


class Muon(torch.optim.Muon):
    """torch's Muon (Jordan et al. 2024). Its products are in bf16; where that is emulated, some thirty times slower than fp32, this one
    computes the same update in the precision of the gradients. Momentum is Nesterov's, and an update as large as AdamW's (Liu et al. 2025,
    section 2.2): neither is an option, so that both ways stay one optimiser."""

    def __init__(self, params, lr: float, weight_decay: float) -> None:
        super().__init__(params, lr=lr, weight_decay=weight_decay, nesterov=True, adjust_lr_fn="match_rms_adamw")

    def step(self, closure=None):
        if bf16_pays(self.param_groups[0]["params"][0].device):
            return super().step(closure)
        if closure is not None:
            raise TypeError("no closure, please: a training step has computed its gradients")
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad, group)
        return None

    @torch.no_grad()
    def _update(self, parameter: torch.Tensor, gradient: torch.Tensor, group: dict) -> None:
        momentum = self.state[parameter].setdefault("momentum_buffer", torch.zeros_like(gradient))
        momentum.lerp_(gradient, 1 - group["momentum"])
        direction = gradient.lerp(momentum, group["momentum"])
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        size = 0.2 * max(parameter.shape) ** 0.5
        parameter.add_(orthogonalised(direction, group["ns_coefficients"], group["ns_steps"], group["eps"]), alpha=-group["lr"] * size)


def orthogonalised(matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int, epsilon: float) -> torch.Tensor:
    """U p(S) Vᵀ of a matrix U S Vᵀ: Newton-Schulz iterations with the quintic p(s) = a s + b s³ + c s⁵ bring each singular value near 1."""
    a, b, c = coefficients
    wide = matrix.T if matrix.size(0) > matrix.size(1) else matrix
    wide = wide / wide.norm().clamp(min=epsilon)
    for _ in range(steps):
        gram = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide.T if matrix.size(0) > matrix.size(1) else wide
