"""`pontine run`: one sentence, one scene, filmed."""

import json
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import tyro

from body import ActionChunk, ActionTokens, Intent, Observation
from body.contract.instruction import checked_instruction
from body.robots.registry import robot
from body.setting import Name, NewFolder, Seed, Sentence
from episodes.hold import holding
from episodes.replacing import write_text
from episodes.splits import TEST
from pontine.agent.agent import Agent
from pontine.agent.stack import StackConfig
from pontine.film.encoder import require_encoder
from pontine.film.film import Film
from pontine.policies.factory import PolicyFactory
from pontine.policies.plugin import check_policy
from pontine.rollout import Watcher
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from pontine.suites.tabletop.scene_for_sentence import find_goal, fitting_scene, random_scene
from pontine.versions import versions
from sim.tasks import Episode
from sim.worlds import World

SUCCEEDED, FAILED, REFUSED = 0, 1, 3


@dataclass(frozen=True)
class RunConfig:
    """Give the arm a sentence and watch it try.

    Leaves OUT/run.mp4 and OUT/run.json. Exit status: 0 success, 1 failed, 3 refused.

    Attributes:
        instruction: what to do, in English or Chinese.
        seed: the scene's seed.
        scene: fitting: a random scene in which the sentence makes sense; any: whatever scene the
            seed gives (if the object is missing, the brain refuses).
        policy: agent (brain and cerebellum), expert (the script), or a policy of your own
            (docs/policies.md).
        out: folder for the film and run.json.
        stack: models, rates and ablations.
    """

    instruction: Annotated[str, Sentence()] = "put the red cube in the blue bowl"
    seed: Seed = TEST.start
    scene: Literal["fitting", "any"] = "fitting"
    policy: Name = "agent"
    out: NewFolder = Path("out")
    stack: Annotated[StackConfig, tyro.conf.arg(name="")] = field(default_factory=StackConfig)

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        if self.policy != "agent":
            return frozenset({"stack.brain", "stack.models", "stack.engine"})
        return frozenset(f"stack.{name}" for name in self.stack.unread())

    def check(self) -> None:
        """Refuse what cannot be run; see :func:`pontine.policies.plugin.check_policy`.

        Raises:
            VideoError: no film can be written.
        """
        require_encoder()
        check_policy(self.policy, self.stack)


@holding("out")
def run(config: RunConfig) -> int:
    """Run the sentence; returns the exit status.

    Raises:
        InstructionError: it is no sentence. RenderError: there is nothing to draw with.
    """
    config = replace(config, instruction=checked_instruction(config.instruction))
    if config.policy == "agent":
        config.stack.warn()
    with World(robot(config.stack.robot)) as world:
        choice = PolicyFactory(world)
        choice.set_up(config.policy, config.stack)
        episode = _episode(config)
        policy = choice.of(episode)
        environment = Tabletop(world, episode)
        printer = (_Printer(policy),) if isinstance(policy, Agent) else ()
        with Film(config.out / "run.mp4", environment, policy) as film:
            result = run_episode(environment, policy, (*printer, film))
            film.close(result)
    report = asdict(result)
    report["versions"] = versions()
    path = config.out / "run.json"
    write_text(path, json.dumps(report, indent=1) + "\n")
    outcome = "success" if result.success else "refused" if result.refused else "failed"
    print(f"{outcome} after {result.steps * 0.05:.1f} s: {result.reason}")
    print(f"{config.out / 'run.mp4'} and {path} written")
    if result.success:
        return SUCCEEDED
    return REFUSED if result.refused else FAILED


def _episode(config: RunConfig) -> Episode:
    """The scene; and, for judging success alone, what the sentence would have the arm do."""
    reach = robot(config.stack.robot).reach
    if config.scene == "fitting":
        fitting = fitting_scene(config.instruction, config.seed, reach)
        if fitting is not None:
            return fitting
        print(
            f"note: the tabletop's grammar does not know {config.instruction!r}, so no scene can "
            "be fitted to it and success cannot be judged; a random scene is used",
            file=sys.stderr,
        )
    return find_goal(config.instruction, random_scene(config.seed, reach), config.seed)


class _Printer(Watcher[Observation, ActionChunk]):
    """Prints each new thought, and each new set of tokens, as they are delivered."""

    def __init__(self, agent: Agent) -> None:
        from brain.prompts import show

        self._agent, self._show = agent, show
        self._seen = 0
        self._thought: str | None = None

    def stepped(self) -> bool:
        for tokens in self._agent.log.tokens[self._seen :]:
            self._print(tokens)
        self._seen = len(self._agent.log.tokens)
        return False

    def _print(self, tokens: ActionTokens) -> None:
        seconds = tokens.stamp * 1e-9
        if tokens.thought != self._thought and tokens.thought:
            self._thought = tokens.thought
            print(f"{seconds:6.2f} s  <think> {self._show(tokens.thought)} </think>")
        words = " ".join(f"<act_{code}>" for code in tokens.codes)
        if tokens.intent is Intent.REFUSE:
            words = "null code (refused)"
        print(f"{seconds:6.2f} s  {words}", flush=True)
