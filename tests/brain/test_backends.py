"""One name, three kinds of brain; what does not fit is refused before it thinks."""

import numpy as np
import pytest

from body import CodecMismatchError, Observation, RobotMismatchError
from body.robots.fr3 import FR3
from body.robots.ur5e import UR5E
from brain.backend import Backend, Codes
from brain.backends import check_brain, open_brain
from brain.errors import BrainError
from brain.openai_backend import OpenAIBackend
from brain.options import BrainOptions
from brain.policy import BrainPolicy
from tests.brain.checkpoints import CODEC, SIDE, SIZES, checkpoint


def look() -> Observation:
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    return Observation(1, FR3.home, np.zeros(7), 0.08, images={"fixed": image})


def test_a_folder_of_ours():
    brain = open_brain(BrainOptions(), FR3)
    assert isinstance(brain, BrainPolicy) and isinstance(brain, Backend)
    assert brain.config["rate_hz"] == 4.0
    with pytest.raises(CodecMismatchError):
        open_brain(BrainOptions(), FR3, Codes("other", SIZES))


def test_a_published_checkpoint(tmp_path):
    options = BrainOptions(str(checkpoint(tmp_path, adapter={"robot": "fr3", "rate_hz": 2.0})))
    brain = open_brain(options, FR3, Codes(CODEC, SIZES))
    assert len(brain.think(look(), "go").codes) in (0, 6) and brain.config["rate_hz"] == 2.0
    with pytest.raises(BrainError, match="correct its pontine"):
        open_brain(options, FR3, Codes("other", SIZES))
    with pytest.raises(RobotMismatchError, match="--transfer"):
        open_brain(options, UR5E)
    assert open_brain(options, UR5E, transfer=True).codec_id == CODEC


def test_a_server(chat):
    options = BrainOptions(f"http://127.0.0.1:{chat.server_port}#m", brain_timeout=5.0)
    check_brain(options)
    brain = open_brain(options, FR3, Codes("abc", (9, 9)))
    assert isinstance(brain, OpenAIBackend) and brain.codec_id == "abc"
    chat.replies = ["<think> up </think><act_1><act_2>"]
    assert brain.think(look(), "go").codes == (1, 2)
    assert chat.seen[0][1]["model"] == "m"
    with pytest.raises(BrainError, match="cannot say which codec"):
        open_brain(options, FR3)


def test_what_is_not_there_is_refused_before_anything_is_loaded():
    for options in (BrainOptions("http://127.0.0.1:9#m"), BrainOptions(brain_device="cuda:99")):
        with pytest.raises(BrainError, match="Remedy"):
            check_brain(options)
