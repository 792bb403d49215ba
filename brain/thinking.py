"""When a brain thinks anew and what it remembers between two looks; shared by all back ends."""

from dataclasses import dataclass

from body import ControllerReport, Intent, Report
from brain.prompts import decision, intent

SETTING_OUT = 600_000_000
"""ns from a thought's first frame until the arm is on its way: 150 ms of thinking, up to 200 ms
until the cerebellum plans anew, and its window of 200 ms in which an arm at rest has arrived."""


@dataclass
class Standing:
    """The standing thought, the prompt that led to it, and since when it stands.

    Attributes:
        thought: text; "" before the first.
        instruction, before, report: what the thought was made from. Later ticks show the same
            words with a fresh picture, so that they stay inside what training has shown.
        since: stamp (ns) of the first tokens under this thought.
    """

    thought: str
    instruction: str
    before: str
    report: Report
    since: int

    @property
    def intent(self) -> Intent:
        return intent(self.thought)

    @property
    def follows(self) -> bool:
        """Whether what it speaks of moves by itself."""
        return "next follow" in self.thought

    @property
    def turns(self) -> bool:
        """Whether it turns something, which no longer shows then from where it is turned."""
        return "next turn" in self.thought

    def calls_for_new(self, instruction: str, report: ControllerReport, now: int) -> bool:
        """Whether the instruction changed, or the controller speaks of this thought's tokens.

        A report about older tokens is late news, and one that comes sooner than the arm can have
        set out (`now` is the stamp of the present frame, ns) tells of the pose it found the arm in.
        Done and refused stand until a new instruction.
        """
        if instruction != self.instruction:
            return True
        if self.intent is not Intent.ACT:
            return False
        if now - self.since < SETTING_OUT:
            return False
        return report.status is not Report.MOVING and report.token_stamp >= self.since


def next_context(
    standing: Standing | None, instruction: str, report: ControllerReport, now: int
) -> tuple[str, Report] | None:
    """(what the thought before decided, report) to think anew from, or None while it stands.

    Args:
        now: stamp of the present frame, ns.
    """
    if standing is None or instruction != standing.instruction:
        return "", Report.MOVING
    if standing.calls_for_new(instruction, report, now):
        return decision(standing.thought), report.status
    return None
