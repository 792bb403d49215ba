"""From names and folders to the parts of a running stack: models, brain, controller, sources."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from body import RangeError, RobotMismatchError, RobotSpec
from body.geometry.motion import DT
from body.robots.registry import robot
from body.setting import Amount, Folder, Number, Rate, Robot, SettingError
from brain.backend import Backend, Codes
from brain.options import BrainOptions
from cerebellum.codec import ChunkCodec, WaypointCodec, load_codec
from cerebellum.engines import Engine, load_engine, open_engine, require_provider
from cerebellum.engines.opening import engine_kind
from cerebellum.playback import Playback
from cerebellum.runtime.controller import Cerebellum
from cerebellum.runtime.schedule import LONGEST_DELAY, ChunkSchedule, pace
from episodes import model_folder
from pontine.agent.agent import Agent, AgentConfig, Mover
from pontine.agent.chunk_oracle import ChunkOracle
from pontine.agent.codecs import check_codec
from pontine.agent.shipped import ModelPaths, controller_of, warn_of_transfer
from pontine.agent.sources import Noisy, Null, Oracle, Shuffled
from sim.tasks import Episode, sample_episode
from sim.worlds import World
from sim.worlds.model import PHYSICS_DT

if TYPE_CHECKING:
    from brain.standing_brain import StandingBrain

Tokens = Literal["brain", "oracle", "shuffled", "null"]
Thought = Literal["kept", "anew", "off", "told"]
Sense = Literal["camera", "force", "proprio"]
DONOR_SEEDS = 5_000_000  # added to an episode's seed: the scene whose codes it is given


@dataclass(frozen=True)
class StackConfig(BrainOptions):
    """What drives the arm.

    Attributes:
        tokens: source of the action tokens: the brain; the expert (oracle); another episode of the
            same task (shuffled); or none, only the null code (null).
        controller: what turns tokens into motion: the trained network, or playback of the decoded
            codes by the scripted motion law.
        brain_hz: frames the brain looks at per second of simulated time (None: the model's own).
        latency_ms: from a frame to its tokens (None: the model's own).
        thought: kept: a thought stands until the instruction or the controller's report calls for a
            new one, or it grows old; anew: a new thought at every look; off: codes without a
            thought; told: the simulator's own thought, to see what grounding costs (metaworld).
        patience: seconds that the hand may rest before codes are sampled instead of read greedily;
            0: codes are never sampled (metaworld).
        expires: old tokens slow the arm down and stop it (--no-expires: never).
        noise_mm: standard deviation of a Gaussian displacement of each waypoint in x and y, drawn
            once for each step of the plan.
        mask: senses that the controller is not given.
        open_gate: gates of the controller that are forced open, to value 1.
        delay: policy steps (50 ms) that inference takes. A plan takes effect this many steps after
            the observation it was made from; a new one is made every max(4, delay) steps.
        control_hz: plans per second of simulated time, 2 to 100; needs --delay 0, as if the world
            waited for inference.
        prefix: give the network the committed steps as a prefix (--no-prefix: naive asynchronous
            inference).
        robot: name of the robot, or a Python file that describes one (docs/add-a-robot.md).
        transfer: permit brain and codec to move an arm on which they have not been validated, in
            simulation. An arm without a controller of its own also needs --controller playback.
        engine: folder written by `pontine export` (None: ONNX Runtime on the CPU, built at first
            use).
        provider: ONNX Runtime's execution provider for the controller; if it is missing, the
            command is refused.
        fallback: use the CPU, with a note, if the provider is missing.
        models: the model folders.
    """

    tokens: Tokens = "brain"
    controller: Literal["network", "playback"] = "network"
    brain_hz: Rate | None = None
    latency_ms: Amount | None = None
    thought: Thought = "kept"
    patience: Amount = 0.6
    expires: bool = True
    noise_mm: Amount = 0.0
    mask: tuple[Sense, ...] = ()
    open_gate: tuple[Sense, ...] = ()
    delay: Annotated[int, Number(0, LONGEST_DELAY)] = 1
    control_hz: Rate | None = None
    prefix: bool = True
    robot: Robot = "fr3"
    transfer: bool = False
    engine: Folder | None = None
    provider: Literal["cpu", "cuda", "tensorrt"] = "cpu"
    fallback: bool = False
    models: ModelPaths = field(default_factory=ModelPaths)

    def __post_init__(self) -> None:
        # refuses what does not fit before any process is started
        ChunkSchedule(*pace(self.delay))
        control_pace(self)

    def unread(self) -> frozenset[str]:
        """Fields that play no part under the others."""
        found = set[str]()
        if self.tokens != "brain":
            found.add("brain")
        if self.controller != "network" or self.controller_folder() != self.models.controller:
            found.add("models.controller")
        return frozenset(found)

    def check(self) -> None:
        """Refuse what cannot drive an arm of the tabletop, before a model is loaded.

        Raises:
            SettingError: says what does not fit. EngineError: the provider is not to be had.
            ModelFolderError: the arm's own controller is damaged.
        """
        if self.thought == "told":
            raise SettingError("--thought told: the tabletop's thoughts are its brain's alone. "
                               "Remedy: kept, anew or off")  # fmt: skip
        most = max(1 / DT, self.control_hz or 0.0)
        if self.brain_hz is not None and self.brain_hz > most:
            raise SettingError(
                f"--brain-hz {self.brain_hz:g}: the arm looks {most:g} times a second. Remedy: "
                f"at most {most:g}, or a higher --control-hz"
            )
        if self.controller == "playback":
            for option, given in (
                ("--engine", self.engine is not None), ("--provider", self.provider != "cpu"),
            ):  # fmt: skip
                if given:
                    raise SettingError(f"{option}: --controller playback runs no network. "
                                       "Remedy: leave one of both out")  # fmt: skip
            return
        if self.tokens == "brain":
            from brain.backends import check_brain  # here: not every command runs one

            check_brain(self)
        if self.controller_folder() != self.models.controller:
            model_folder.load_config(self.controller_folder(), kind="controller")
        if self.engine is None or engine_kind(self.engine) == "onnxruntime":
            require_provider(self.provider, self.fallback)

    def model_hashes(self) -> dict[str, str]:
        """Hashes of the models that take part: results of others must not be mixed with theirs."""
        found = {"codec": model_folder.model_hash(self.models.codec)}
        if self.controller == "network":
            found["controller"] = model_folder.model_hash(self.controller_folder())
        if self.tokens == "brain":
            found["brain"] = self.brain_hash()
        return found

    def warn(self) -> None:
        """Say so where the brain has not been validated on the arm that it is to move."""
        if self.tokens == "brain" and (self.transfer or not self.ours):
            warn_of_transfer(self, robot(self.robot))

    def controller_folder(self) -> Path:
        """Of the controller that was named; else the arm's own, if one is shipped."""
        named = self.models.controller != ModelPaths().controller
        return self.models.controller if named else controller_of(self.robot)


DEFAULT_HZ, DEFAULT_LATENCY_MS = 4.0, 150.0


def control_pace(config: StackConfig) -> tuple[int, float] | None:
    """Policy steps between two plans, and parts of a step where plans are more frequent.

    Raises:
        RangeError: a rate at which physics (2 ms) or policy steps (50 ms) do not come out even,
            or a delay beside it.
    """
    hz = config.control_hz
    if hz is None:
        return None
    steps = 1.0 / (hz * DT) if 2.0 <= hz <= 100.0 else 0.0
    whole = steps if steps >= 1 else steps * DT / PHYSICS_DT
    if not steps or abs(whole - round(whole)) > 1e-9:
        raise RangeError(
            f"control_hz {hz} does not divide time into whole steps; take 2, 2.5, 4, 5, 10, 20, "
            "25, 50 or 100"
        )
    if config.delay:
        raise RangeError(f"control_hz {hz}: needs --delay 0, for inference takes no time there")
    return max(1, round(steps)), max(1.0, 1.0 / steps)


class AgentStack:
    """The loaded parts. Loading refuses before anything moves if a model does not fit.

    Args:
        trial: the controller's engine in place of the configured one, verified or not.
        brain: the configured one, where it is loaded already.
    """

    def __init__(
        self,
        config: StackConfig,
        world: World,
        trial: Engine | None = None,
        brain: "StandingBrain | None" = None,
    ) -> None:
        self.config = config
        self.world = world
        spec = robot(config.robot)
        if world.robot is not spec:
            raise RobotMismatchError(f"the world holds {world.robot.name}, not {spec.name}")
        self.spec: RobotSpec = spec
        settings = model_folder.load_config(
            config.models.codec, spec=spec, transfer=config.transfer
        )
        codec = load_codec(config.models.codec, settings.get("codec_id"))
        played = config.controller == "playback" and config.tokens in ("oracle", "null")
        check_codec(codec, config.models.codec, keyframes=config.noise_mm > 0 or not played)
        self.codec = codec
        self.mover: Mover
        replan, delay = pace(config.delay)
        control = control_pace(config)
        if control is not None:
            replan = control[0]
        if config.controller == "playback":
            self.mover = Playback(codec, spec, replan, delay)
        else:
            engine: Engine | None = trial
            if engine is None and config.engine is not None:
                engine = open_engine(config.engine, config.provider, config.fallback)
            elif engine is None and config.provider != "cpu":
                folder = config.controller_folder()
                found = model_folder.load_config(folder, spec=spec, kind="controller")
                engine = load_engine(folder, found, config.provider, config.fallback)
            cerebellum = Cerebellum(
                config.controller_folder(), spec, codec=codec, engine=engine,
                trial=trial is not None, replan=replan, delay=delay, prefix=config.prefix,
            )  # fmt: skip
            cerebellum.masked = set(config.mask)
            cerebellum.gate_override = {name: 1.0 for name in config.open_gate}
            self.mover = cerebellum
        if control is not None and control[1] > 1:
            self.mover.divide(control[1])
        self.brain: StandingBrain | None = None
        self._hz, self._latency = DEFAULT_HZ, DEFAULT_LATENCY_MS
        if config.tokens == "brain":
            from brain.backends import open_brain  # torch: only where a brain runs

            if config.thought == "told":
                raise RangeError("--thought told: the tabletop's thoughts are its brain's alone")
            spoken = Codes(codec.codec_id, tuple(codec.vocabulary))
            self.brain = brain or open_brain(config, spec, spoken, transfer=config.transfer)
            self.brain.thinking = config.thought
            self._hz = float(self.brain.config.get("rate_hz", DEFAULT_HZ))
            self._latency = float(self.brain.config.get("latency_ms", DEFAULT_LATENCY_MS))

    @property
    def waypoint_codec(self) -> WaypointCodec:
        """The codec, for parts that read keyframes; others are refused beside them."""
        assert isinstance(self.codec, WaypointCodec)
        return self.codec

    def agent(self, episode: Episode) -> Agent:
        """An agent for `episode`. The world is left to be reset by the episode."""
        config = self.config
        hz = config.brain_hz or self._hz
        latency = self._latency if config.latency_ms is None else config.latency_ms
        expires = config.expires and config.tokens not in ("null", "shuffled")
        settings = AgentConfig(hz, latency * 1e-3, expires)
        return Agent(self._source(episode), self.mover, settings)

    def _source(self, episode: Episode) -> Backend:
        config = self.config
        source: Backend
        if config.tokens == "brain":
            assert self.brain is not None
            source = self.brain
        elif config.tokens == "oracle":
            oracle = ChunkOracle if isinstance(self.codec, ChunkCodec) else Oracle
            source = oracle(self.world, episode.task, episode.goal, self.codec, self.mover)
        elif config.tokens == "shuffled":
            name, seed = episode.task.name, episode.seed + DONOR_SEEDS
            donor = sample_episode(name, seed, reach=self.spec.reach)
            codec = self.waypoint_codec
            source = Shuffled(donor.scene, donor.task, donor.goal, codec, self.world)
        else:
            source = Null(self.codec.codec_id)
        if config.noise_mm > 0:
            source = Noisy(source, self.waypoint_codec, config.noise_mm * 1e-3, episode.seed)
        return source
