"""From `--policy` and the agent's settings to what drives Meta-World's arm in an episode."""

from body import CodecMismatchError
from body.contract.arrays import Array
from cerebellum.codec import load_codec
from cerebellum.codec.aim import AimCodec
from pontine.agent.agent import Agent, AgentConfig, Thinker
from pontine.agent.sources import Null
from pontine.agent.stack import StackConfig
from pontine.evaluation.log import EvaluationError
from pontine.policies.plugin import load_class, made
from pontine.policies.policy import Policy
from pontine.suites.metaworld.movers import HandMover, Network, Playback
from pontine.suites.metaworld.patience import Patience
from pontine.suites.metaworld.policy import (
    MetaWorldPolicy,
    ScriptedPolicy,
    WatchedMetaWorldPolicy,
)
from pontine.suites.metaworld.sources import Oracle, PrivilegedThinking, Shuffled, Thinking
from sim.suites.metaworld import Look
from sim.suites.metaworld.environment import CAMERA
from sim.suites.metaworld.protocol import STEPS_A_SECOND

BRAIN_HZ = 10.0
STANDS = 1.0  # s that a thought stands, where it is kept


def check(policy: str, stack: StackConfig, protocol: str) -> None:
    """Refuse what an agent cannot do here.

    Raises:
        EvaluationError, PolicyError: names it, and the remedy.
    """
    if policy == "agent":
        if stack.thought == "off":
            raise EvaluationError("--thought off: metaworld's brain was trained with thoughts")
        if steps_between(stack) < 1:
            raise EvaluationError(f"--brain-hz {stack.brain_hz}: at most {STEPS_A_SECOND}")
        if stack.tokens == "brain":
            _check_brain(stack)
        controller = stack.models.controller
        if stack.controller == "network" and not controller.is_dir():
            raise EvaluationError(
                f"no controller in {controller}: give --controller playback (the law), "
                "or train one with pontine train controller --suite metaworld"
            )
        if protocol != "p1" and (stack.tokens == "brain" or stack.controller == "network"):
            raise EvaluationError(
                f"--protocol {protocol}: the agent looks from where p1's camera stands"
            )
    elif policy != "expert":
        load_class(policy, MetaWorldPolicy)


def _check_brain(stack: StackConfig) -> None:
    if not stack.ours:
        raise EvaluationError(
            f"--brain {stack.brain}: Meta-World's brain reads four numbers beside the picture, "
            "which others do not. Remedy: a folder that `pontine train brain --suite metaworld` "
            "wrote"
        )
    from brain.backends import check_brain  # here: not every evaluation runs one

    check_brain(stack)


def steps_between(stack: StackConfig) -> int:
    """Steps of 12.5 ms between two looks."""
    return round(STEPS_A_SECOND / (stack.brain_hz or BRAIN_HZ))


def steps_late(stack: StackConfig) -> int:
    """Steps from a look to its tokens' effect."""
    return round(STEPS_A_SECOND * (stack.latency_ms or 0.0) / 1e3)


class MetaWorldPolicyFactory:
    """Loads what `policy` needs once; a policy for every case.

    Attributes:
        cheats: it is shown the full state.
    """

    def __init__(self, policy: str, stack: StackConfig) -> None:
        self._policy, self._stack = policy, stack
        told = stack.tokens == "oracle" or stack.thought == "told"
        self.cheats = policy == "expert" or (policy == "agent" and told)
        self._own: Policy[Look, Array] | None = None
        if policy == "agent":
            network = stack.controller == "network"
            self._codec = load_codec(stack.models.codec)
            if network and not isinstance(self._codec, AimCodec):
                raise EvaluationError(
                    f"the controller reads aims, not {self._codec.kind}: give --controller playback"
                )
            self._mover: HandMover = (
                Network(self._codec, stack.models.controller, stack.mask)
                if network
                else Playback(self._codec)
            )
            if stack.tokens == "brain":
                from pontine.suites.metaworld.brain import (
                    MetaWorldBrain,  # torch: only where it runs
                )

                brain = MetaWorldBrain.load(stack)
                if brain.codec_id != self._codec.codec_id:
                    raise CodecMismatchError(
                        f"{stack.brain} speaks codec {brain.codec_id}, {stack.models.codec} "
                        f"holds {self._codec.codec_id}: give --models.codec {stack.brain}"
                    )
                stands = STANDS if stack.thought == "kept" else 0.0
                source = PrivilegedThinking if stack.thought == "told" else Thinking
                self._own = self._agent(source(brain, stands, Patience(stack.patience)))
        elif policy != "expert":
            own = made(load_class(policy, MetaWorldPolicy), policy)
            self._own = WatchedMetaWorldPolicy(own)

    def of(self, task: str, seed: int) -> Policy[Look, Array]:
        """What drives the arm in an episode of `task`."""
        if self._policy == "expert":
            return ScriptedPolicy(task)
        if self._own is not None:
            return self._own
        if self._stack.tokens == "oracle":
            return self._agent(Oracle(self._codec, task))
        if self._stack.tokens == "shuffled":
            return self._agent(Shuffled(self._codec, task, seed))
        return self._agent(Null(self._codec.codec_id))

    def _agent(self, source: Thinker[Look]) -> Agent[Look, Array, HandMover]:
        """Thoughts and delays in whole steps."""
        stack = self._stack
        looks = stack.tokens == "brain" or stack.controller == "network"
        pace = AgentConfig(
            STEPS_A_SECOND / steps_between(stack), steps_late(stack) / STEPS_A_SECOND,
            stack.expires, brain_cameras=(CAMERA,) if looks else (), mover_cameras=(),
        )  # fmt: skip
        return Agent(source, self._mover, pace)
