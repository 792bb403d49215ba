"""The remote brain against a small HTTP server of our own."""

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from PIL import Image

from body import ControllerReport, Intent, Observation, Report
from body.fr3 import FR3
from brain.backend import Backend
from brain.openai_backend import BackendError, OpenAIBackend, ServerConfig

SIZES = (128, 128, 128, 48, 2, 8)
CODES = "".join(f"<act_{c}>" for c in (1, 2, 3, 4, 1, 5))


class Chat(BaseHTTPRequestHandler):
    """Answers with `server.replies` in turn and keeps the requests."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, body))
        reply = self.server.replies.pop(0)
        if isinstance(reply, int):
            self.send_error(reply)
            return
        data = json.dumps({"choices": [{"message": {"content": reply}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def chat():
    server = HTTPServer(("127.0.0.1", 0), Chat)
    server.seen, server.replies = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def connect(server) -> OpenAIBackend:
    url = f"http://127.0.0.1:{server.server_port}"
    return OpenAIBackend(ServerConfig(url, "m", "abc", SIZES, timeout=5.0))


def look(stamp: int) -> Observation:
    image = np.full((32, 32, 3), 90, np.uint8)
    return Observation(stamp, FR3.home, np.zeros(7), 0.08, images={"fixed": image})


def test_thought_then_standing_ticks_then_a_new_thought(chat):
    brain = connect(chat)
    assert isinstance(brain, Backend)
    thought = "pick red cube <loc_1> <loc_2> . next above"
    chat.replies = [f"<think> {thought} </think>{CODES}", CODES, f"a . done</think>{CODES}"]
    first = brain.think(look(10), "pick it", ControllerReport())
    assert first.codes == (1, 2, 3, 4, 1, 5) and first.thought == thought and first.stamp == 10
    second = brain.think(look(20), "pick it", ControllerReport())
    assert second.thought == thought and second.stamp == 20
    third = brain.think(look(1_000_000_000), "pick it", ControllerReport(Report.ARRIVED, 20))
    assert third.intent is Intent.DONE and brain.standing_thought == "a . done"

    path, body = chat.seen[0]
    assert path == "/v1/chat/completions"
    picture, text = body["messages"][-1]["content"]
    png = base64.b64decode(picture["image_url"]["url"].split(",")[1])
    assert np.asarray(Image.open(io.BytesIO(png)))[0, 0].tolist() == [90, 90, 90]
    assert text["text"].startswith("pick it")
    assert chat.seen[1][1]["messages"][-1] == {
        "role": "assistant", "content": f"<think> {thought} </think>",
    }  # fmt: skip
    assert thought in chat.seen[2][1]["messages"][-1]["content"][1]["text"]


def test_a_refusal_moves_nothing_and_asks_no_more(chat):
    brain = connect(chat)
    chat.replies = ["no red cube here . refuse</think>"]
    for stamp in (1, 2):
        order = brain.think(look(stamp), "pick it", ControllerReport())
        assert order.intent is Intent.REFUSE and order.is_null
    assert len(chat.seen) == 1


@pytest.mark.parametrize(
    ("reply", "says"),
    [("hello", "</think>"), ("x</think><act_1>", "codes"), (503, "503"),
     (f"x</think>{CODES.replace('<act_4>', '<act_99>')}", "codes")],
)  # fmt: skip
def test_bad_answers_are_named_and_change_nothing(chat, reply, says):
    brain = connect(chat)
    chat.replies = [reply]
    with pytest.raises(BackendError, match=says):
        brain.think(look(1), "pick it", ControllerReport())
    assert brain.standing_thought is None


def test_no_server():
    brain = OpenAIBackend(ServerConfig("http://127.0.0.1:9", "m", "abc", SIZES, timeout=1.0))
    with pytest.raises(BackendError, match="is the server up"):
        brain.think(look(1), "pick it", ControllerReport())
