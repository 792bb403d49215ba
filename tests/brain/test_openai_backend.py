"""The remote brain against a small HTTP server of our own."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from body import ControllerReport, Intent, Observation, Report
from body.robots.fr3 import FR3
from brain.backend import Backend, Codes
from brain.chat_api import ChatServer
from brain.errors import ServerError
from brain.openai_backend import OpenAIBackend, ServerConfig
from tests.brain.chat_server import hang_up

SIZES = (128, 128, 128, 48, 2, 8)
CODES = "".join(f"<act_{c}>" for c in (1, 2, 3, 4, 1, 5))


def connect(server, timeout: float = 5.0) -> OpenAIBackend:
    url = f"http://127.0.0.1:{server.server_port}"
    return OpenAIBackend(ChatServer(url, timeout), ServerConfig("m", Codes("abc", SIZES)))


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
    assert set(body) == {"model", "messages", "temperature", "max_tokens"}, "what all servers know"
    picture, text = body["messages"][-1]["content"]
    png = base64.b64decode(picture["image_url"]["url"].split(",")[1])
    assert np.asarray(Image.open(io.BytesIO(png)))[0, 0].tolist() == [90, 90, 90]
    assert text["text"].startswith("pick it")
    assert chat.seen[1][1]["messages"][-1] == {
        "role": "assistant", "content": f"<think> {thought} </think>",
    }  # fmt: skip
    assert thought in chat.seen[2][1]["messages"][-1]["content"][1]["text"]


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_continues_no_answer_is_asked_for_whole_ones(chat, status, capsys):
    brain = connect(chat)
    whole = [f"<think> pick it . next {step} </think>{CODES}" for step in ("a", "b", "c")]
    chat.replies = [whole[0], status, whole[1], whole[2]]
    orders = [brain.think(look(k), "pick it", ControllerReport()) for k in range(3)]
    assert [order.codes for order in orders] == [(1, 2, 3, 4, 1, 5)] * 3
    assert orders[1].thought == "pick it . next a" and orders[2].thought == "pick it . next c"
    assert [len(body["messages"]) for _, body in chat.seen] == [1, 2, 1, 1]
    assert "every look forms a thought anew" in capsys.readouterr().err


def test_a_beginning_that_is_ignored_is_no_fault(chat):
    brain = connect(chat)
    other = "".join(f"<act_{c}>" for c in (6, 5, 4, 3, 0, 1))
    chat.replies = [f"<think> pick it </think>{CODES}", f"<think> pick it </think> {other}"]
    brain.think(look(1), "pick it", ControllerReport())
    assert brain.think(look(2), "pick it", ControllerReport()).codes == (6, 5, 4, 3, 0, 1)


def test_a_refusal_moves_nothing_and_asks_no_more(chat):
    brain = connect(chat)
    chat.replies = ["no red cube here . refuse</think>"]
    for stamp in (1, 2):
        order = brain.think(look(stamp), "pick it", ControllerReport())
        assert order.intent is Intent.REFUSE and order.is_null
    assert len(chat.seen) == 1


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("hello", "</think>"), ("x</think><act_1>", "codes"), (503, "503"), (404, "404"),
        (f"x</think>{CODES.replace('<act_4>', '<act_99>')}", "codes"),
        (f"x</think>{CODES.replace('<act_4>', '<act_99999999999>')}", "codes"),
        (f"{'x ' * 3000}</think>{CODES}", "characters"), (f"\x1b[2J</think>{CODES}", "control"),
        (b"<html>", "no JSON"), (hang_up, "start it"),
    ],
)  # fmt: skip
def test_bad_answers_are_named_and_change_nothing(chat, reply, says):
    brain = connect(chat)
    chat.replies = [reply, f"fine</think>{CODES}"]
    with pytest.raises(ServerError, match=says) as caught:
        brain.think(look(1), "pick it", ControllerReport())
    assert "\x1b" not in str(caught.value) and len(str(caught.value)) < 700
    assert brain.standing_thought is None
    assert brain.think(look(2), "pick it", ControllerReport()).thought == "fine"
