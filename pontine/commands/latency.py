"""`pontine bench latency`: every engine's milliseconds, their repetitions interleaved."""

import gc
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

import cerebellum.export
from body import ActionTokens, Observation
from body.robots.registry import robot
from cerebellum.engines import Senses, cache_root, open_engine
from cerebellum.engines.description import DESCRIPTION
from cerebellum.engines.euler import EulerEngine
from cerebellum.export.choices import Precision
from cerebellum.export.write import export
from cerebellum.runtime.controller import Cerebellum
from cerebellum.torch_engine import TorchEngine
from episodes.replacing import write_text
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import AgentStack, StackConfig
from pontine.commands.engine_config import LatencyConfig
from pontine.evaluation.engine_trial import record, validation_episode
from pontine.versions import versions
from sim.worlds import World

PARTS = ("encoder", "field", "tick")
WARM_UP = 5  # repetitions not counted


@dataclass
class Contender:
    """An engine, the controller it drives, and what it has taken so far (ms by part)."""

    name: str
    engine: EulerEngine
    controller: Cerebellum
    spent: dict[str, list[float]]

    def repeat(self, senses: Senses, observation: Observation, tokens: ActionTokens) -> None:
        """Each part once, as often as in one plan."""
        clock = time.perf_counter
        start = clock()
        self.engine.encode(senses)
        self.spent["encoder"].append(1e3 * (clock() - start))
        z = senses.noise
        for k in range(5):
            t = np.array([1 - k / 5], np.float32)
            start = clock()
            velocity = self.engine.velocity(z, t)
            self.spent["field"].append(1e3 * (clock() - start))
            z = z - np.float32(0.2) * velocity
        start = clock()
        self.controller.step(observation, tokens, 0.15)
        self.spent["tick"].append(1e3 * (clock() - start))

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row a part."""
        about = self.engine.describe()
        for part in PARTS:
            p50, p99 = np.percentile(self.spent[part], (50, 99))
            yield {
                "engine": self.name, "precision": about["precision"], "part": part, "threads": 1,
                "p50_ms": round(float(p50), 3), "p99_ms": round(float(p99), 3),
                "device": about["device"], "provider": about["provider"],
            }  # fmt: skip


def latency(config: LatencyConfig) -> int:
    """Time, print the table and write it; returns the exit status."""
    torch.set_num_threads(1)
    skipped: list[dict[str, str]] = []
    contenders = list(_contenders(config, skipped))
    senses = record(config.model, 20)
    scenes = list(_scenes(config.model))
    gc.disable()
    try:
        for number in tqdm(range(config.repetitions + WARM_UP), desc="repetitions"):
            observation, tokens = scenes[number % len(scenes)]
            for turn in range(len(contenders)):
                one = contenders[(number + turn) % len(contenders)]
                if number < WARM_UP:
                    one.controller.reset(observation)
                one.repeat(senses[number % len(senses)], observation, tokens)
                if number < WARM_UP:
                    one.spent = {part: [] for part in PARTS}
    finally:
        gc.enable()
    rows = [row for contender in contenders for row in contender.rows()]
    report = {"rows": rows, "skipped": skipped, "repetitions": config.repetitions,
              "ratios": _ratios(rows), "versions": versions()}  # fmt: skip
    write_text(config.out, json.dumps(report, indent=1) + "\n")
    _show(report)
    print(f"{config.out} written")
    return 0


def _contenders(config: LatencyConfig, skipped: list[dict[str, str]]) -> Iterator[Contender]:
    model, device = config.model, config.device
    precisions: tuple[Precision, ...] = ("fp32", "fp16", "int8")
    wanted: list[tuple[str, Any]] = [
        ("torch", partial(TorchEngine, model, "eager", device)),
        ("torch.compile", partial(TorchEngine, model, "compile", device)),
    ]
    if device == "cuda":
        wanted += [
            ("torch", partial(TorchEngine, model, "eager", device, True)),
            ("torch", partial(TorchEngine, model, "cuda_graph", device)),
            ("torch", partial(TorchEngine, model, "cuda_graph", device, True)),
        ]
    wanted += [("onnxruntime", partial(_exported, model, p, device)) for p in precisions]
    wanted += [("", partial(open_engine, folder, device)) for folder in config.engine]
    for name, load in tqdm(wanted, desc="engines", unit="engine"):
        try:
            engine: EulerEngine = load()
            controller = Cerebellum(model, robot("fr3"), engine=engine, trial=True, replan=1)
        except Exception as error:  # whatever a compiler, driver or provider lacks here
            what = " ".join(str(word) for word in (name, *getattr(load, "args", ())[1:]))
            skipped.append({"engine": what, "reason": f"{type(error).__name__}: {error}"[:400]})
            continue
        spent: dict[str, list[float]] = {part: [] for part in PARTS}
        yield Contender(name or engine.describe()["engine"], engine, controller, spent)


def _exported(model: Path, precision: Precision, provider: str) -> EulerEngine:
    """An ONNX engine for timing, judged on random inputs alone and kept in the cache folder."""
    key = TorchEngine(model).describe()["key"]
    exporter = hashlib.sha256()  # an engine that an older exporter made is not this one's
    for source in sorted(Path(cerebellum.export.__file__).parent.glob("*.py")):
        exporter.update(source.read_bytes())
    name = f"{key}-{precision}-{exporter.hexdigest()[:12]}"
    folder = cache_root() / "bench" / name
    if not (folder / DESCRIPTION).exists():
        export(model, folder, "onnx", precision)
    return open_engine(folder, provider)


def _scenes(model: Path) -> Iterator[tuple[Observation, ActionTokens]]:
    """What the controller is given at the start of ten validation episodes."""
    with World() as world:
        parts = AgentStack(StackConfig(tokens="oracle", models=ModelPaths(controller=model)), world)
        for number in range(10):
            episode = validation_episode(number)
            world.reset(episode.scene)
            agent = parts.agent(episode)
            observation = world.observation(("wrist",))
            agent.reset(observation, episode.instruction)
            yield observation, agent.brain.think(observation, "", agent.mover.report)


def _ratios(rows: list[dict[str, Any]]) -> dict[str, float]:
    """How many times faster than eager torch (fp32) each engine's tick is."""
    ticks = {f"{r['provider']} {r['precision']}": r["p50_ms"] for r in rows if r["part"] == "tick"}
    base = next((ms for name, ms in ticks.items() if name == "torch eager fp32"), None)
    return {name: round(base / ms, 2) for name, ms in ticks.items()} if base else {}


def _show(report: dict[str, Any]) -> None:
    print(f"{'engine':<14}{'precision':<10}{'part':<9}{'p50 ms':>8}{'p99 ms':>8}  ran on")
    for row in report["rows"]:
        print(f"{row['engine']:<14}{row['precision']:<10}{row['part']:<9}{row['p50_ms']:>8.3f}"
              f"{row['p99_ms']:>8.3f}  {row['provider']}, {row['device']}")  # fmt: skip
    for name, ratio in report["ratios"].items():
        print(f"tick {name}: {ratio} times as fast as torch eager")
    for entry in report["skipped"]:
        print(f"skipped {entry['engine']}: {entry['reason']}")
