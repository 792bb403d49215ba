"""Whatever a server does, its answer ends in time, and in text or a reason."""

import time

import pytest

from brain.chat_api import ChatServer
from brain.errors import ServerError
from tests.brain.chat_server import break_off, drip, flood, hang_up, say_nothing


def server(chat, timeout: float = 5.0) -> ChatServer:
    return ChatServer(f"http://127.0.0.1:{chat.server_port}", timeout)


def test_text_is_handed_on(chat):
    chat.replies = ["up"]
    assert server(chat).ask({"model": "m"}) == "up"
    assert chat.seen == [("/v1/chat/completions", {"model": "m"})]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (503, "503"), (404, "404"), (b"<html>", "no JSON"), (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"), (b"[]", "chat API"), (b'{"choices": []}', "chat API"),
        (b'{"choices": [{"message": {"content": null}}]}', "no text"),
        (hang_up, "start it"), (break_off, "start it"), (flood, "longer than"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_named(chat, reply, says):
    chat.replies = [reply, "up"]
    with pytest.raises(ServerError, match=says):
        server(chat).ask({})
    assert server(chat).ask({}) == "up", "the next request is another one"


@pytest.mark.parametrize("fault", [say_nothing, drip])
def test_a_slow_answer_is_not_waited_for(chat, fault):
    chat.replies = [fault]
    begun = time.monotonic()
    with pytest.raises(ServerError, match=r"within 0\.3 s"):
        server(chat, 0.3).ask({})
    assert time.monotonic() - begun < 0.9


def test_where_nobody_answers_it_is_said_before_anything_is_asked(chat):
    server(chat).greet()  # it may list no models
    with pytest.raises(ServerError, match="Remedy: start it"):
        ChatServer("http://127.0.0.1:9", 1.0).greet()
