"""The flat policy at work: a sentence and both cameras in, joint targets out."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from body import ActionChunk, ActionTokens, Observation, RobotSpec
from body.contract.arrays import Array
from body.geometry import motion
from brain.vision_encoder import normalise
from cerebellum import inputs
from cerebellum.codec import WaypointCodec
from cerebellum.flow import integrate
from cerebellum.runtime.driver import Driver
from episodes.model_folder import ModelFolderError
from pontine.baselines.flat.dataset import wrist_pictures
from pontine.baselines.flat.files import FlatModel, load_model
from pontine.baselines.flat.words import Words
from pontine.policies.policy import Account, Policy, Status

FIXED, WRIST = "fixed", "wrist"
EXECUTED = 12  # steps of a chunk of 16; chosen on validation seeds among 4, 8, 12 and 15
REASON = "the flat policy sees nothing to do"


class FlatDriver(Driver):
    """Plans with a flat model what its `instruction` asks for; see :class:`Driver`.

    Attributes:
        instruction: what is to be done; may change between two steps.
        refuses: the last plan was to hold, because what is asked for cannot be done here.
        plan_ms: wall time, ms, of each plan of this episode.
    """

    def __init__(
        self, model: FlatModel, spec: RobotSpec, replan: float = 4, delay: int = 1
    ) -> None:
        self.network, self.statistics = model.network, model.statistics
        self.words = Words(model.tokenizer, model.network.shape.words)
        self.instruction = ""
        self.refuses = False
        self.plan_ms: list[float] = []
        # the driver's orders are tokens; this one is told by the null code, which needs no book
        super().__init__(spec, WaypointCodec(), replan, delay)

    def order(self, stamp: int) -> ActionTokens:
        """The standing order that keeps the driver asking :meth:`plan`."""
        return ActionTokens((), self.codec_id, stamp)

    def begin(self, observation: Observation, instruction: str) -> None:
        """Start an episode from where the arm is.

        Raises:
            RangeError: the sentence is too long.
        """
        self.words([instruction])
        self.instruction, self.refuses, self.plan_ms = instruction, False, []
        self.reset(observation)

    @torch.inference_mode()
    def plan(
        self, observation: Observation, codes: Sequence[int], age: float, promised: Array
    ) -> Array:
        started = time.perf_counter()
        belief = self.network.believe(**self._senses(observation))
        prefix = np.zeros((1, motion.HORIZON, inputs.ACTION_SIZE), np.float32)
        prefix[0, : len(promised)] = inputs.normalise_actions(promised, self.statistics)
        mask = inputs.prefix_mask(np.array([len(promised)]))
        values = integrate(
            self.network, belief.context, torch.from_numpy(prefix), torch.from_numpy(mask)
        )
        rows = inputs.physical_actions(values[0].numpy(), self.statistics)
        self.refuses = bool(belief.refuse[0] > 0)
        if self.refuses:  # by the law: the network's own hold creeps
            last = promised[-1] if len(promised) else self._last()
            rows = np.concatenate([promised, motion.stop(last[:4], np.array(last[4]))])
            rows = rows[: motion.HORIZON]
        rows[: len(promised)] = promised
        self.plan_ms.append(1e3 * (time.perf_counter() - started))
        return rows

    def _last(self) -> Array:
        return np.append(self.command.increment, float(self.command.closed))

    def _senses(self, observation: Observation) -> dict[str, torch.Tensor]:
        q, command = observation.joint_position[None], self.command
        proprio = inputs.proprio_features(
            self.kinematics.tool_pose(q),
            command.pose[None],
            command.increment[None],
            np.array([float(command.closed)]),
            np.array([observation.gripper_width]),
            q,
            observation.joint_velocity[None],
            self.statistics,
        )
        words, mask = self.words([self.instruction])
        arrays = {
            "words": words,
            "word_mask": mask,
            "command": command.pose[None].astype(np.float32),
            "proprio": proprio,
            "force": inputs.force_features(observation.wrench[None], self.statistics),
            "wrist": self._wrist(observation),
        }
        return {
            "image": self.network.look(self._fixed(observation)),
            **{name: torch.from_numpy(array) for name, array in arrays.items()},
        }

    def _fixed(self, observation: Observation) -> torch.Tensor:
        if FIXED not in observation.images:
            raise KeyError(
                f"the flat policy looks through camera '{FIXED}', the observation has "
                f"{sorted(observation.images) or 'no picture'}; mount or rename the camera"
            )
        picture, size = observation.images[FIXED], self.network.shape.image
        if picture.shape[:2] != (size, size):
            shrunk = Image.fromarray(picture).resize((size, size), Image.Resampling.BOX)
            picture = np.asarray(shrunk)
        return normalise(torch.from_numpy(np.array(picture))[None])

    def _wrist(self, observation: Observation) -> inputs.Floats:
        image = observation.images.get(WRIST)
        size = inputs.IMAGE_SIZE
        if image is None:  # trained with blank images for this
            return np.zeros((1, 4, size, size), np.float32)
        stacked = wrist_pictures(inputs.shrink(image)[None])
        return np.ascontiguousarray(stacked.transpose(0, 3, 1, 2))


class FlatPolicy(Policy):
    """A flat model folder, ready to drive `spec`.

    Args:
        replan, delay: policy steps between plans, and those promised while one is computed; see
            :class:`cerebellum.runtime.schedule.ChunkSchedule`.

    Attributes:
        driver: what plans, holds and refuses.
    """

    def __init__(
        self, model: FlatModel, spec: RobotSpec, *, replan: float = 4, delay: int = 1
    ) -> None:
        self.driver = FlatDriver(model, spec, replan, delay)

    @classmethod
    def load(
        cls, folder: Path | str, spec: RobotSpec, delay: int = 1, replan: float | None = None
    ) -> "FlatPolicy":
        """From a model folder; where nothing else is said, most of a chunk is carried out.

        Without memory, each plan decides anew whether the hand has arrived and is to close:
        replanned every 4 steps it closes and opens by turns, and grasps nothing.

        Raises:
            ModelFolderError, RobotMismatchError: a file is missing or altered, or the model was
                made for another robot. RangeError: the delay is too long for the chunk.
        """
        model = load_model(folder, spec)
        if model.network.shape.hand.joints != spec.joints:
            raise ModelFolderError(
                folder, f"moves {model.network.shape.hand.joints} joints, {spec.name} has "
                f"{spec.joints}", "train one for this robot (pontine train flat)",
            )  # fmt: skip
        usual = min(EXECUTED, motion.HORIZON - delay)
        return cls(model, spec, replan=usual if replan is None else replan, delay=delay)

    @property
    def period(self) -> float:  # type: ignore[override]
        return self.driver.period

    def reset(self, observation: Observation, instruction: str) -> None:
        self.driver.begin(observation, instruction)

    def cameras(self, now: int) -> tuple[str, ...]:
        return (FIXED, WRIST) if self.driver.due(self.driver.order(now)) else ()

    def act(self, observation: Observation) -> ActionChunk:
        return self.driver.step(observation, self.driver.order(observation.stamp))

    def status(self, now: int) -> Status:
        driver = self.driver
        return Status(driver.refuses, REASON if driver.refuses else "", driver.joined)

    def account(self) -> Account:
        return Account(controller_ms=list(self.driver.plan_ms))
