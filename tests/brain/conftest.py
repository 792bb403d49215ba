"""A brain small enough to test with, and a server that speaks for one."""

import threading
from http.server import HTTPServer

import numpy as np
import pytest
import torch

from brain.language_model import LanguageSizes
from brain.tokenizer import train_tokenizer
from brain.vision_encoder import ConvVisionConfig
from brain.vision_language_model import VisionLanguageModel, build
from tests.brain.chat_server import Chat

CORPUS = [
    "put the red cube in the blue bowl", "pick up the green ball", "move above the purple plate",
    "stack the yellow cylinder on the orange cube", "what is left of the red cube ?",
    "pick red cube <loc_12> <loc_40> . next above", "no red cube here . refuse",
    "red cube <loc_1> <loc_2> into blue bowl <loc_3> <loc_4> . next grasp",
    "missed red cube <loc_9> <loc_8> . next above", "pick red cube <loc_12> <loc_40> . done",
    "not a task . refuse", "next lift carry release retreat",
]  # fmt: skip
SIZES = (128, 128, 128, 48, 2, 8)


@pytest.fixture(scope="session")
def tokenizer():
    return train_tokenizer(CORPUS, size=600)


@pytest.fixture
def tiny(tokenizer) -> VisionLanguageModel:
    return tiny_brain(tokenizer)


def tiny_brain(tokenizer) -> VisionLanguageModel:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    metadata = {"codec_id": "0123456789abcdef", "code_sizes": list(SIZES), "ttl": 1.0}
    model = build(
        tokenizer, metadata, ConvVisionConfig(channels=16, num_hidden_layers=1, image_size=128),
        LanguageSizes(hidden=32, layers=2, heads=2, key_value_heads=2, inner=64),
    )  # fmt: skip
    model.network.eval()
    return model


@pytest.fixture
def table():
    return dialogue_table()


def dialogue_table() -> dict[str, list]:
    """Dialogue rows about 6 pictures, three or more each."""
    rng = np.random.default_rng(0)
    names = ["fixed_row", "instruction", "before", "report", "hand_yaw", "thought", "codes",
             "loss_thought", "kind"]  # fmt: skip
    columns: dict[str, list] = {name: [] for name in names}
    thoughts = [CORPUS[5], CORPUS[6], CORPUS[7], CORPUS[8]]
    for i in range(20):
        thought = thoughts[i % 4]
        codes = [] if "refuse" in thought else [int(rng.integers(n)) for n in SIZES]
        before = CORPUS[5] if i % 3 == 0 else ""
        row = (i % 6, CORPUS[i % 2], before, i % 4, rng.uniform(-1.5, 1.5), thought, codes,
               not (codes and i % 5 == 0), "act")  # fmt: skip
        for name, value in zip(names, row, strict=True):
            columns[name].append(value)
    return columns


@pytest.fixture
def chat():
    server = HTTPServer(("127.0.0.1", 0), Chat)
    server.handle_error = lambda *_: None  # who has hung up is not written to
    server.seen, server.replies = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
