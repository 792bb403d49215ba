"""The walk through the house in docs/architecture.md is the one that an episode takes."""

import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from pontine.agent.stack import AgentStack, StackConfig
from pontine.rollout import Watcher, rollout
from pontine.suites.tabletop.environment import Tabletop
from sim.tasks import sample_episode
from sim.worlds import World

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"
ROW = re.compile(r"^\| `([\w/]+\.py)` \| `(\w+)` \|", re.M)
STEPS = 6  # policy steps: the first look's tokens arrive after three


class Enough(Watcher[Any, Any]):
    """Ends an episode after so many steps of the policy."""

    def __init__(self) -> None:
        self.steps = 0

    def stepped(self) -> bool:
        self.steps += 1
        return self.steps == STEPS


def test_the_walk_is_the_one_that_an_episode_takes(world: World) -> None:
    page = PAGE.read_text(encoding="utf-8")
    walk = ROW.findall(page.partition("## A walk")[2].partition("\n## ")[0])
    assert len(walk) > 15
    stack = AgentStack(StackConfig(), world)
    episode = sample_episode("pick", 800_000)
    calls: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(ROOT)):
            calls.append((str(Path(code.co_filename).relative_to(ROOT)), code.co_name))

    sys.setprofile(note)
    try:
        rollout(Tabletop(world, episode), stack.agent(episode), (Enough(),))
    finally:
        sys.setprofile(None)
    left = iter(calls)
    for step in walk:
        assert step in left, f"{step} does not come after what stands above it in {PAGE.name}"
