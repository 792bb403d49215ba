"""What all brains share: when they think anew, and what is kept where an answer fails."""

import numpy as np
import pytest

from body import ControllerReport, Intent, Observation
from body.robots.fr3 import FR3
from brain.errors import ServerError
from brain.standing_brain import CodesRead, StandingBrain


class Scripted(StandingBrain):
    """Answers with `thoughts` in turn; codes are counted."""

    def __init__(self, *thoughts: str, **config: float) -> None:
        super().__init__({"codec_id": "abc"} | config, FR3)
        self.thoughts, self.read = list(thoughts), 0
        self.under: list[str] = []

    def look(self, picture: np.ndarray) -> int:
        return int(picture[0, 0, 0])

    def answered(self, seen: int, text: str) -> tuple[str, CodesRead]:
        if not self.thoughts:
            raise ServerError("nothing more to say")
        return self.thoughts.pop(0), self._codes

    def continued(self, seen: int, text: str, thought: str) -> tuple[int, ...]:
        self.under.append(thought)
        return self._codes()

    def _codes(self) -> tuple[int, ...]:
        self.read += 1
        return (self.read,)


def look(stamp: int) -> Observation:
    image = np.zeros((4, 4, 3), np.uint8)
    return Observation(stamp, FR3.home, np.zeros(7), 0.08, images={"fixed": image})


def test_a_thought_stands_and_is_renewed_as_its_config_says() -> None:
    brain = Scripted("pick it . next above", "pick that . next above", renew_after=1.0, ttl=0.5)
    first = brain.think(look(0), "go")
    assert first.codes == (1,) and first.ttl == 0.5
    assert brain.think(look(5), "go").thought == "pick it . next above"
    assert brain.under == ["pick it . next above"]
    assert brain.think(look(1_000_000_000), "go").thought == "pick that . next above"


def test_without_an_answer_the_standing_thought_is_unchanged() -> None:
    brain = Scripted("pick it . next above")
    brain.think(look(0), "go")
    before = brain.standing
    with pytest.raises(ServerError):
        brain.think(look(1), "another sentence")
    assert brain.standing == before and brain.think(look(2), "go").codes == (2,)


def test_a_refusal_reads_no_codes() -> None:
    brain = Scripted("no cube . refuse")
    for stamp in (0, 1):
        order = brain.think(look(stamp), "go")
        assert order.intent is Intent.REFUSE and order.is_null
    assert brain.read == 0
    report = ControllerReport()
    blind = Observation(1, FR3.home, np.zeros(7), 0.08)
    with pytest.raises(KeyError, match="fixed"):
        brain.think(blind, "go", report)
