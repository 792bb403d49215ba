"""The brain as a process: pictures, sentence and report in, tokens out, as fast as its rate."""

import time
from pathlib import Path

from body import ActionTokens, BodyError, ControllerReport, Report
from body.robots import robot
from cerebellum.runtime.bus import Bus, packed, text
from cerebellum.runtime.priority import keep_apart
from cerebellum.runtime.runtime_config import RuntimeConfig, until_sigterm
from pontine.agent import Thinker

CAMERA = "fixed"


def run_brain(config: RuntimeConfig, brain_model: Path, transfer: bool = False) -> None:
    """Run the brain of folder `brain_model` until SIGTERM."""
    stopped = until_sigterm()
    keep_apart()
    import torch  # only where a brain runs

    from brain.policy import BrainPolicy

    torch.set_num_threads(1)
    spec = robot(config.robot)
    brain = BrainPolicy.load(brain_model, spec, transfer=transfer)
    think_until(stopped, brain, Bus(config.graph, spec), float(brain.config.get("rate_hz", 4.0)))


def think_until(stopped: list[int], brain: Thinker, bus: Bus, hz: float) -> None:
    """Think about every new picture, at most `hz` times a second, once there is a sentence."""
    picture, state, sentence = bus.pictures[CAMERA], bus.state, bus.instruction
    due = time.monotonic_ns()
    while not stopped:
        due = max(due + round(1e9 / hz), time.monotonic_ns())
        time.sleep(max(0, due - time.monotonic_ns()) * 1e-9)
        if sentence.read():
            brain.reset()
        state.read()
        bus.report.read()
        if not sentence.number or not state.number or not picture.read():
            continue
        try:
            seen = bus.observation(picture.stamp, CAMERA)
        except BodyError:  # no numbers: the command loop says so
            continue
        value = bus.report.value
        report = ControllerReport(Report(int(value["status"])), int(value["token_stamp"]))
        if bus.report.number == 0:
            report = ControllerReport()
        send(brain.think(seen, text(sentence.value["text"]), report), bus)


def send(tokens: ActionTokens, bus: Bus) -> None:
    """Put `tokens` on the bus."""
    value = bus.tokens.value
    value["length"] = len(tokens.codes)
    value["codes"][: len(tokens.codes)] = tokens.codes
    value["codec_id"], value["ttl"] = tokens.codec_id, tokens.ttl
    value["intent"], value["thought"] = str(tokens.intent), packed(tokens.thought or "", 512)
    bus.tokens.write(tokens.stamp)
