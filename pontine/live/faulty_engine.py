"""The shipped engine, made to fail on request: for the soak alone."""

import time
from pathlib import Path

import numpy as np

from body.robots import robot
from cerebellum.engines import load_engine
from cerebellum.engines.onnx_engine import OnnxEngine
from cerebellum.engines.protocol import Senses
from cerebellum.inputs import Floats
from cerebellum.runtime.planner_process import run_planner
from cerebellum.runtime.runtime_config import RuntimeConfig
from episodes import model_folder
from pontine.live.stage import Stage


class FaultyEngine:
    """Answers as `engine` does, unless the stage asks for NaN or for slowness."""

    def __init__(self, engine: OnnxEngine, stage: Stage) -> None:
        self._engine, self._faults = engine, stage.faults
        self.warm_up, self.describe = engine.warm_up, engine.describe

    @classmethod
    def load(cls, folder: Path) -> "FaultyEngine":
        raise NotImplementedError("made around an engine that has been loaded")

    def infer(self, senses: Senses) -> tuple[Floats, Floats]:
        values, gates = self._engine.infer(senses)
        self._faults.read()
        if self._faults.value["slow"] > 0:
            time.sleep(float(self._faults.value["slow"]))
        if self._faults.value["nan"]:
            values = np.full_like(values, np.nan)
        return values, gates


def run_faulty_planner(config: RuntimeConfig) -> None:
    """The planner's process, with this engine."""
    settings = model_folder.load_config(config.model, spec=robot(config.robot))
    engine = load_engine(config.model, settings)
    run_planner(config, FaultyEngine(engine, Stage(config.graph)))
