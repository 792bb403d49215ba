from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from episodes.replacing import replacing
from learning.errors import CheckpointError
from learning.run import NEEDS, Run


def kept(run: Run) -> None:
    run.save({name: 0 for name in NEEDS if name != "settings"})


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    run = Run(tmp_path, replacing, {"data": "a", "seed": 1})
    assert run.load() is None
    kept(run)
    assert run.load() is not None
    others: tuple[tuple[dict[str, Any], str], ...] = (
        ({"data": "b"}, "other data: "), ({"data": "b", "seed": 2}, "other data, seed: "),
        ({"rows": 3}, "other rows: "),
    )  # fmt: skip
    for settings, told in others:
        with pytest.raises(CheckpointError, match=f"{told}.*delete"):
            run.depends_on(**settings).load()
    with pytest.raises(CheckpointError, match="other seed"):
        replace(run, settings={"data": "a"}).load()


def test_it_can_be_begun_anew(tmp_path: Path) -> None:
    run = Run(tmp_path, replacing, {"seed": 1})
    kept(run)
    assert replace(run, settings={"seed": 2}, resume=False).load() is None


def test_settings_that_are_no_json_are_compared_by_what_they_say(tmp_path: Path) -> None:
    run = Run(tmp_path, replacing, {"model": Path("a")})
    kept(run)
    assert run.load() is not None
    with pytest.raises(CheckpointError, match="other model"):
        run.depends_on(model=Path("b")).load()
