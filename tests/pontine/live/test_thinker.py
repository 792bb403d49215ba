"""The brain's process: what it has no answer to brings no tokens, and it goes on."""

import os
import threading
import time

import numpy as np

from body import ActionTokens, ControllerReport, Observation
from body.robots.fr3 import FR3
from brain.errors import ServerError
from cerebellum.runtime.bus import Bus
from cerebellum.runtime.token_record import read_tokens
from pontine.live.thinker import think_until

WAIT = 20.0  # s, on a busy machine


class Moody:
    """Fails at every other look, and says which sentence it was asked."""

    codec_id = "ab" * 8

    def __init__(self) -> None:
        self.looks = 0
        self.asked: list[str] = []

    def reset(self) -> None:
        return

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        self.looks += 1
        self.asked.append(instruction)
        if self.looks % 2:
            raise ServerError("the line is dead")
        return ActionTokens((self.looks,), self.codec_id, observation.stamp)


def test_it_outlives_looks_that_fail(capsys) -> None:
    bus = Bus(f"thinker-{os.getpid()}", FR3, create=True)
    brain, stopped = Moody(), list[int]()
    own = Bus(bus.graph, FR3)
    thread = threading.Thread(target=think_until, args=(stopped, brain, own, 50.0))
    try:
        thread.start()
        bus.state.value["q"][...] = FR3.home
        bus.state.write(0)
        bus.instruction.value["text"] = b"go"
        bus.instruction.write(0)
        end, stamp = time.monotonic() + WAIT, 0
        while brain.looks < 6 and time.monotonic() < end:
            stamp += 1
            bus.pictures["fixed"].value["pixels"][...] = np.uint8(stamp % 256)
            bus.pictures["fixed"].write(stamp)
            time.sleep(0.02)
    finally:
        stopped.append(1)
        thread.join(WAIT)
        reader = Bus(bus.graph, FR3)
        heard = reader.tokens.read()
        tokens = read_tokens(reader.tokens.value, reader.tokens.stamp) if heard else None
        for each in (reader, own):
            each.close()
        bus.close(remove=True)
    assert brain.looks >= 6 and set(brain.asked) == {"go"}
    assert tokens is not None and tokens.codes[0] % 2 == 0 and tokens.stamp > 0
    assert capsys.readouterr().err.count("the line is dead") >= 3
