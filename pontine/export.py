"""`pontine export`: the controller as an engine that has been held against float64 torch."""

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from cerebellum.engines import EngineError
from cerebellum.engines.description import DESCRIPTION, read_description
from cerebellum.export.gate import INPUTS
from cerebellum.export.write import Precision, Target, export, verify
from episodes.hold import holding
from episodes.replacing import remove_folder
from pontine.setup import MODELS
from pontine.trial import closed_loop, record


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
        precision: of the large matrices; the rest stays float32 where that is needed.
        out: folder for the engine.
        provider: what ONNX Runtime is to run on; falling back to another is an error.
        episodes: paired episodes of the closed loop; 0 (in fp32 alone): decisions are judged alone.
        verify: judge the engine that lies in OUT, on this machine. A TensorRT engine built
            elsewhere, or an ONNX engine on another provider, refuses to arm until that has passed.
    """

    model: Path = MODELS / "tabletop-controller"
    to: Target = "onnx"
    tensorrt: Literal["any", "tensorrt", "tensorrt_rtx"] = "any"
    precision: Precision = "fp32"
    out: Path = Path("out/engine")
    provider: Literal["cpu", "cuda", "tensorrt"] = "cpu"
    episodes: int = 200
    verify: bool = False


VERIFIED, UNVERIFIED = 0, 3


@holding("out", beside=True)
def main(config: ExportConfig) -> int:
    """Export or verify, and print the figures; returns the exit status."""
    precision = read_description(config.out)["precision"] if config.verify else config.precision
    if not config.episodes and precision != "fp32":
        raise EngineError(
            f"{precision} must prove itself in closed loop: give --episodes, 200 for a "
            "figure to rely on, 20 for a quick look"
        )
    recorded = record(config.model, INPUTS)
    loop = partial(closed_loop, model=config.model, episodes=config.episodes)
    judge = loop if config.episodes else None
    if config.verify:
        description = verify(config.model, config.out, recorded, judge, config.provider)
    else:
        old = config.out.exists() and any(config.out.iterdir())
        if old and not (config.out / DESCRIPTION).exists():
            raise EngineError(f"{config.out} holds something else: choose another --out")
        part = config.out.with_name(f"{config.out.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        module = None if config.tensorrt == "any" else config.tensorrt
        description = export(
            config.model, part, config.to, config.precision, recorded, judge, config.provider,
            module,
        )  # fmt: skip
        remove_folder(config.out)
        part.rename(config.out)
    print(f"{config.out}: {description['engine']} {description['precision']}")
    for provider, entry in description["verified"].items():
        print(f"verified on {provider}, {entry['device']}: computes in {entry['computes_in']}")
        _show(entry)
    if not description["verified"]:
        rehearsed = description["rehearsed"]
        print(f"UNVERIFIED, will not arm: {rehearsed['because']}\nWhere it is to run: pontine "
              f"export --verify --out {config.out}. {rehearsed['on']}:")  # fmt: skip
        _show(rehearsed)
        return UNVERIFIED
    return VERIFIED


def _show(entry: dict[str, Any]) -> None:
    for kind in ("random", "recorded"):
        if kind in entry:
            p = entry[kind]
            print(f"  {p['inputs']} {kind} decisions: cosine {p['cosine']:.7f} at worst, largest "
                  f"error of a step {p['step_mm']:.4f} mm, {p['step_deg']:.4f} deg")  # fmt: skip
    if "closed_loop" in entry:
        c = entry["closed_loop"]
        print(f"  {c['episodes']} paired episodes: success {c['success']:.1%}, "
              f"reference {c['reference']:.1%}")  # fmt: skip
