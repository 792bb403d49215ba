"""Who speaks for the robot: two publishers of joint states cannot both be right."""

from collections.abc import Callable
from typing import Any

REMEMBERED = 2.0  # s after its last word for which a publisher counts
LOOK = 0.5  # s between two looks at the graph, where messages do not tell who sent them


class Sources:
    """Call :meth:`hear` with every message that names the robot's joints.

    Attributes:
        rivals: who speaks beside whom, by their nodes' names; "": one alone does.

    Args:
        publishers: the topic's endpoints, as `Node.get_publishers_info_by_topic` gives them.
    """

    def __init__(self, publishers: Callable[[], list[Any]]) -> None:
        self._publishers = publishers
        self._heard: dict[bytes, float] = {}
        self._looked = float("-inf")
        self.rivals = ""

    def hear(self, source: bytes, now: float) -> bool:
        """A message of `source` (its publisher's gid; b"": not known) came at `now` s; whether
        `rivals` has changed.

        Without gids every publisher of the topic counts, those of the fingers too.
        """
        before = self.rivals
        if source:
            self._heard[source] = now
            if len(self._heard) == 1:
                return False
            self._heard = {k: at for k, at in self._heard.items() if now - at <= REMEMBERED}
        parted = (len(self._heard) > 1) != bool(before)
        if parted or now - self._looked > LOOK:
            self._looked = now
            ends = {bytes(end.endpoint_gid): _name(end) for end in self._publishers()}
            speakers = [ends.get(key, "a node not known yet") for key in self._heard]
            speakers = speakers if source else list(ends.values())
            self.rivals = " and ".join(sorted(speakers)) if len(speakers) > 1 else ""
        return self.rivals != before


def _name(end: Any) -> str:
    return f"{end.node_namespace.rstrip('/')}/{end.node_name}"
