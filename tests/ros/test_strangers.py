"""No state that is not the robot's is armed, and no command breaks a limit judged from truth."""

import os
from collections import Counter

import pytest

from body import RobotSpec
from body.robots.fr3 import FR3
from body.robots.so101 import SO101
from body.robots.ur5e import UR5E
from body.safety.safety_state import Cause
from tests.ros.variants import END, NEAR, STRANGERS, Variant, play

ARMS = pytest.mark.parametrize("spec", [FR3, UR5E, SO101], ids=lambda spec: spec.name)
FEW, MANY = 24, int(os.environ.get("PONTINE_VARIANTS", "100"))


def judge(spec: RobotSpec, seeds: range) -> Counter[str]:
    """Counts of what came of these variants; raises AssertionError where one was unsafe."""
    found: Counter[str] = Counter()
    for seed in seeds:
        done = play(Variant(spec, seed, STRANGERS[seed % len(STRANGERS)]))
        about = f"{spec.name}, seed {seed}: {done}"
        assert done.violations == 0, about
        assert done.armed < 0 or done.foreign <= NEAR, about
        assert not done.lied, about
        if done.heard >= 0 and done.named and done.heard < END - 0.55:
            assert 0 <= done.held - done.heard <= 0.011, about
            assert 0 <= done.stopped - done.heard <= 0.52, about
        found[f"{done.kind}: variants"] += 1
        found[f"{done.kind}: armed"] += done.armed >= 0
        found[f"{done.kind}: commands"] += done.commands
    return found


@ARMS
def test_strangers_never_arm_nor_jerk_an_arm(spec: RobotSpec) -> None:
    found = judge(spec, range(FEW))
    assert found["none: armed"] + found["other joints: armed"] > 0, "the true robot is armed"


@pytest.mark.slow
@ARMS
def test_strangers_never_arm_nor_jerk_an_arm_however_they_vary(spec: RobotSpec) -> None:
    """With PONTINE_VARIANTS=1000 and -s it prints the table of docs/realtime.md."""
    found = judge(spec, range(1000, 1000 + MANY))
    assert found["none: armed"] >= 0.7 * found["none: variants"]
    for kind in STRANGERS:
        row = [found[f"{kind}: {what}"] for what in ("variants", "armed", "commands")]
        print(f"{spec.name:6} {kind:13} {row[0]:5} {row[1]:5} {row[2]:7}")


def test_two_publishers_are_named() -> None:
    for seed in range(4):
        variant = Variant(FR3, seed, "pose")
        variant.named, variant.stranger_on = True, (0.0, 10.0)
        done = play(variant)
        assert done.armed < 0 and done.commands == 0
        assert done.causes[str(Cause.RIVALS)] > 0, done
