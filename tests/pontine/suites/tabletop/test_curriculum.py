"""Strength grows only as success allows."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.setting import SettingError
from pontine.agent.stack import StackConfig
from pontine.collecting.collect import collect
from pontine.collecting.config import CollectConfig
from pontine.evaluation.log import EvaluationError
from pontine.suites.tabletop.curriculum import (
    CLIMB,
    CROWDING,
    DESCEND,
    FEWEST,
    RUNGS,
    TABLE,
    Curriculum,
)
from sim.perturbations import PERTURBATIONS, PerturbationError

PLAYBACK = StackConfig(tokens="oracle", controller="playback")


def entered(curriculum: Curriculum, successes: list[bool], first: int) -> None:
    """A round of episodes of the one kind."""
    curriculum.note(first, [("pick", seed, done) for seed, done in enumerate(successes)])


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=20), max_size=12))
def test_a_rung_is_left_only_by_what_was_shown_on_it(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[bool]]
) -> None:
    folder = tmp_path_factory.mktemp("set")
    curriculum = Curriculum(folder, {"light": 0.8})
    assert curriculum.strength("light") == pytest.approx(0.8 / RUNGS)
    shown: list[bool] = []
    for first, successes in enumerate(rounds):
        before = curriculum.rung("light")
        entered(curriculum, successes, first)
        shown += successes
        after = curriculum.rung("light")
        share = sum(shown) / len(shown)
        if len(shown) < FEWEST or DESCEND <= share < CLIMB:
            assert after == before
        elif share >= CLIMB:
            assert after == min(before + 1, RUNGS)
        else:
            assert after == max(before - 1, 1)
        if after != before:
            shown = []
        again = Curriculum(folder, {"light": 0.8})
        assert again.rows == curriculum.rows
        assert again.knows(first)
        assert again.strength("light") == pytest.approx(0.8 * after / RUNGS)


def test_tasks_and_seeds_take_every_kind_in_turn(tmp_path: Path) -> None:
    curriculum = Curriculum(tmp_path, {})
    kinds = [kind for kind in PERTURBATIONS if kind != CROWDING]
    assert [curriculum.kind("pick", seed) for seed in range(len(kinds))] != kinds[:1] * len(kinds)
    for task in ("pick", "follow"):
        assert {curriculum.kind(task, seed) for seed in range(len(kinds))} == set(kinds)
    assert curriculum.kind("pick", 0) != curriculum.kind("stack", 0)


def test_a_kind_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PerturbationError, match="no perturbation 'fog'"):
        Curriculum(tmp_path, {"fog": 1.0})


def test_the_expert_has_no_curriculum() -> None:
    with pytest.raises(EvaluationError, match="agent"):
        collect(CollectConfig(curriculum=8))
    with pytest.raises(SettingError, match="--curriculum 8: plays no part in metaworld"):
        collect(CollectConfig(suite="metaworld", curriculum=8))


@pytest.mark.slow
def test_rounds_are_noted_and_an_interrupted_one_is_finished(tmp_path: Path) -> None:
    config = CollectConfig(
        task=("press_button",), episodes=12, seed=500_010, out=tmp_path / "data", workers=1,
        cache="none", drive="agent", stack=PLAYBACK, curriculum=10, perturb=("light=1",),
    )  # fmt: skip
    collect(config)
    table = tmp_path / "data" / TABLE
    first, second = Curriculum(tmp_path / "data", {"light": 1.0}).rows
    assert (first.rung, first.strength, first.episodes, first.successes) == (1, 0.25, 10, 10)
    assert (second.rung, second.strength, second.episodes) == (2, 0.5, 2)
    text = table.read_text()
    collect(config)  # nothing is left to do
    assert table.read_text() == text
    table.write_text("\n".join(text.splitlines()[:2]) + "\n")
    collect(replace(config, episodes=14))  # two more of the round that is not in the table
    *_, last = Curriculum(tmp_path / "data", {"light": 1.0}).rows
    assert (last.rung, last.episodes) == (2, 2)
