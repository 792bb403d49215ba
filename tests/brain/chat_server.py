"""A small HTTP server that speaks the chat API, and can do everything wrong."""

import json
import socket
import time
from http.server import BaseHTTPRequestHandler


class Chat(BaseHTTPRequestHandler):
    """Answers with `server.replies` in turn and keeps the requests: text as the chat API has it, a
    number as an error, bytes as they are, and what can be called does what it likes."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, body))
        reply = self.server.replies.pop(0)
        if isinstance(reply, int):
            self.send_error(reply)
        elif callable(reply):
            reply(self)
        elif isinstance(reply, bytes):
            self.answer(reply)
        else:
            self.answer(json.dumps({"choices": [{"message": {"content": reply}}]}).encode())

    def answer(self, data: bytes, promised: int | None = None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) if promised is None else promised))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def hang_up(request):
    request.connection.shutdown(socket.SHUT_RDWR)


def say_nothing(request):
    time.sleep(1.0)


def drip(request):
    request.send_response(200)
    request.end_headers()
    for _ in range(20):
        request.wfile.write(b" ")
        time.sleep(0.1)


def break_off(request):
    request.answer(b'{"choices": [', promised=1000)


def flood(request):
    request.answer(b" " * 2_000_000)
