"""What one evaluation process does: load the stack once, then run case after case."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pontine.cases import Case, episode_of
from pontine.episode import run_episode
from pontine.film import Film
from pontine.perturb import FreezeTokens, MoveTarget, Perturbation
from pontine.setup import Stack
from sim.worlds import World

if TYPE_CHECKING:
    from pontine.evaluate import EvalConfig

MOVE = 0.03  # m
FREEZE = 1.0  # s

_state: dict[str, Any] = {}


def start(config: "EvalConfig") -> None:
    """Load models and a world in this process."""
    stop()
    world = World()
    _state.update(config=config, world=world, stack=Stack(config.stack, world))


def stop() -> None:
    """Free this process's renderer; harmless where nothing was started."""
    if _state:
        _state.pop("world").close()
        _state.clear()


def work(case: Case) -> dict[str, Any]:
    """Run one case; a row for episodes.jsonl."""
    config, world, stack = _state["config"], _state["world"], _state["stack"]
    episode = episode_of(case, config)
    perturbation: Perturbation | None = None
    if config.perturb == "move":
        perturbation = MoveTarget(MOVE, case.seed)
    elif config.perturb == "freeze":
        perturbation = FreezeTokens(FREEZE)
    agent = stack.agent(episode)
    if not case.video:
        result = run_episode(world, episode, agent, perturbation)
    else:
        with Film(Path(case.video)) as film:
            result = run_episode(world, episode, agent, perturbation, film.add)
            film.close(result)
    row = asdict(result)
    row.pop("tokens")
    return {"key": case.key, **row}
