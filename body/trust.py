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
        self._until = 0

    def believe(self, now: int) -> None:
        """A reading was found good."""
        if now >= self._until:
            self.heard = now

    def refuse(self, reason: str, now: int) -> bool:
        """A reading was refused; whether that is news."""
        self.reason = reason
        since = None if self._refused is None else now - self._refused
        if since is not None and since <= BURST * SECOND:
            return False
        known = now < self._until
        if since is not None and since < MISTRUST * SECOND:
            self._until = now + round(MISTRUST * SECOND)
        self._refused = now
        return not known

    def name_rivals(self, names: str, now: int) -> None:
        """These publish the robot's state beside one another; "": one alone does."""
        if names and not self.rivals:
            self.rivals_since = now
        self.rivals = names

    def doubts(self, now: int) -> str:
        """Why nothing is believed at present; "": it is."""
        last = self._refused is not None and (self.heard is None or self._refused >= self.heard)
        return self.reason if last or now < self._until else ""
