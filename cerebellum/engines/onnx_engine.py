"""The controller in ONNX Runtime on one CPU thread."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from body.motion import HORIZON
from cerebellum import inputs
from cerebellum.engines.protocol import EngineError, Senses
from cerebellum.inputs import Floats

ENCODER, FIELD, DESCRIPTION = "encoder.onnx", "field.onnx", "engine.json"


class OnnxEngine:
    """Encoder once, field at every Euler step; see :class:`cerebellum.engines.protocol.Engine`."""

    def __init__(
        self,
        encoder: ort.InferenceSession,
        field: ort.InferenceSession,
        description: dict[str, Any],
    ) -> None:
        self._encoder, self._field = encoder, field
        self._description = description
        steps = int(description["euler_steps"])
        self._times = [np.array([1.0 - k / steps], dtype=np.float32) for k in range(steps)]
        self._size = np.float32(1.0 / steps)

    @classmethod
    def load(cls, folder: Path) -> "OnnxEngine":
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        try:
            description = json.loads((folder / DESCRIPTION).read_text())
            sessions = [
                ort.InferenceSession(
                    str(folder / name), options, providers=["CPUExecutionProvider"]
                )
                for name in (ENCODER, FIELD)
            ]
        except Exception as error:  # ONNX Runtime raises its own, undocumented types
            raise EngineError(
                f"{folder}: no usable engine there ({error}); delete the folder, it is rebuilt"
            ) from error
        return cls(sessions[0], sessions[1], description)

    def warm_up(self) -> None:
        joints = len(self._description["joint_names"])
        chunk = np.zeros((1, HORIZON, inputs.ACTION_SIZE), np.float32)
        size = inputs.IMAGE_SIZE
        self.infer(
            Senses(
                token=np.zeros((1, inputs.TOKEN_SIZE), np.float32),
                proprio=np.zeros((1, inputs.proprio_size(joints)), np.float32),
                force=np.zeros((1, inputs.FORCE_SIZE), np.float32),
                wrist=np.zeros((1, 4, size, size), np.float32),
                prefix=chunk,
                prefix_mask=np.zeros((1, HORIZON), np.float32),
                gate_override=np.full((1, len(inputs.MODALITIES)), -1, np.float32),
                noise=chunk,
            )
        )

    def infer(self, senses: Senses) -> tuple[Floats, Floats]:
        context, gates = self._encoder.run(
            None,
            {
                "token": senses.token, "proprio": senses.proprio, "force": senses.force,
                "wrist": senses.wrist, "gate_override": senses.gate_override,
            },
        )  # fmt: skip
        z = senses.noise
        held = {"context": context, "prefix": senses.prefix, "prefix_mask": senses.prefix_mask}
        for t in self._times:
            (velocity,) = self._field.run(None, {"z": z, "t": t, **held})
            z = z - self._size * velocity
        keep = senses.prefix_mask[..., None]
        return (z * (1 - keep) + senses.prefix * keep)[0], gates[0]

    def describe(self) -> dict[str, Any]:
        return dict(self._description)
