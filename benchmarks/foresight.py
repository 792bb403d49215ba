"""Late chunks of an oracle that knows its latency, beside docs/codecs.md, whose oracle does not.

Its chunk begins with the steps that will be under way until it takes effect, as a controller's
chunk does under real-time chunking (Black et al. 2025). Usage, after benchmarks/codecs.py:
benchmarks/foresight.py [--latency-ms 400] [--episodes N]
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from body import ActionTokens, ControllerReport, Observation, Waypoint
from body.contract.arrays import Array
from body.geometry.motion import DT, HORIZON, unroll
from pontine.agent.agent import Agent, AgentConfig
from pontine.agent.chunk_oracle import ChunkOracle
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import AgentStack, StackConfig
from pontine.evaluation.config import TEST_SEED
from pontine.evaluation.statistics import wilson
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from sim.tasks import BASIC, Episode, sample_episode
from sim.worlds import World

KINDS = ("bins", "dct", "rvq")


class Foresight(ChunkOracle):
    """Knows that its tokens take effect `lead` steps after the frame, and what it said before."""

    def __init__(self, stack: AgentStack, episode: Episode, lead: int) -> None:
        self.lead = lead
        super().__init__(stack.world, episode.task, episode.goal, stack.codec, stack.mover)

    def reset(self) -> None:
        super().reset()
        self._now = 0
        self._said: list[tuple[int, Array]] = []

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        self._now = round(observation.stamp * 1e-9 / DT)
        return super().think(observation, instruction, report)

    def _encode(self, waypoint: Waypoint) -> tuple[int, ...]:
        self._waypoint = waypoint
        state = self.mover.command
        rows = []
        for tick in range(self._now, self._now + self.lead):
            rows.append(self._under_way(tick))
            state = state.advance(rows[-1])
        closed, after = np.array(float(state.closed)), np.array(float(waypoint.closed))
        way = unroll(state.pose, state.increment, closed, state.target(waypoint.pose), after)
        codes = self.codec.encode(np.concatenate([*np.reshape(rows, (-1, 1, 5)), way])[:HORIZON])
        self._said.append((self._now, self.codec.decode(codes, state)))
        return codes

    def _under_way(self, tick: int) -> Array:
        """(5,) what the tokens in force at policy step `tick` say of it."""
        for begun, chunk in reversed(self._said):
            if begun + self.lead <= tick < begun + HORIZON:
                row: Array = chunk[tick - begun]
                return row
        return np.array([0.0, 0.0, 0.0, 0.0, float(self.mover.command.closed)])


@dataclass(frozen=True)
class ForesightConfig:
    """Folder of fitted codecs, latency in ms, episodes a task and the first of their seeds."""

    codecs: Path = Path("out/codecs")
    kinds: tuple[str, ...] = KINDS
    latency_ms: float = 400.0
    episodes: int = 25
    seed: int = TEST_SEED


def main(config: ForesightConfig) -> int:
    """Print a row of success for each codec."""
    pace = AgentConfig(latency=1e-3 * config.latency_ms)
    lead = round(pace.latency / DT) + StackConfig().delay
    with World() as world:
        for kind in config.kinds:
            models = ModelPaths(codec=config.codecs / kind)
            settings = StackConfig(tokens="oracle", controller="playback", models=models)
            stack = AgentStack(settings, world)
            won = []
            for task in BASIC:
                for seed in range(config.seed, config.seed + config.episodes):
                    episode = sample_episode(task, seed)
                    oracle = Foresight(stack, episode, lead)
                    agent = Agent(oracle, stack.mover, pace)
                    won.append(run_episode(Tabletop(world, episode), agent).success)
            cells = [_rate(part) for part in (*np.split(np.array(won), len(BASIC)), won)]
            print(f"| {kind} | {config.latency_ms:.0f} | {' | '.join(cells)} |", flush=True)
    return 0


def _rate(won: Array | list[bool]) -> str:
    low, high = wilson(int(np.sum(won)), len(won))
    return f"{np.mean(won):.0%} [{low:.0%}, {high:.0%}]"


if __name__ == "__main__":
    raise SystemExit(main(tyro.cli(ForesightConfig)))
