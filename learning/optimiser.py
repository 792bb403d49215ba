"""Muon for chosen matrices, AdamW for everything else.

Muon steps along the orthogonalised momentum of a matrix (Jordan et al. 2024, "Muon: an optimizer
for hidden layers in neural networks"); scaled as in Liu et al. 2025, "Muon is scalable for LLM
training", it shares AdamW's learning rate. Binding words to what is seen is where it pays: the
grounding drills tell nine places in ten rightly after 400 steps, AdamW's one in four. A
convolution's filters are a matrix too, one row a filter.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

BETAS = (0.9, 0.98)
MOMENTUM = 0.95
STEPS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the quintic iteration, Jordan et al. 2024


class Optimiser:
    """Steps parameters with two optimisers at one learning rate.

    Args:
        parameters: those to train.
        learning_rate: peak; `set_rate` changes it.
        weight_decay: of everything with more than one dimension.
        muon: those of them that Muon steps: matrices, and filters of convolutions.
        precise: let Muon orthogonalise in single precision. torch's own does it in bfloat16: on a
            CPU without that, a step of the flat baseline takes 12 s so, and 0.25 s here.
        fused: torch's fused AdamW, which rounds otherwise.

    Attributes:
        parameters: those to train, in their order.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], learning_rate: float,
                 weight_decay: float, muon: Iterable[nn.Parameter] = (), *,
                 precise: bool = False, fused: bool = False) -> None:  # fmt: skip
        self.parameters = list(parameters)
        chosen = {id(parameter) for parameter in muon}
        matrices = []
        self._filters: list[tuple[nn.Parameter, nn.Parameter]] = []
        for parameter in self.parameters:
            if id(parameter) not in chosen:
                continue
            rows = parameter
            if parameter.ndim > 2:
                rows = nn.Parameter(_rows(parameter, parameter.data))
                self._filters.append((parameter, rows))
            matrices.append(rows)
        self._parts: list[torch.optim.Optimizer] = []
        if matrices:
            self._parts.append(
                Muon(matrices, learning_rate, weight_decay) if precise else torch.optim.Muon(
                    matrices, lr=learning_rate, weight_decay=weight_decay, momentum=MOMENTUM,
                    adjust_lr_fn="match_rms_adamw",
                )
            )  # fmt: skip
        others = [parameter for parameter in self.parameters if id(parameter) not in chosen]
        if others:
            groups = [
                {"params": [p for p in others if p.ndim > 1], "weight_decay": weight_decay},
                {"params": [p for p in others if p.ndim <= 1], "weight_decay": 0.0},
            ]
            self._parts.append(
                torch.optim.AdamW(groups, lr=learning_rate, betas=BETAS, fused=fused or None)
            )

    def set_rate(self, learning_rate: float) -> None:
        """Learning rate of the next step."""
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = learning_rate

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None
        for _, rows in self._filters:
            rows.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient once."""
        for parameter, rows in self._filters:
            grad = parameter.grad
            rows.grad = None if grad is None else _rows(parameter, grad)
        for part in self._parts:
            part.step()

    def state_dict(self) -> list[dict[str, Any]]:
        """State of both, for a checkpoint."""
        return [part.state_dict() for part in self._parts]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Go on from `states`."""
        for part, state in zip(self._parts, states, strict=True):
            part.load_state_dict(state)


def hidden_matrices(module: nn.Module) -> list[nn.Parameter]:
    """What Muon steps of a network of layers: all matrices but embedding tables, and filters of
    more than one pixel (those of one are read-outs, and go with the tables)."""
    tables = {id(m.weight) for m in module.modules() if isinstance(m, nn.Embedding)}
    filters = {id(m.weight) for m in module.modules()
               if isinstance(m, nn.Conv2d) and m.weight[0, 0].numel() > 1}  # fmt: skip
    return [p for p in module.parameters()
            if (p.ndim == 2 and id(p) not in tables) or id(p) in filters]  # fmt: skip


class Muon(torch.optim.Optimizer):
    """Muon in single precision: steps along the orthogonalised (Nesterov) momentum of matrices.

    Args:
        matrices: parameters of two dimensions.
        lr: learning rate, as AdamW would have it. weight_decay: decoupled.
    """

    def __init__(
        self, matrices: Iterable[nn.Parameter], lr: float, weight_decay: float = 0.0
    ) -> None:
        super().__init__(list(matrices), {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Move every matrix that has a gradient."""
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is None:
                    continue
                state = self.state[matrix]
                if not state:
                    state["momentum"] = torch.zeros_like(matrix)
                state["momentum"].lerp_(matrix.grad, 1 - MOMENTUM)
                update = orthogonal(matrix.grad.lerp(state["momentum"], MOMENTUM))
                matrix.mul_(1 - group["lr"] * group["weight_decay"])
                matrix.add_(update, alpha=-group["lr"] * 0.2 * max(matrix.shape) ** 0.5)


def orthogonal(matrix: Tensor) -> Tensor:
    """About U V^T of the singular value decomposition of `matrix` (m, n): singular values in
    0.6 to 1.2 where they were not much below the largest."""
    a, b, c = COEFFICIENTS
    tall = matrix.size(0) > matrix.size(1)
    x = matrix.T if tall else matrix
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(STEPS):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x


def _rows(filters: Tensor, value: Tensor) -> Tensor:
    """(O, I K K) of `value` (O, I, K, K) in the order in which `filters` lie in memory: of
    themselves, they are the same memory."""
    if filters.is_contiguous(memory_format=torch.channels_last):
        value = value.permute(0, 2, 3, 1)
    return value.reshape(len(value), -1)
