"""The shipped engine, made to fail on request: for the soak alone."""

import time

import numpy as np

from body.robots.registry import robot
from cerebellum.engines import load_engine
from cerebellum.engines.build import engine_folder
from cerebellum.engines.onnx_engine import OnnxEngine
from cerebellum.engines.protocol import Senses
from cerebellum.inputs import Floats
from cerebellum.runtime.channel import Channel
from cerebellum.runtime.planner_process import run_planner
from cerebellum.runtime.runtime_config import RuntimeConfig
from episodes import model_folder
from pontine.live.stage import Stage


class FaultyEngine(OnnxEngine):
    """Answers as its base does, unless `faults` (the stage's channel) asks for NaN or slowness."""

    faults: Channel

    def infer(self, senses: Senses) -> tuple[Floats, Floats]:
        values, gates = super().infer(senses)
        self.faults.read()
        if self.faults.value["slow"] > 0:
            time.sleep(float(self.faults.value["slow"]))
        if self.faults.value["nan"]:
            values = np.full_like(values, np.nan)
        return values, gates


def run_faulty_planner(config: RuntimeConfig) -> None:
    """The planner's process, with this engine."""
    settings = model_folder.load_config(config.model, spec=robot(config.robot))
    load_engine(config.model, settings)  # built, where it has not been
    engine = FaultyEngine.load(engine_folder(settings))
    engine.faults = Stage(config.graph).faults
    run_planner(config, engine)
