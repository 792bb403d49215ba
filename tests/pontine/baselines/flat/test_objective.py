"""What the flat baseline descends on."""

from dataclasses import replace

import pytest
import torch

from learning.objective import Step
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.dataset import FlatData
from pontine.baselines.flat.network import FlatNetwork
from pontine.baselines.flat.objective import FlatObjective, binding
from tests.pontine.baselines.flat.conftest import SMALL


def network() -> FlatNetwork:
    torch.manual_seed(0)
    return FlatNetwork(SMALL)


def test_muon_steps_matrices_between_words_and_what_is_seen() -> None:
    flat = network()
    names = {id(value): name for name, value in flat.named_parameters()}
    chosen = [names[id(parameter)] for parameter in binding(flat)]
    assert chosen and all(name.startswith("grounding.") for name in chosen)
    assert not {"grounding.table.weight", "grounding.place"} & set(chosen)
    assert all(parameter.ndim == 2 for parameter in binding(flat))


@pytest.mark.parametrize(("share", "seeing"), [(0.4, False), (0.6, True)])
def test_the_eyes_learn_late_and_a_step_repeats_itself(
    data: FlatData, share: float, seeing: bool
) -> None:
    flat = network().train()
    objective = FlatObjective(replace(FlatTraining(), unfreeze=0.5), flat, data, data)
    batch = objective.batch(3)
    assert torch.equal(batch["pixels"], objective.batch(3)["pixels"])
    losses = [objective.loss(batch, Step(3, share))[0] for _ in range(2)]
    assert losses[0].item() == losses[1].item()
    losses[0].backward()
    assert (flat.encoder.stem[0][0].weight.grad is not None) == seeing  # type: ignore[index]
    assert not flat.encoder.training
