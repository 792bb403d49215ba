"""The gate: does an engine compute what the weights mean?

Every chunk is compared with float64 torch: the cosine of the worst of them, and the largest error
in action units: of a single step, and of where the tool is led in the whole chunk.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from cerebellum import inputs
from cerebellum.engines.protocol import Engine, EngineError, Senses
from cerebellum.inputs import Floats
from cerebellum.statistics import Statistics

COSINE = {"fp32": 0.9999, "fp16": 0.999, "int8": 0.999}
INPUTS = 1000  # of each kind, recorded and random
WORSE = 0.03  # share of successes that a paired closed loop may lose


@dataclass(frozen=True)
class Parity:
    """An engine's chunks beside the reference's, over `inputs` decisions.

    Attributes:
        cosine: of normalised chunks, the smallest. cosine_median: the middle one.
        step_mm, step_deg: largest error of one step's increment.
        path_mm, path_deg: largest error along the way that the whole chunk leads.
        gripper: gripper orders (of 16 a decision) that differ.
    """

    inputs: int
    cosine: float
    cosine_median: float
    step_mm: float
    step_deg: float
    path_mm: float
    path_deg: float
    gripper: int


def compare(wanted: Floats, found: Floats, statistics: Statistics) -> Parity:
    """Figures of `found` (N, 16, 5) against `wanted`, both normalised."""
    wanted, found = np.asarray(wanted, np.float64), np.asarray(found, np.float64)
    flat, other = wanted.reshape(len(wanted), -1), found.reshape(len(found), -1)
    norms = np.linalg.norm(flat, axis=1) * np.linalg.norm(other, axis=1)
    cosine = np.einsum("ij,ij->i", flat, other) / np.maximum(norms, 1e-12)
    rows, actual = (inputs.physical_actions(v, statistics) for v in (wanted, found))
    error = actual[..., :4] - rows[..., :4]
    path = np.cumsum(error, axis=1)
    return Parity(
        inputs=len(wanted),
        cosine=_figure(cosine.min()),
        cosine_median=_figure(np.median(cosine)),
        step_mm=_figure(1e3 * np.linalg.norm(error[..., :3], axis=-1).max()),
        step_deg=_figure(np.degrees(np.abs(error[..., 3]).max())),
        path_mm=_figure(1e3 * np.linalg.norm(path[..., :3], axis=-1).max()),
        path_deg=_figure(np.degrees(np.abs(path[..., 3]).max())),
        gripper=int((actual[..., 4] != rows[..., 4]).sum()),
    )


def judge(
    kind: str,
    engine: Engine,
    senses: Iterable[Senses],
    wanted: Floats,
    statistics: Statistics,
    precision: str,
) -> dict[str, Any]:
    """Run `engine` over all `senses` and return the figures of :class:`Parity`.

    Args:
        kind: what the inputs are, for messages. wanted: (N, 16, 5) of the reference.

    Raises:
        EngineError: the smallest cosine lies below the precision's bar, or is no number.
    """
    bar = tqdm(senses, desc=f"gate: {kind} inputs", total=len(wanted), unit="input", leave=False)
    parity = compare(wanted, np.stack([engine.infer(one)[0] for one in bar]), statistics)
    if not parity.cosine >= COSINE[precision]:
        raise EngineError(
            f"parity gate failed on {kind} inputs: cosine {parity.cosine} to float64 torch, "
            f"{precision} needs {COSINE[precision]} (largest step error {parity.step_mm} mm, "
            f"{parity.step_deg} deg); nothing was written. Export in a higher precision, or with "
            "the torch and onnx versions of constraints.txt"
        )
    return asdict(parity)


def judge_pairs(engine: list[bool], reference: list[bool]) -> dict[str, Any]:
    """Figures of the paired closed loop: both lists give success by episode.

    Raises:
        EngineError: the engine wins less often by more than `WORSE`.
    """
    rates = float(np.mean(engine)), float(np.mean(reference))
    figures = {
        "episodes": len(engine),
        "success": _figure(rates[0]),
        "reference": _figure(rates[1]),
        "only_engine": sum(a and not b for a, b in zip(engine, reference, strict=True)),
        "only_reference": sum(b and not a for a, b in zip(engine, reference, strict=True)),
    }
    if rates[0] < rates[1] - WORSE - 1e-9:
        raise EngineError(
            f"closed-loop gate failed: {rates[0]:.1%} of {len(engine)} episodes succeed, with the "
            f"reference {rates[1]:.1%}; nothing was written. Export in a higher precision"
        )
    return figures


def _figure(value: Any) -> float:
    """Enough digits to tell one cosine from the next."""
    return round(float(value), 8)
