"""`pontine eval`: many seeded episodes, spread over worker processes, into results.json.

An episode depends on its task and seed alone, never on the worker that ran it, so any number of
workers gives identical figures. Finished episodes are kept: the same command with the same weights
resumes.
"""

import json
import sys
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tqdm import tqdm

from body.plugin import source_hash
from body.setting import Count, CountOrNone, Name, NewFolder, OneOf, Processes, Seed
from episodes.hold import holding
from episodes.replacing import write_text
from pontine.environment import versions
from pontine.evaluation.cases import Case, cases
from pontine.evaluation.films import films, forget_films
from pontine.evaluation.log import EpisodeLog, EvaluationError
from pontine.evaluation.schema import validate, version
from pontine.evaluation.suites import SUITES, tiers
from pontine.evaluation.summary import summarise
from pontine.evaluation.table import show
from pontine.evaluation.workers import Workers
from pontine.policies.plugin import SCRIPTED, check_policy, policy_hash
from pontine.setup import StackConfig
from pontine.shipped import METAWORLD_BRAIN, METAWORLD_MODELS, ModelPaths
from sim.perturbations import compose
from sim.tasks import BASIC, spoken
from sim.tasks import task as find_task

TEST_SEED = 1_000_000


@dataclass(frozen=True)
class EvalConfig:
    """Measure success on held-out seeds.

    Attributes:
        suite: tabletop, or metaworld (`make metaworld` first).
        task: "all", "basic" (the tabletop's four of single things) or names of tasks.
        episodes: episodes a task.
        seed: the first of them; test seeds begin at 1,000,000.
        policy: agent (brain and cerebellum), expert or pid (scripts that see the simulator's
            state), or one of your own: path/to/file.py:Class or package.module:Class
            (docs/policies.md).
        stack: the agent: where tokens come from, rates, noise, masks, models.
        ask: sentences that fit the scene, that name an absent object, or that are no task; swap:
            another valid sentence in place of the scene's own, and is the old one done instead?
        phrasings: sentences seen in training, held out of it, or all.
        language: of the sentences, English or Chinese; scenes and goals are the same in both.
        pairs: objects (colour and kind) seen in training, held out of it, or all.
        worlds: numbers of looks in turn (table, floor, lamp, camera; pontine collect --worlds 8
            shows 0 to 7); none: every scene has its own.
        perturb: what goes wrong, as NAME=STRENGTH, 1 being the strength that docs/evaluation.md
            states for each: object_pose, distractors, colour, texture, light, camera_pose,
            image_noise, blur, frame_drop, action_delay, friction, mass, pushes.
        fault: "move": target jumps 3 cm once the hand descends, tokens cut off; "freeze":
            no tokens for 1 s from then on. For the agent alone.
        protocol: of metaworld: p1 (as LeRobot, seeded) or p2 (as Evo-1).
        shadows: of metaworld: pictures as they were published; --no-shadows is some eight times
            faster, and another picture.
        workers: processes, one thread each; any number gives the same figures.
        videos: films of successes and of failures, so many of each a task.
        out: folder for results.json, report.html, episodes.jsonl and videos/.
        fresh: forget finished episodes found in `out` instead of resuming.
    """

    suite: Annotated[str, OneOf(lambda: SUITES)] = "tabletop"
    task: tuple[Name, ...] = ("all",)
    episodes: Count = 100
    seed: Seed = TEST_SEED
    policy: Name = "agent"
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)
    ask: Literal["task", "absent", "nontask", "swap"] = "task"
    phrasings: Literal["seen", "held_out", "all"] = "seen"
    language: Literal["en", "zh"] = "en"
    pairs: Literal["seen", "held_out", "all"] = "seen"
    worlds: tuple[Seed, ...] = ()
    perturb: tuple[Name, ...] = ()
    fault: Literal["none", "move", "freeze"] = "none"
    protocol: Literal["p1", "p2"] = "p1"
    shadows: bool = True
    workers: Processes = 2
    videos: CountOrNone = 1
    out: NewFolder = Path("out/eval")
    fresh: bool = False

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names, "all" and groups spelled out."""
        suite = SUITES[self.suite]
        named, known = suite.named(self.task), suite.tasks()
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise EvaluationError(f"--task names {', '.join(twice)} twice; once is enough")
        unknown = [name for name in named if name not in known]
        if unknown and self.suite == "tabletop":
            for name in unknown:
                find_task(name)  # a file's; refuses by name
        elif unknown:
            raise EvaluationError(f"no task {', '.join(unknown)}; known: all, {', '.join(known)}")
        return named

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        if self.policy != "agent":
            return frozenset({"stack.brain", "stack.models", "stack.engine"})
        return frozenset(f"stack.{name}" for name in self.stack.unread())

    def check(self) -> None:
        """Refuse what cannot be run before any process is started.

        Raises:
            SettingError: an option that plays no part is given, or one does not fit.
            EvaluationError, PerturbationError, PolicyError, RobotMismatchError,
            UnknownLanguageError, UnknownTaskError: names what does not fit, and what would.
        """
        if self.suite not in SUITES:
            raise EvaluationError(f"no suite {self.suite!r} here; there are {', '.join(SUITES)}")
        if not self.tasks or self.episodes < 1:
            raise EvaluationError("nothing to run: give --episodes 1 or more and a --task")
        if self.suite == "metaworld":
            self._check_metaworld()
            return
        moving = [spoken(name, self.language).tracks for name in self.tasks]
        if self.policy == "pid" and not all(moving):
            raise EvaluationError("--policy pid tracks what moves: give --task follow")
        if self.policy != "agent" and self.fault != "none":
            raise EvaluationError(
                f"--fault {self.fault} cuts off an agent's tokens; --policy {self.policy} has none"
            )
        if self.ask in ("absent", "swap") and set(self.tasks) - set(BASIC):
            raise EvaluationError(
                f"--ask {self.ask}: only tasks that name single things have such sentences; "
                "add --task basic"
            )
        if self.policy in SCRIPTED and self.ask in ("absent", "nontask"):
            raise EvaluationError(
                f"the {self.policy} reads no sentences, so --ask {self.ask} says nothing"
            )
        compose(self.perturb)
        check_policy(self.policy, self.stack)

    def with_models(self) -> "EvalConfig":
        """With the suite's own models, where no others are named."""
        stack = self.stack
        named = stack.models != ModelPaths() or stack.brain != StackConfig().brain
        if self.suite != "metaworld" or named:
            return self
        own = replace(stack, models=METAWORLD_MODELS, brain=str(METAWORLD_BRAIN))
        return replace(self, stack=own)

    def _check_metaworld(self) -> None:
        if (
            self.ask != "task"
            or self.language != "en"
            or self.fault != "none"
            or self.perturb
            or self.worlds
        ):
            raise EvaluationError(
                "--ask, --language, --fault, --worlds and --perturb are the tabletop's"
            )
        from pontine.metaworld.choice import check

        check(self.policy, self.stack, self.protocol)


