"""Codecs of the tabletop side by side: fits each on one cache, measures, and writes docs/codecs.md.

Resumable: finished episodes in --out are kept, and so is what people wrote under the page's
last heading. Usage: benchmarks/codecs.py --data CACHE --held-out CACHE [--episodes N] ...
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from body import Waypoint
from cerebellum.codec import Codec, DctCodec, WaypointCodec, load_codec, round_trip_report
from cerebellum.codec.dct import END
from cerebellum.codec.fit import KINDS
from cerebellum.state import CommandState
from cerebellum.train_codec import TrainCodecConfig, train
from episodes.cache import Cache
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import StackConfig
from pontine.evaluation.cases import worker_of
from pontine.evaluation.config import TEST_SEED, EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.evaluation.statistics import told
from pontine.executor import Executor
from pontine.sweeps.page import TEACHES

LATENCIES_MS = (150.0, 400.0)
TIMED = 1000  # plans


@dataclass(frozen=True)
class CodecsConfig:
    """Which codec ships?

    Attributes:
        data: cache that the codecs are fitted on. held_out: cache of other seeds, for round trips.
        episodes: a task, at every latency. seed: the first of them.
        workers: processes; any number gives the same figures.
        out: codecs and results. page: what is written.
    """

    data: Path = Path("data/codecs-cache")
    held_out: Path = Path("data/held-out-cache")
    episodes: int = 25
    seed: int = TEST_SEED
    workers: int = 2
    out: Path = Path("out/codecs")
    page: Path = Path("docs/codecs.md")


def plans(cache: Cache) -> dict[str, Any]:
    """Recorded plans by column."""
    return {name: cache[name][cache.robot] for name in ("plan.waypoint", "plan.chunk")}


def microseconds(codec: Codec, columns: dict[str, Any]) -> tuple[float, float]:
    """Medians of encoding and of decoding one plan."""
    rows = np.linspace(0, len(columns["plan.chunk"]) - 1, TIMED).astype(int)
    state = CommandState(np.array([0.45, 0.0, 0.3, 0.0]))
    spent = []
    for waypoint, chunk in zip(
        columns["plan.waypoint"][rows], columns["plan.chunk"][rows], strict=True
    ):
        plan: Any = chunk
        if isinstance(codec, WaypointCodec):
            plan = Waypoint(waypoint[:3], waypoint[3], waypoint[4] > 0.5, waypoint[5])
        begun = time.perf_counter_ns()
        codes = codec.encode(plan)
        half = time.perf_counter_ns()
        codec.decode(codes, state)
        spent.append((half - begun, time.perf_counter_ns() - half))
    encode, decode = 1e-3 * np.median(spent, axis=0)
    return float(encode), float(decode)


def round_trip(codec: Codec, columns: dict[str, Any]) -> str:
    """A row of the first table."""
    found = round_trip_report(codec, columns)
    place, yaw = found["position_mm"], found["yaw_deg"]
    encode, decode = microseconds(codec, columns)
    length = f"{codec.length}"
    if isinstance(codec, DctCodec):
        used = (codec.encode_rows(columns["plan.chunk"]) != END).sum(axis=1).mean()
        length += f" ({used:.1f} in use)"
    return (
        f"| {codec.kind} | {length} | {codec.vocabulary_size} | {found['bits']:.0f} "
        f"| {found['bits_per_second']:.0f} | {place['p50']:.1f} / {place['p95']:.1f} "
        f"| {yaw['p50']:.2f} / {yaw['p95']:.2f} | {found['gripper_wrong']:.2%} "
        f"| {encode:.0f} / {decode:.0f} |"
    )


def closed_loop(name: str, latency: float, results: dict[str, Any]) -> str:
    """A row of the second table."""
    overall = results["overall"]
    figures = [*results["per_task"].values(), overall]
    cells = [f"{f['success_rate']:.0%} [{f['ci95'][0]:.0%}, {f['ci95'][1]:.0%}]" for f in figures]
    return (
        f"| {name} | {latency:.0f} | {' | '.join(cells)} "
        f"| {told(overall['smoothness'].get('jerk_m_s3', {}).get('p99'), '.0f')} "
        f"| {overall['unsafe_rate']:.0%} |"
    )


def write(config: CodecsConfig, first: list[str], second: list[str], machine: dict) -> None:
    """The page; what stands under its last heading is kept."""
    fitted, held_out = (len(Cache.open(f).robot) for f in (config.data, config.held_out))
    taught = (
        config.page.read_text(encoding="utf-8").partition(TEACHES)[2]
        if config.page.exists()
        else "\n"
    )
    text = [
        "# Which action codec", "",
        "The same recorded plans in four codecs: what a round trip costs, and what the codes are "
        "worth when the simulator's own plan is put into them and played back, with no controller "
        "to put right what they leave out.", "",
        "| codec | codes | vocabulary | bits a token set | bits/s at 4 Hz | position mm, "
        "median / p95 | yaw deg, median / p95 | gripper wrong | encode / decode, us |",
        "|---|---|---|---|---|---|---|---|---|", *first, "",
        f"Fitted on {fitted} frames; round trips of {held_out} frames of other seeds. Position and "
        "yaw are the keyframe's for `waypoint`, those of the end of the 0.8 s path for chunks. "
        "Microseconds: medians of single calls, one thread. Decoding a waypoint unrolls the law.",
        "",
        "| codec | latency ms | reach | pick | place_in | stack | all | jerk m/s3, p99 | unsafe |",
        "|---|---|---|---|---|---|---|---|---|", *second, "",
        f"`--tokens oracle --controller playback`, 4 Hz, {config.episodes} episodes a task from "
        f"seed {config.seed}, the same scenes in every row, 95 % Wilson intervals. "
        f"{os.cpu_count()} cores of an {machine['cpu']}, MuJoCo {machine['mujoco']}, commit "
        f"{machine['commit'][:9]}.", "",
        "```sh",
        "pontine collect --episodes 360 --stills 0 --out data/codecs",
        "pontine collect --episodes 24 --stills 0 --seed 500000 --out data/held-out",
        "python benchmarks/codecs.py",
        "```", "",
        TEACHES,
    ]  # fmt: skip
    config.page.write_text("\n".join(text) + taught, encoding="utf-8")


def main(config: CodecsConfig) -> int:
    """Fit, measure, write the page."""
    held_out = plans(Cache.open(config.held_out))
    first, second = [], []
    for kind in KINDS:
        folder = config.out / kind
        if not (folder / "config.json").exists():
            train(TrainCodecConfig(config.data, folder, kind))
        first.append(round_trip(load_codec(folder), held_out))
        print(first[-1], flush=True)
    with Executor(config.workers, worker_of) as executor:
        for latency in LATENCIES_MS:
            for kind in KINDS:
                stack = StackConfig(
                    tokens="oracle", controller="playback", latency_ms=latency,
                    models=ModelPaths(codec=config.out / kind),
                )  # fmt: skip
                evaluation = EvalConfig(
                    episodes=config.episodes, seed=config.seed, stack=stack, videos=0,
                    workers=config.workers, out=config.out / f"{kind}-{latency:.0f}",
                )  # fmt: skip
                results = evaluate(evaluation, executor)
                second.append(closed_loop(kind, latency, results))
                print(second[-1], flush=True)
    write(config, first, second, results["versions"])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(tyro.cli(CodecsConfig)))
