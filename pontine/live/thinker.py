"""The brain as a process: pictures, sentence and report in, tokens out, as fast as its rate."""

import time

from body import BodyError, ControllerReport, Report
from body.robots.registry import robot
from brain.backend import Backend, Codes
from brain.options import BrainOptions
from brain.ticking import Ticking
from cerebellum.codec import load_codec
from cerebellum.runtime.bus import Bus, text
from cerebellum.runtime.priority import keep_apart
from cerebellum.runtime.runtime_config import RuntimeConfig, until_sigterm
from cerebellum.runtime.token_record import write_tokens

CAMERA = "fixed"


def run_brain(config: RuntimeConfig, options: BrainOptions, transfer: bool = False) -> None:
    """Run the brain that `options` name until SIGTERM; a server's speaks the controller's codec."""
    stopped = until_sigterm()
    keep_apart()
    from brain.backends import open_brain  # torch: only where a brain runs

    spec = robot(config.robot)
    codec = None
    if options.address is not None:
        spoken = load_codec(config.model)
        codec = Codes(spoken.codec_id, tuple(spoken.vocabulary))
    brain = open_brain(options, spec, codec, transfer=transfer)
    think_until(stopped, brain, Bus(config.graph, spec), float(brain.config.get("rate_hz", 4.0)))


def think_until(stopped: list[int], brain: Backend, bus: Bus, hz: float) -> None:
    """Think about every new picture, at most `hz` times a second, once there is a sentence."""
    picture, state, sentence = bus.pictures[CAMERA], bus.state, bus.instruction
    ticking = Ticking(brain, hz)
    ticking.begin(time.monotonic_ns())
    while not stopped:
        time.sleep(max(0, ticking.wait_until - time.monotonic_ns()) * 1e-9)
        now = time.monotonic_ns()
        if sentence.read():
            ticking.begin(now)
        state.read()
        bus.report.read()
        if not sentence.number or not state.number or not picture.read():
            ticking.skip(now)
            continue
        try:
            seen = bus.observation(picture.stamp, CAMERA)
        except BodyError:  # no numbers: the command loop says so
            ticking.skip(now)
            continue
        value = bus.report.value
        report = ControllerReport(Report(int(value["status"])), int(value["token_stamp"]))
        if bus.report.number == 0:
            report = ControllerReport()
        tokens = ticking.look(now, seen, text(sentence.value["text"]), report)
        if tokens is not None:
            write_tokens(bus.tokens, tokens)