@holding("out")
def evaluate(config: EvalConfig, workers: Workers | None = None) -> dict[str, Any]:
    """Run what is missing, write `out/results.json`, and return it.

    Args:
        workers: processes to use and leave running (a sweep's); default: own ones.

    Raises:
        EvaluationError: a setting does not fit, or the disk cannot be written.
        HoldError: another process writes into `out`.
        LostWorkError: cases whose process died twice; the others' rows are kept.
    """
    config = config.with_models()
    config.check()
    if config.policy == "agent" and config.suite == "tabletop":
        config.stack.warn()
    settings = identity(config)
    # how many there are decides none of them: those asked for later join those that are there
    key = json.dumps({k: v for k, v in settings.items() if k != "episodes"}, sort_keys=True)
    listed = list(cases(config))
    with (
        EpisodeLog(config.out / "episodes.jsonl", key, versions(), config.fresh) as log,
        Workers(config.workers) if workers is None else nullcontext(workers) as crew,
    ):
        if not log.rows:
            forget_films(config.out)
        suite = SUITES[config.suite]
        speed = _episodes(config, log, [c for c in listed if c.key not in log.rows], crew)
        rows = [{**log.rows[case.key], "task": case.task} for case in listed]
        results = {
            "schema": version(), "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "suite": config.suite, "step_s": suite.step, "policy": config.policy,
            "tokens": config.stack.tokens if config.policy == "agent" else "none",
            "ask": config.ask, "fault": config.fault,
            "perturb": {member.name: member.strength for member in compose(config.perturb)},
            "seed": config.seed, "episodes": config.episodes,
            **summarise(rows, config.tasks, suite.step), "speed": speed,
            "videos": films(config, rows, crew),
            "command": "pontine " + " ".join(sys.argv[1:]), "config": settings,
            "versions": log.versions,
        }  # fmt: skip
    by_tier = tiers(suite, rows)
    if by_tier is not None:
        results["tiers"] = by_tier
    validate(results, "what was measured")
    _write(config.out / "results.json", json.dumps(results, indent=1) + "\n")
    return results


