"""Who speaks for the robot: two publishers of joint states cannot both be right."""

from collections.abc import Callable
from typing import Any

REMEMBERED = 2.0  # s after its last word for which a publisher counts
LOOK = 0.5  # s between two looks at the graph, where messages do not tell who sent them


class Sources:
    """Call :meth:`hear` with every message that names the robot's joints.

    Args:
        publishers: the topic's endpoints, as `Node.get_publishers_info_by_topic` gives them.
    """

    def __init__(self, publishers: Callable[[], list[Any]]) -> None:
        self._publishers = publishers
        self._heard: dict[bytes, float] = {}
        self._rivals = ""
        self._looked = float("-inf")

    def hear(self, source: bytes, now: float) -> str:
        """A message of `source` (its publisher's gid; b"": not known) came at `now` s; who speaks
        beside whom, by their nodes' names; "": one alone does.

        Without gids every publisher of the topic counts, those of the fingers too.
        """
        if source:
            self._heard[source] = now
            if len(self._heard) == 1:
                self._rivals = ""
                return ""
            self._heard = {k: at for k, at in self._heard.items() if now - at <= REMEMBERED}
        if now - self._looked > LOOK or (len(self._heard) > 1) != bool(self._rivals):
            self._looked = now
            found = {bytes(end.endpoint_gid): _name(end) for end in self._publishers()}
            speakers = [found.get(k, "somebody unknown") for k in self._heard] or list(
                found.values()
            )
            self._rivals = " and ".join(sorted(speakers)) if len(speakers) > 1 else ""
        return self._rivals


def _name(end: Any) -> str:
    return f"{end.node_namespace.rstrip('/')}/{end.node_name}"
