"""Flow matching as an objective of the loop."""

import torch

from cerebellum.imitation import Imitation, fit_controller
from cerebellum.inputs import TOKEN_SIZE, proprio_size
from cerebellum.network import Controller
from episodes.replacing import replacing
from learning.objective import Step
from learning.run import Run
from learning.schedule import Schedule
from tests.cerebellum.conftest import SMALL


class Noise:
    """Batches of no meaning."""

    def batch(self, number: int, size: int) -> dict[str, torch.Tensor]:
        draw = torch.Generator().manual_seed(number)
        sizes = {
            "token": TOKEN_SIZE,
            "proprio": proprio_size(7),
            "force": 6,
            "place": 8,
            "correction": 4,
        }
        made = {name: torch.randn(size, width, generator=draw) for name, width in sizes.items()}
        target = torch.randn(size, 16, 5, generator=draw)
        return {
            **made, "target": target, "wrist": torch.rand(size, 4, 64, 64, generator=draw),
            "prefix": torch.zeros_like(target), "prefix_mask": torch.zeros(size, 16),
            "known": torch.ones(size),
        }  # fmt: skip


def imitation(judged: list[tuple[Controller, bool]]) -> Imitation:
    def judge(network: Controller, last: bool) -> dict[str, float]:
        judged.append((network, last))
        return {"figure": 1.0}

    torch.manual_seed(0)
    return Imitation(Controller(SMALL), Noise(), judge, 4, torch.device("cpu"), bf16=False)


def test_a_step_repeats_itself_and_another_has_other_noise() -> None:
    objective = imitation([])
    batch = objective.batch(5)
    first, again, other = (objective.loss(batch, Step(n, 0.0))[0].item() for n in (5, 5, 6))
    assert first == again != other


def test_the_averaged_weights_are_judged_and_returned(tmp_path) -> None:
    judged: list[tuple[Controller, bool]] = []
    objective = imitation(judged)
    schedule = Schedule(steps=4, validate_every=None, checkpoint_every=2)
    average, fitted = fit_controller(Run(tmp_path, replacing), objective, schedule, ema=0.5)
    assert [last for _, last in judged] == [False, True]
    assert all(network is average for network, _ in judged) and fitted.figures == {"figure": 1.0}
    weights = [m.field.enter.weight for m in (average, objective.model)]
    assert not torch.equal(*weights) and not average.training