def _episodes(
    config: EvalConfig, log: EpisodeLog, todo: list[Case], workers: Workers
) -> dict[str, Any] | None:
    """Run `todo` into `log`; how fast that was, or None where nothing was left to run."""
    if not todo:
        return None
    bar = tqdm(total=len(todo), desc="episodes", unit="episode", smoothing=0.1)
    won, steps, begun = 0, 0, time.perf_counter()
    for row in workers.run(config, todo):
        log.append(row)
        won, steps = won + row["success"], steps + row["steps"]
        bar.update()
        bar.set_postfix(success=f"{won}/{bar.n}")
    bar.close()
    wall, simulated = time.perf_counter() - begun, steps * SUITES[config.suite].step
    return {
        "simulated_s": round(simulated, 2), "wall_s": round(wall, 2),
        "times_simulated_time": round(simulated / wall, 3), "workers": workers.count,
    }  # fmt: skip


def _write(path: Path, text: str) -> None:
    """All of it or nothing: a reader never meets half a file."""
    try:
        write_text(path, text)
    except OSError as error:
        raise EvaluationError(
            f"{path}: {error.strerror}; the episodes are kept in {path.parent}/episodes.jsonl: "
            "free some space and run the same command again"
        ) from error


def identity(config: EvalConfig) -> dict[str, Any]:
    """What decides the figures (not: where they go, or how many workers find them)."""
    settings = asdict(config)
    for name in ("out", "workers", "videos", "fresh"):
        settings.pop(name)
    for name in () if config.suite == "metaworld" else ("protocol", "shadows"):
        settings.pop(name)
    files = [name for name in (*config.tasks, f"{config.stack.robot}:ROBOT") if ".py:" in name]
    if files:
        settings["files"] = {name: source_hash(name) for name in files}
    if config.policy == "agent":
        settings["model_hashes"] = config.stack.model_hashes()
    elif config.policy not in SCRIPTED:
        settings["model_hashes"] = {"policy": policy_hash(config.policy)}
    encoded: dict[str, Any] = json.loads(json.dumps(settings, default=str))
    return encoded


@holding("out")
def main(config: EvalConfig) -> int:
    """`pontine eval`: evaluate and print a table."""
    results = evaluate(config)
    show(results)
    from pontine.report.load import load  # here, for a report is of an evaluation, not the reverse
    from pontine.report.page import write

    write([load(config.out)], config.out / "report.html")
    print(f"{config.out}/ has results.json, episodes.jsonl and report.html")
    return 0
