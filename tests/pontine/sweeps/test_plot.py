from pathlib import Path

import pytest
from PIL import Image

from pontine.evaluation.statistics import wilson
from pontine.sweeps.plot import draw, draw_ages
from pontine.sweeps.registry import known_sweeps


def results(count: int) -> list[dict]:
    """Of `count` points; one without tokens, hence without their age."""
    return [
        {"overall": {
            "success_rate": k / count, "ci95": wilson(k, count),
            "token_age_ms": {"p50": 100.0 * k} if k else {},
        }}
        for k in range(count)
    ]  # fmt: skip


SWEEPS = known_sweeps()


@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_can_be_drawn(name: str, tmp_path: Path) -> None:
    sweep = SWEEPS[name].sweep
    points = sweep.points()
    found = results(len(points))
    draw(sweep, points, found, tmp_path / "plot.png")
    draw(sweep, points, found[::-1], tmp_path / "other.png")
    with Image.open(tmp_path / "plot.png") as one, Image.open(tmp_path / "other.png") as two:
        assert one.width > 600 and one.tobytes() != two.tobytes()


def test_success_is_drawn_over_the_age_of_the_tokens(tmp_path: Path) -> None:
    sweep = SWEEPS["brain_rate"].sweep
    points = sweep.points()
    draw_ages(sweep, points, results(len(points)), tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 10_000
