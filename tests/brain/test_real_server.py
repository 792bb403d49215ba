"""The remote brain against `transformers serve`, with a tiny checkpoint that learnt one answer."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from body import ControllerReport, Observation
from body.robots.fr3 import FR3
from brain.adapter import read_adapter
from brain.backend import Codes
from brain.backends import open_brain
from brain.errors import BrainError, ServerError
from brain.options import BrainOptions
from brain.policy import BrainPolicy
from brain.prompts import answer, prompt
from brain.published import load_published
from brain.vision_language_model import save
from tests.brain.checkpoints import CODEC, SIDE, SIZES, checkpoint

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SENTENCE, THOUGHT, CODES = "go", "up", (7, 70, 100, 30, 1, 4)
READY = 240.0  # s


def look(stamp: int) -> Observation:
    image = np.full((SIDE, SIDE, 3), 90, np.uint8)
    return Observation(stamp, FR3.home, np.zeros(7), 0.08, images={"fixed": image})


def taught(folder: Path) -> Path:
    """A published checkpoint whose answer to SENTENCE is always the same one."""
    model = load_published(checkpoint(folder / "bare"), read_adapter(folder / "bare"))
    vocabulary, conventions = model.vocabulary, model.conventions
    brain = BrainPolicy(model)
    yaw = float(brain.kinematics.tool_pose(FR3.home)[3])
    said = vocabulary.encode(conventions.framed(prompt(SENTENCE, hand_yaw=yaw)))
    begun = [*vocabulary.encode(conventions.before), *[vocabulary.image] * model.image_tokens]
    wanted = [*vocabulary.encode(answer(THOUGHT, CODES)), vocabulary.end]
    ids = torch.tensor([[*begun, *said, *wanted]])
    labels = ids.clone()
    labels[:, : -len(wanted)] = -100
    pixels = conventions.pixels(look(0).images["fixed"], SIDE)
    network = model.network.train().requires_grad_(True)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(150):
        loss = network(input_ids=ids, pixel_values=pixels, labels=labels).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.05
    network.generation_config.eos_token_id = vocabulary.end
    save(model, folder / "taught", dtype=torch.float32)
    network.generation_config.save_pretrained(str(folder / "taught"))
    return folder / "taught"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address of the server, and the folder it serves."""
    for name in ("accelerate", "fastapi", "uvicorn", "openai"):
        pytest.importorskip(name, reason=f"transformers serve needs {name}: pip install .[serve]")
    folder = taught(tmp_path_factory.mktemp("served"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    code = "from transformers.cli.transformers import main; main()"
    words = ["serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    log = folder.parent / "server.log"
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *words], stdout=out, stderr=out, env=environment
        )
    url = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + READY
        while True:
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"{url}#{folder}", folder
    finally:
        process.kill()
        process.wait()


def test_it_answers_as_the_same_checkpoint_does_here(served: tuple[str, Path]) -> None:
    name, folder = served
    remote = open_brain(BrainOptions(name, brain_timeout=120.0), FR3, Codes(CODEC, SIZES))
    here = open_brain(BrainOptions(str(folder)), FR3, transfer=True)
    for stamp in (1, 2, 3):  # a new thought, a beginning that it will not continue, one anew
        there = remote.think(look(stamp), SENTENCE, ControllerReport())
        assert there.thought == THOUGHT and there.codes == CODES and there.stamp == stamp
    assert here.think(look(1), SENTENCE, ControllerReport()).thought == THOUGHT


def test_another_model_or_a_server_that_has_ended_is_named(served: tuple[str, Path]) -> None:
    name, _ = served
    url = name.partition("#")[0]
    asked = BrainOptions(f"{url}#another", brain_timeout=120.0)
    remote = open_brain(asked, FR3, Codes(CODEC, SIZES))
    with pytest.raises(ServerError, match="another"):
        remote.think(look(1), SENTENCE, ControllerReport())
    with pytest.raises(BrainError, match="cannot say which codec"):
        open_brain(asked, FR3)
