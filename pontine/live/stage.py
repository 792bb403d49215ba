"""What the simulated robot's processes share beside the bus: the scene, the physics, the faults."""

from typing import Any

from cerebellum.runtime.channel import Channel, Channels

POSITIONS = 96  # generalised coordinates, at most

_LAYOUTS: dict[str, list[Any]] = {
    "scene": [("task", "S32"), ("seed", "i8")],
    "physics": [("qpos", "f8", POSITIONS), ("scene", "i8"), ("done", "?")],
    # silent: the robot sends no state; frozen: the camera repeats a picture; dropped: it sends
    # none; nan: plans hold no numbers; slow: s that each inference takes longer
    "faults": [("silent", "?"), ("frozen", "?"), ("dropped", "?"), ("nan", "?"), ("slow", "f8")],
}


class Stage(Channels):
    """Every channel as an attribute; each process makes its own."""

    scene: Channel
    physics: Channel
    faults: Channel

    def __init__(self, graph: str, *, create: bool = False) -> None:
        super().__init__(f"pontine.{graph}.stage", _LAYOUTS, create=create)
