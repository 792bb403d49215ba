"""Questions to the shipped models, few of them."""

import json
from pathlib import Path

import pytest

from body.setting import SettingError
from pontine.commands.probe import ProbeConfig, probe
from sim.tasks import TASKS


@pytest.mark.parametrize("what", ["first", "swap", "timing"])
def test_every_probe_writes_its_figures(what: str, tmp_path: Path) -> None:
    out = tmp_path / "probe.json"
    assert probe(ProbeConfig(what=what, episodes=8, seed=800_000, out=out)) == 0  # type: ignore[arg-type]
    figures = json.loads(out.read_text())
    if what == "first":
        assert figures["scenes"] == 8
        # the right codes without the right place would be luck
        assert figures["codes"]["rate"] <= figures["places"]["rate"] + 0.25
        assert figures["places"]["rate"] > 0.5
        assert len(figures["tasks"]) == min(8, len(TASKS))
    elif what == "swap":
        assert figures["follows_the_thought"] + figures["follows_the_sentence"] <= 1
    else:
        assert 0 < figures["brain_standing_thought_ms"]["p50"] < 1000
        assert figures["brain_same_codes_ms"]["p50"] < figures["brain_standing_thought_ms"]["p50"]


@pytest.mark.slow
def test_a_knocked_camera_moves_the_places_that_are_told(tmp_path: Path) -> None:
    def off(**given: tuple[object, ...]) -> float:
        out = tmp_path / "probe.json"
        task = ("pick", "place_in")
        assert probe(ProbeConfig(episodes=12, task=task, seed=800_000, out=out, **given)) == 0
        figures = json.loads(out.read_text())
        assert all(figures[name] == list(values) for name, values in given.items())
        return figures["place_error_mm"]["p50"]

    assert off() < 15  # places are told in steps of 9 by 10 mm
    assert off(perturb=("camera_pose=2",)) > 15
    assert off(worlds=(100, 101, 102, 103)) > 15  # cameras there stand centimetres off as well


def test_probing_the_brain_needs_the_brain(tmp_path: Path) -> None:
    from pontine.agent.stack import StackConfig

    config = ProbeConfig(episodes=1, stack=StackConfig(tokens="null"), out=tmp_path / "x.json")
    with pytest.raises(SettingError, match="leave --tokens at brain"):
        probe(config)
