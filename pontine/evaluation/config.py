"""What `pontine eval` can be asked, and what of it cannot be run."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import tyro

from body.setting import Count, CountOrNone, Name, NewFolder, OneOf, Processes, Seed
from episodes.splits import TEST
from pontine.evaluation.log import EvaluationError
from pontine.evaluation.suites import SUITES
from pontine.policies.plugin import SCRIPTED, check_policy
from pontine.setup import StackConfig
from pontine.shipped import METAWORLD_BRAIN, METAWORLD_MODELS, ModelPaths
from sim.perturbations import compose
from sim.tasks import BASIC, spoken
from sim.tasks import task as find_task

TEST_SEED = TEST.start


@dataclass(frozen=True)
class EvalConfig:
    """Measure success on held-out seeds.

    Attributes:
        suite: tabletop, or metaworld (`make metaworld` first).
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
