"""The controller's step ids are those of the plans that it is trained on."""

from cerebellum import augment
from sim.tasks import Step


def test_step_ids_are_those_of_the_tasks() -> None:
    for step in Step:
        assert getattr(augment, step.name) == step
