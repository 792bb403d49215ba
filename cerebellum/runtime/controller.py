"""The trained controller at run time: codes and senses in, joint targets out. Loads no torch."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from body.contract.arrays import Array
from body.contract.observation import Observation
from body.contract.robot_spec import RobotSpec
from body.geometry import motion
from body.geometry.project import project
from body.geometry.travel_time import travel_time
from cerebellum import inputs
from cerebellum.codec import load_codec
from cerebellum.codec.protocol import Codec
from cerebellum.codec.waypoint import WaypointCodec
from cerebellum.engines import (
    Engine,
    EngineError,
    Senses,
    load_engine,
    model_facts,
    require_fit,
    require_verified,
)
from cerebellum.runtime.driver import Driver
from cerebellum.runtime.newness import Newness
from cerebellum.statistics import Statistics
from episodes import model_folder

CAMERA = "wrist"
NEARLY = 0.15  # s: what the law takes for the last 15 mm
SOON = 0.05  # s: the codec's shortest time to go
HERE, HERE_HIGH = 0.06, 0.008  # m aside and m up or down: a shut hand told to open lets go at once


class Cerebellum(Driver):
    """A controller's model folder, ready to drive `spec`.

    Args:
        model_dir: the model folder; its ONNX engine is built on first use (some 15 s).
        codec: the codec whose tokens will come; default: the one in the folder.
        temperature: scale of the noise the flow starts from; 0 is deterministic.
        replan, delay: see :class:`cerebellum.runtime.schedule.ChunkSchedule`.
        prefix: False plans as if nothing were promised (naive asynchronous inference; ablation).
        engine: what runs the network, of this very model and verified on this machine; default:
            the engine built from the folder.
        trial: take an unverified engine: in simulation, while it is being judged.

    Attributes:
        masked: senses blanked for ablation, of {"camera", "force", "proprio"}.
        gate_override: sense to forced gate value, e.g. {"camera": 1.0}.
        gates: the gates of the last plan. last_ms: time (ms) that plan took, senses included.

    Raises:
        ModelFolderError, RobotMismatchError, CodecMismatchError, EngineError: before anything
            moves; the message names the file and the remedy.
    """

    def __init__(
        self,
        model_dir: Path | str,
        spec: RobotSpec,
        *,
        codec: Codec | None = None,
        temperature: float = 0.0,
        seed: int = 0,
        replan: int = 4,
        delay: int = 1,
        prefix: bool = True,
        engine: Engine | None = None,
        trial: bool = False,
    ) -> None:
        folder = Path(model_dir)
        expected = codec.codec_id if codec is not None else None
        config = model_folder.load_config(folder, spec=spec, codec_id=expected, kind="controller")
        own = load_codec(folder, config["codec_id"])
        if not isinstance(own, WaypointCodec):
            raise EngineError(f"{folder}: a controller needs the waypoint codec, not {own.kind}")
        self.statistics = Statistics.load(folder)
        if self.statistics.hash != config["statistics_hash"]:
            raise EngineError(
                f"{folder}/statistics.json: not the statistics the weights were trained with; "
                f"restore it (git checkout -- {folder})"
            )
        self.engine: Engine = engine if engine is not None else load_engine(folder, config)
        description = self.engine.describe()
        require_fit(description, model_facts(config), folder)
        if not trial:
            require_verified(description)
        self.engine.warm_up()
        self.masked: set[str] = set()
        self.gate_override: dict[str, float] = {}
        self.gates: dict[str, float] = {}
        self.last_ms: float | None = None
        self.temperature = temperature
        self._seed = seed
        self._prefix = prefix
        self._newness = Newness()
        self._rng = np.random.default_rng(seed)
        super().__init__(spec, own, replan, delay)
        self.blends = prefix

    def reset(self, observation: Observation) -> None:
        self._rng = np.random.default_rng(self._seed)
        self._newness.reset()
        super().reset(observation)

    def plan(
        self, observation: Observation, codes: Sequence[int], age: float, promised: Array
    ) -> Array:
        started = time.perf_counter()
        known = promised if self._prefix else promised[:0]
        senses = self._senses(observation, codes, age, known)
        values, gates = self.engine.infer(senses)
        self.gates = dict(zip(inputs.MODALITIES, (float(g) for g in gates), strict=True))
        rows = inputs.physical_actions(values, self.statistics)
        rows[: len(promised)] = promised
        self.last_ms = 1e3 * (time.perf_counter() - started)
        return rows

    def _own_time_to_go(self, pose: Array, closed: bool) -> float:
        """Seconds the law needs from here to near `pose` (4,), where the hand is to be `closed`.

        A brain looks from afar and cannot time anything: told a second, the hand hovered over its
        place; told a tenth, it crept to one 5 cm off. The hand knows where it is. What remains
        within `NEARLY` is left out, for the token's place may be off by that much.
        """
        held = closed and self.command.closed
        seconds = travel_time(self.command.pose, self.command.target(pose), held)  # type: ignore[arg-type]
        return max(seconds - NEARLY, SOON)

    def _is_here(self, place: Array) -> bool:
        """Whether letting go at `place` (>= 3,) means letting go where the hand is.

        A brain that saw a drawer while it still moved names where its handle was: going there with
        the handle in hand undid a third of the way.
        """
        off = place[:3] - self.command.pose[:3]
        return bool(np.hypot(off[0], off[1]) < HERE and abs(off[2]) < HERE_HIGH)

    def _senses(
        self, observation: Observation, codes: Sequence[int], age: float, promised: Array
    ) -> Senses:
        unknown = (self.masked | set(self.gate_override)) - set(inputs.MODALITIES)
        if unknown:
            raise ValueError(f"no such senses: {sorted(unknown)}; there are {inputs.MODALITIES}")
        null = np.array([not codes])
        row = np.zeros((1, 6))
        if codes and isinstance(self.codec, WaypointCodec):
            row[0] = self.codec.decode_rows(np.asarray(codes))
            if self.command.closed and row[0, 4] < 0.5 and self._is_here(row[0]):
                row[0, :4] = self.command.pose
            row[0, 5] = self._own_time_to_go(row[0, :4], row[0, 4] > 0.5) + age
        q = observation.joint_position[None]
        command = self.command.pose[None]
        hand = self.kinematics.hand(q)
        tool = self.kinematics.tool_of_hand(hand)
        proprio = inputs.proprio_features(
            tool,
            command,
            self.command.increment[None],
            np.array([float(self.command.closed)]),
            np.array([observation.gripper_width]),
            q,
            observation.joint_velocity[None],
            self.statistics,
        )
        force = inputs.force_features(observation.wrench[None], self.statistics)
        prefix = np.zeros((1, motion.HORIZON, inputs.ACTION_SIZE), np.float32)
        prefix[0, : len(promised)] = inputs.normalise_actions(promised, self.statistics)
        shape = prefix.shape
        noise = np.zeros(shape, np.float32)
        if self.temperature > 0:
            noise = (self.temperature * self._rng.standard_normal(shape)).astype(np.float32)
        forced = [self.gate_override.get(name, -1.0) for name in inputs.MODALITIES]
        return Senses(
            token=inputs.token_features(row, np.array([age]), null, command),
            proprio=proprio * ("proprio" not in self.masked),
            force=force * ("force" not in self.masked),
            wrist=self._wrist(observation, hand, tool[0], row, null),
            prefix=prefix,
            prefix_mask=inputs.prefix_mask(np.array([len(promised)])),
            gate_override=np.array([forced], np.float32),
            noise=noise,
        )

    def _wrist(
        self, observation: Observation, hand: Array, tool: Array, row: Array, null: Array
    ) -> inputs.Floats:
        size = inputs.IMAGE_SIZE
        image = observation.images.get(CAMERA)
        stale = image is not None and self._newness.is_stale(image, tool)
        if image is None or stale or "camera" in self.masked:  # trained with blanks for this
            return np.zeros((1, 4, size, size), np.float32)
        pixel = project(self.spec.cameras[CAMERA], hand, row[:, :3], size)
        stacked = inputs.wrist_images(inputs.shrink(image)[None], pixel, null.astype(bool))
        return np.ascontiguousarray(stacked.transpose(0, 3, 1, 2))
