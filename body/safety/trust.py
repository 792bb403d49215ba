"""Whether the robot's state may be believed: readings that were refused, and who sends them.

A single bad reading is forgiven: the robot counts as silent until the next good one. Where a
second comes within `MISTRUST`, two sources speak in turn or one speaks nonsense, and nothing is
believed until it has been quiet for so long. Times are ns of one clock, never falling.
"""

MISTRUST = 1.0  # s
BURST = 0.05  # s in which refusals count as one: the way to a wrong reading and the way back
SECOND = 1_000_000_000


class Trust:
    """Tell it what was believed and what was refused.

    Attributes:
        heard: when a reading was believed last (None: never).
        reason: of the last refusal. rivals: who else speaks for the robot; "": nobody.
        rivals_since: when they were noticed.
    """

    def __init__(self) -> None:
        self.heard: int | None = None
        self.reason = self.rivals = ""
        self.rivals_since = 0
        self._refused: int | None = None
        self._begun = -10 * SECOND  # of the last burst
        self._until = 0

    def believe(self, now: int) -> None:
        """A reading was found good."""
        if now >= self._until:
            self.heard = now

    def refuse(self, reason: str, now: int, grave: bool = True) -> bool:
        """A reading was refused; whether that is news. One that is not `grave` is forgiven however
        often it happens."""
        self.reason = reason
        known = now < self._until
        last, self._refused = self._refused, now
        if not grave:
            return last is None or now - last > MISTRUST * SECOND
        if now - self._begun <= BURST * SECOND:
            return False
        if now - self._begun < MISTRUST * SECOND:
            self._until = now + round(MISTRUST * SECOND)
        self._begun = now
        return not known

    def name_rivals(self, names: str, now: int) -> None:
        """These publish the robot's state beside one another; "": one alone does."""
        if names and not self.rivals:
            self.rivals_since = now
        self.rivals = names

    def doubts(self, now: int) -> str:
        """Why nothing is believed at present; "": it is."""
        refused, heard = self._refused, self.heard
        last = refused is not None and (heard is None or refused >= heard)
        return self.reason if last or now < self._until else ""
