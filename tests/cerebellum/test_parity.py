"""Training and run time must show the network the same numbers for the same moment."""

from pathlib import Path

import numpy as np

from body.contract.observation import Observation
from body.contract.waypoint import Waypoint
from body.robots.fr3 import FR3
from cerebellum.codec import WaypointCodec
from cerebellum.dataset import ControllerData
from cerebellum.frames import load_frames
from cerebellum.runtime.controller import Cerebellum
from cerebellum.state import CommandState
from cerebellum.statistics import Statistics
from cerebellum.train_config import TrainControllerConfig
from tests.cerebellum.synthetic import ToyCache
from tests.cerebellum.test_dataset import CLEAN

CODEC = WaypointCodec()

TIME_TO_GO = 9  # column of the token features


def test_run_time_senses_are_those_of_training(
    tiny: TrainControllerConfig, engines: Path, toy: ToyCache, monkeypatch
):
    monkeypatch.setenv("PONTINE_CACHE", str(engines))
    cerebellum = Cerebellum(tiny.out, FR3)
    frames = load_frames(toy, FR3)
    data = ControllerData(frames, toy.wrist, CODEC, Statistics.load(tiny.out), FR3, CLEAN)
    weights = np.array(data._cumulative)  # type: ignore[attr-defined]
    for row in (3, 40, 77):
        weights[:] = np.arange(len(frames)) >= row  # every draw falls on this frame
        object.__setattr__(data, "_cumulative", weights)
        trained = data.arrays(np.random.default_rng(0), 1)
        seen = Observation(
            0, frames.position[row], frames.velocity[row], frames.width[row], frames.wrench[row],
            {"wrist": toy.wrist[row]},
        )  # fmt: skip
        closed = bool(frames.closed[row])
        cerebellum.command = CommandState(frames.command[row], frames.increment[row], closed)
        place = frames.waypoint[row]
        codes = CODEC.encode(Waypoint(place[:3], place[3], place[4] > 0.5, max(place[5], 0.05)))
        senses = cerebellum._senses(seen, codes, 0.0, np.zeros((0, 5)))
        wanted = trained["token"].copy()  # but the hand times its own arrival
        wanted[:, TIME_TO_GO] = cerebellum._own_time_to_go(place[:4], place[4] > 0.5)
        assert np.allclose(senses.token, wanted, atol=1e-5)
        for name in ("proprio", "force"):
            assert np.allclose(getattr(senses, name), trained[name], atol=1e-5), name
        assert np.allclose(senses.wrist, trained["wrist"].transpose(0, 3, 1, 2), atol=1e-4)
