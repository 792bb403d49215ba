"""What `pontine eval` can be asked, and what of it cannot be run."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import tyro

from body.setting import Count, CountOrNone, Name, NewFolder, Processes, Seed
from episodes.splits import TEST
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import StackConfig
from pontine.evaluation.log import EvaluationError
from pontine.policies.plugin import SCRIPTED
from pontine.suites.registry import DEFAULT, SuiteName, suite
from pontine.suites.unused import refuse_unused, unused

TEST_SEED = TEST.start
NAMED = ("agent", *SCRIPTED)  # policies


@dataclass(frozen=True)
class EvalConfig:
    """Measure success on held-out seeds.

    Attributes:
        suite: tabletop, metaworld (`make metaworld` first), or path/to/file.py:NAME of one of your
            own (docs/add-a-suite.md).
        task: "all", "basic" (reach, pick, place_in and stack) or names of tasks.
        episodes: episodes per task.
        seed: seed of the first episode; test seeds begin at 1,000,000.
        policy: agent (brain and cerebellum), expert or pid (scripts that see the simulator's
            state), or a policy of your own, path/to/file.py:Class or package.module:Class
            (docs/policies.md).
        stack: the agent: source of tokens, rates, noise, masks and models.
        ask: what sentences ask for. task: what the scene was made for; absent: an object that is
            not there; nontask: no task at all; swap: another valid task of the scene.
        phrasings: those seen in training, held out of training, or all.
        language: language of the sentences; scenes and goals are the same in both.
        pairs: pairs of colour and kind seen in training, held out of training, or all.
        worlds: numbers of worlds (table, floor, lamp, camera) that episodes take in turn; none:
            every scene has its own. `pontine collect --worlds 8` shows 0 to 7.
        perturb: perturbations as NAME=STRENGTH, where 1 is the strength listed in
            docs/evaluation.md: object_pose, distractors, colour, texture, light, camera_pose,
            image_noise, blur, frame_drop, action_delay, friction, mass, pushes.
        fault: move: the target jumps 3 cm once the hand descends, and no more tokens arrive until
            it has closed; freeze: no tokens arrive for 1 s from then on.
        protocol: p1 (LeRobot's, seeded) or p2 (Evo-1's) (metaworld).
        shadows: pictures as published; --no-shadows draws other pictures some eight times faster
            (metaworld).
        workers: processes with one thread each; any number gives the same results.
        videos: films of successes and films of failures per task, this many each.
        out: folder for results.json, report.html, episodes.jsonl and videos/.
        fresh: discard the finished episodes found in `out` instead of resuming.
    """

    suite: SuiteName = DEFAULT
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
        asked = suite(self.suite)
        named, known = asked.named(self.task), asked.tasks()
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise EvaluationError(f"--task names {', '.join(twice)} twice; once is enough")
        unknown = [name for name in named if name not in known]
        for name in unknown:
            if asked.find_task is None:
                several = f"{', '.join(unknown)}; known: all, {', '.join(known)}"
                raise EvaluationError(f"no task {several}")
            asked.find_task(name)  # a file's; refuses by name
        return named

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        apart = unused("eval", self.suite)
        if self.policy != "agent":
            return apart | {"stack.brain", "stack.models", "stack.engine"}
        return apart | {f"stack.{name}" for name in self.stack.unread()}

    def check(self) -> None:
        """Refuse what cannot be run before any process is started.

        Raises:
            SettingError: an option that plays no part is given, or one does not fit.
            EvaluationError, PerturbationError, PolicyError, RobotMismatchError,
            UnknownLanguageError, UnknownTaskError: names what does not fit, and what would.
        """
        asked = suite(self.suite)
        if not self.tasks or self.episodes < 1:
            raise EvaluationError("nothing to run: give --episodes 1 or more and a --task")
        if self.policy in NAMED and self.policy not in asked.policies:
            raise EvaluationError(
                f"--policy {self.policy}: {asked.name} has none; give "
                f"{', '.join(asked.policies)}, or the path of one (docs/policies.md)"
            )
        refuse_unused("eval", self)
        asked.check(self.with_models())

    def with_models(self) -> "EvalConfig":
        """With the suite's own models, where no others are named."""
        stack, own = self.stack, suite(self.suite)
        if stack.models != ModelPaths() or stack.brain != StackConfig().brain:
            return self
        return replace(self, stack=replace(stack, models=own.models, brain=str(own.brain)))
