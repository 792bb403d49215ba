"""What can be chosen of `pontine export` and `pontine bench latency`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from body.setting import Count, CountOrNone, Folder, NewFile, NewFolder
from cerebellum.engines import EngineError, require_provider
from cerebellum.engines.description import DESCRIPTION, read_description
from cerebellum.export.choices import Precision, Target
from episodes.model_setting import ControllerFolder
from episodes.places import MODELS


@dataclass(frozen=True)
class ExportConfig:
    """Write a controller as an engine, and judge it before it may drive anything.

    The gate compares it with torch in float64 on 1,000 recorded and 1,000 random decisions
    (cosine at least 0.9999, in fp16 and int8 0.999), then in paired simulated episodes (not more
    than 3 points of success lost). A failed gate writes nothing. OUT/engine.json holds the
    figures, the statistics the weights were trained with, and what it really computes in.

    Use it with `pontine run --engine OUT`, `pontine eval --engine OUT`. Exit status: 0 verified
    here, 2 refused, 3 built but unverified, for it cannot run here.

    Attributes:
        model: a controller's model folder.
        to: onnx, run by ONNX Runtime; tensorrt: plans for this machine's TensorRT, or built by
            TensorRT-RTX without a GPU and then unverified.
        tensorrt: which module builds the plans: TensorRT 10 or 11, or TensorRT-RTX.
        precision: precision of the large matrices; the rest stays float32 where that is needed.
        out: folder for the engine.
        provider: ONNX Runtime's execution provider; falling back to another is an error.
        episodes: paired episodes of the closed loop. With 0, which fp32 alone permits, only single
            decisions are judged.
        verify: judge the engine in OUT on this machine. A TensorRT engine built
            elsewhere, or an ONNX engine on another provider, refuses to arm until that has passed.
    """

    model: ControllerFolder = MODELS / "tabletop-controller"
    to: Target = "onnx"
    tensorrt: Literal["any", "tensorrt", "tensorrt_rtx"] = "any"
    precision: Precision = "fp32"
    out: NewFolder = Path("out/engine")
    provider: Literal["cpu", "cuda", "tensorrt"] = "cpu"
    episodes: CountOrNone = 200
    verify: bool = False

    def check(self) -> None:
        """Refuse what cannot be exported, before a model is loaded.

        Raises:
            EngineError: a precision that was not asked to prove itself, a folder that holds
                something else, a provider that is not to be had, or nothing to verify.
        """
        precision = read_description(self.out)["precision"] if self.verify else self.precision
        if not self.episodes and precision != "fp32":
            raise EngineError(
                f"{precision} must prove itself in closed loop: give --episodes, 200 for a "
                "figure to rely on, 20 for a quick look"
            )
        old = self.out.exists() and any(self.out.iterdir())
        if not self.verify and old and not (self.out / DESCRIPTION).exists():
            raise EngineError(f"{self.out} holds something else: choose another --out")
        if self.to == "onnx":
            require_provider(self.provider)


@dataclass(frozen=True)
class LatencyConfig:
    """Time every engine on this machine, one thread, batch 1.

    encoder: senses to context, once a plan; field: one Euler step, five a plan; tick: all of a
    control tick that plans: camera image and token to features, encoder, five steps, inverse
    kinematics of the chunk. Engines take turns within each repetition, so that whatever else the
    machine does falls on all alike; what cannot run is listed with its reason.

    Attributes:
        out: JSON with `rows` of engine, precision, part, threads, p50_ms, p99_ms, device,
            provider; `skipped`; versions.
        model: the controller's model folder.
        device: cpu; cuda: torch and ONNX Runtime on the GPU.
        engine: further engine folders of `pontine export`, such as TensorRT's.
        repetitions: of each engine.
    """

    out: NewFile = Path("out/latency.json")
    model: ControllerFolder = MODELS / "tabletop-controller"
    device: Literal["cpu", "cuda"] = "cpu"
    engine: tuple[Folder, ...] = ()
    repetitions: Count = 200
