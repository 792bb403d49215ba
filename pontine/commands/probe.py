"""`pontine probe`: questions to the models that need no closed loop.

first: the first thought about a scene, decoded freely: refused, the right names, the right places,
    and how far from them?
swap: is the thought a decoration? Its target is exchanged by hand before the codes are decoded;
    do the codes go to the new target?
timing: milliseconds of a brain tick (with a new thought; codes under the standing one; codes that
    are those of the tick before) and of a controller tick (encoder and all Euler steps), one CPU
    thread, this machine.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import tyro
from numpy.typing import NDArray

from body import ActionTokens, ControllerReport, Observation, Report
from body.robots.registry import robot
from body.setting import Count, Name, NewFile, Seed, SettingError
from brain.prompts import decision, places
from episodes.replacing import write_text
from episodes.splits import TEST
from episodes.vocabulary import GRASPABLE
from pontine.agent.stack import AgentStack, StackConfig
from pontine.evaluation.statistics import percentiles, wilson
from pontine.suites.tabletop.suite import SUITE
from pontine.suites.tabletop.thoughts import named, placed, thought
from pontine.versions import versions
from sim.perturbations import compose
from sim.tasks import Episode, sample_episode
from sim.tasks import task as find_task
from sim.worlds import World
from sim.worlds.look import in_turn, under

if TYPE_CHECKING:
    from brain.standing_brain import StandingBrain

NEAR = 0.04  # m: the place named is this object's
JUDGED = ("refused", "names", "places", "codes")  # of first thoughts


@dataclass(frozen=True)
class ProbeConfig:
    """Ask the models directly.

    Attributes:
        what: first: whether the first thought is right; swap: whether the codes follow a thought
            whose target was exchanged; timing: milliseconds of brain and controller ticks.
        episodes: scenes to look at, the tasks in turn.
        task: "all", "basic" or names of tasks (for swap, tasks that name one object to grasp).
        seed: seed of the first scene.
        worlds: numbers of worlds that scenes take in turn, as in `pontine eval`; none: every scene
            has its own.
        perturb: perturbations as NAME=STRENGTH (`pontine eval --help` lists the names).
        out: file for the results.
        stack: models and robot.
    """

    what: Literal["first", "swap", "timing"] = "first"
    episodes: Count = 100
    task: tuple[Name, ...] = ("all",)
    seed: Seed = TEST.start
    worlds: tuple[Seed, ...] = ()
    perturb: tuple[Name, ...] = ()
    out: NewFile = Path("out/probe.json")
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        return frozenset(f"stack.{name}" for name in self.stack.unread())

    def check(self) -> None:
        """Refuse what cannot be asked, before a model is loaded.

        Raises:
            SettingError, PerturbationError, UnknownTaskError: names what does not fit.
        """
        if self.stack.tokens != "brain":
            raise SettingError(f"--tokens {self.stack.tokens}: thoughts are the brain's. Remedy: "
                               "leave --tokens at brain")  # fmt: skip
        for name in SUITE.named(self.task):
            find_task(name)
        compose(self.perturb)
        self.stack.check()


def probe(config: ProbeConfig) -> int:
    """Run the probe, print and write its figures; raises what :meth:`ProbeConfig.check` does."""
    config.check()
    with World(robot(config.stack.robot)) as world:
        stack = AgentStack(config.stack, world)
        ask = {"first": _first, "swap": _swap, "timing": _timing}[config.what]
        figures = ask(stack, config)
    figures |= {
        "what": config.what, "seed": config.seed, "worlds": list(config.worlds),
        "perturb": list(config.perturb), "versions": versions(),
    }  # fmt: skip
    write_text(config.out, json.dumps(figures, indent=1) + "\n")
    print(json.dumps({k: v for k, v in figures.items() if k != "versions"}, indent=1))
    return 0


def _scenes(world: World, config: ProbeConfig) -> Iterator[tuple[Episode, Observation]]:
    """Episodes, each with the first look at its scene, in which the world is left."""
    names, wrong = SUITE.named(config.task), compose(config.perturb)
    for k in range(config.episodes):
        seed = config.seed + k
        episode = sample_episode(names[k % len(names)], seed, reach=world.robot.reach)
        scene = under(episode.scene, in_turn(config.worlds, seed))
        episode = wrong.episode(replace(episode, scene=scene))
        world.reset(episode.scene)
        wrong.start(world)
        yield episode, wrong.sense(world.observation(("fixed", "wrist")))


def _brain(stack: AgentStack) -> "StandingBrain":
    assert stack.brain is not None  # or `check` had refused
    return stack.brain


def _first(stack: AgentStack, config: ProbeConfig) -> dict[str, Any]:
    brain = _brain(stack)
    found: dict[str, dict[str, list[bool]]] = {}
    away: list[float] = []
    for episode, observation in _scenes(stack.world, config):
        objects = stack.world.objects()
        brain.reset()
        tokens = brain.think(observation, episode.instruction, ControllerReport())
        own = found.setdefault(episode.task.name, {})
        rights, off = _judged(stack, episode, objects, tokens)
        away.extend(off)
        for name, right in rights.items():
            own.setdefault(name, []).append(right)
    every = {name: [r for own in found.values() for r in own[name]] for name in JUDGED}
    return {"scenes": config.episodes} | {name: _rate(rows) for name, rows in every.items()} | {
        "place_error_mm": percentiles([1e3 * off for off in away], (50, 90)),
        "tasks": {
            task: {name: _rate(rows) for name, rows in own.items()} for task, own in found.items()
        }
    }  # fmt: skip


def _judged(
    stack: AgentStack, episode: Episode, objects: NDArray[np.float32], tokens: ActionTokens
) -> tuple[dict[str, bool], list[float]]:
    """Whether it is refused, and whether the last thought before the step ("pick red cube at ...")
    has the right names and places; of a task of several parts any may come first. And how far, in
    m, the places of the right names are from where those things are."""
    task, first = episode.task, episode.task.steps[0]
    said = _target(tokens.thought or "")
    rights = [_target(thought(task.name, objects, part, first)) for part in episode.goal.parts]
    same = [part for part, right in zip(episode.goal.parts, rights, strict=True)
            if _unplaced(right) == _unplaced(said)]  # fmt: skip
    part = same[0] if same else episode.goal
    rows = [part.target] + [part.destination] * (part.destination >= 0)
    spots, true = places(said), objects[rows, 2:4]
    told = len(spots) == len(true)
    off = [float(np.linalg.norm(way)) for way in true - spots] if told else []
    aim = None
    if not tokens.is_null:
        aim = stack.waypoint_codec.waypoint(tokens.codes).position[:2]
    wanted = task.position(objects.astype(np.float64), part, first)[:2]
    judged = {
        "refused": tokens.is_null, "names": bool(same), "places": told and max(off) < NEAR,
        "codes": aim is not None and bool(np.hypot(*(wanted - aim)) < NEAR),
    }  # fmt: skip
    return judged, off if same else []


def _target(text: str) -> str:
    """What a thought means to do, and to what, without the step."""
    return decision(text).split(" . ")[0]


def _unplaced(text: str) -> str:
    return re.sub(r" <loc_\d+>", "", text)


def _rate(rows: list[bool]) -> dict[str, Any]:
    return {"rate": float(np.mean(rows)), "ci95": wilson(sum(rows), len(rows))}


def _swap(stack: AgentStack, config: ProbeConfig) -> dict[str, Any]:
    brain = _brain(stack)
    followed = kept = tried = 0
    for episode, observation in _scenes(stack.world, config):
        objects = stack.world.objects()
        target = episode.goal.target
        others = [
            i for i, item in enumerate(episode.scene.objects)
            if i not in (target, episode.goal.destination) and item.kind in GRASPABLE
        ]  # fmt: skip
        if not others:
            continue
        other = others[config.seed % len(others)]
        brain.reset()
        brain.swap_thought = _exchange(named(objects, target), placed(objects, other))
        tokens = brain.think(observation, episode.instruction, ControllerReport())
        if tokens.is_null or named(objects, other) not in (tokens.thought or ""):
            continue  # refused, or the thought named another target to begin with
        tried += 1
        place = stack.waypoint_codec.waypoint(tokens.codes).position[:2]
        followed += bool(np.linalg.norm(place - objects[other, 2:4]) < NEAR)
        kept += bool(np.linalg.norm(place - objects[target, 2:4]) < NEAR)
    brain.swap_thought = None
    return {
        "scenes": config.episodes, "thoughts_swapped": tried,
        "follows_the_thought": followed / max(tried, 1), "ci95": wilson(followed, tried),
        "follows_the_sentence": kept / max(tried, 1),
    }  # fmt: skip


def _exchange(old: str, new: str) -> Callable[[str], str]:
    """Rewrites the first "old <loc> <loc>" of a thought as `new` (a name and its place)."""
    pattern = re.compile(re.escape(old) + r" <loc_\d+> <loc_\d+>")
    return lambda thought: pattern.sub(new, thought, count=1)


def _timing(stack: AgentStack, config: ProbeConfig) -> dict[str, Any]:
    anew: list[float] = []
    standing: list[float] = []
    repeated: list[float] = []
    moves: list[float] = []
    for episode, observation in _scenes(stack.world, config):
        agent = stack.agent(episode)
        agent.brain.reset()
        agent.mover.reset(observation)
        tokens, spent = _timed(agent.brain.think, observation, episode.instruction)
        anew.append(spent)
        _, spent = _timed(agent.brain.think, observation, episode.instruction)
        repeated.append(spent)  # the same picture: the codes are the same as well
        _brain(stack).codes = ()
        _, spent = _timed(agent.brain.think, observation, episode.instruction)
        standing.append(spent)
        start = time.perf_counter()
        agent.mover.step(observation, tokens, 0.15)
        moves.append((time.perf_counter() - start) * 1e3)
    names = (50, 90, 99)
    return {
        "brain_new_thought_ms": percentiles(anew[3:], names),
        "brain_standing_thought_ms": percentiles(standing[3:], names),
        "brain_same_codes_ms": percentiles(repeated[3:], names),
        "controller_ms": percentiles(moves[3:], names),
    }


def _timed(
    think: Callable[..., ActionTokens], observation: Observation, instruction: str
) -> tuple[ActionTokens, float]:
    start = time.perf_counter()
    tokens = think(observation, instruction, ControllerReport(Report.MOVING, -1))
    return tokens, (time.perf_counter() - start) * 1e3
