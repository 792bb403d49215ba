"""Codes executed without a controller: what the tokens alone are worth."""

from collections.abc import Sequence

import numpy as np

from body.contract.arrays import Array
from body.contract.observation import Observation
from body.contract.robot_spec import RobotSpec
from body.geometry import motion
from cerebellum.codec.protocol import Codec
from cerebellum.codec.waypoint import WaypointCodec
from cerebellum.runtime.driver import Driver


class Playback(Driver):
    """Obeys decoded codes by the plain law, blind to every sense.

    A waypoint is gone to directly. A chunk of motion (`bins`) began when its tokens were
    stamped: the steps that lie before now are skipped, and after its end the hand stops.
    The null code slows down to a hold.
    """

    def __init__(self, codec: Codec, spec: RobotSpec, replan: int = 4, delay: int = 1) -> None:
        super().__init__(spec, codec, replan, delay)

    def plan(
        self, observation: Observation, codes: Sequence[int], age: float, promised: Array
    ) -> Array:
        state = self.command
        for action in promised:
            state = state.advance(action)
        stop = motion.stop(state.increment, np.array(float(state.closed)))
        if not codes:
            rows = stop
        elif isinstance(self.codec, WaypointCodec):
            rows = self.codec.decode(codes, state)
        else:
            first = round(age / motion.DT) + len(promised)
            rows = self.codec.decode(codes, state)[first:]
            last = rows[-1] if len(rows) else np.array([*state.increment, float(state.closed)])
            rows = np.concatenate([rows, motion.stop(last[:4], last[4])])
        return np.concatenate([promised, rows])[: motion.HORIZON]
