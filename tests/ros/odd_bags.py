"""Short bags of one take, spoilt on the way, and all that is read of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from body.robots.fr3 import FR3
from pontine.ros.bag import Bag
from pontine.ros.stream_reader import HowToRead
from pontine.ros.takes import Account, Take, takes
from tests.ros.recorded_graph import CODEC, Plot, write_bag

TEXT = "pick up the red cube"
PLOT = Plot(seconds=2.5, sentences=((0.2, TEXT),))
WALL = replace(PLOT, clock=False, start=1_700_000_000_000_000_000)
SLOW = pytest.mark.slow
FRAMES = 46  # of PLOT: from 0.2 s on, at 20 Hz
SENSORS = ("/joint_states", "/wrench", "/camera/wrist/image_raw", "/camera/fixed/image_raw")


def read(path: Path, how: HowToRead | None = None) -> tuple[list[Take], Account, str]:
    account = Account()
    with Bag(path, FR3, how, progress=False) as bag:
        found = list(takes(bag, CODEC.codec_id, 0.2, account))
        for take in found:
            for camera in ("wrist", "fixed"):
                assert len(take.pictures(bag, camera)) == len(take)
        return found, account, "\n".join([*account.lines(), *bag.lines()])


def bag(tmp_path: Path, spoil: Any, plot: Plot = PLOT) -> Path:
    return write_bag(tmp_path / "bag", replace(plot, spoil=spoil))
