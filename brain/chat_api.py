"""One request and its answer over HTTP, in bounded time and size, whatever the other side does."""

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from brain.errors import ServerError

LARGEST = 1_000_000  # bytes of an answer
CHAT, MODELS = "/v1/chat/completions", "/v1/models"
UP = "Remedy: start it, or name another with --brain http://HOST:PORT#MODEL"


class StatusError(ServerError):
    """The server answered with an error; `status` is HTTP's."""

    def __init__(self, text: str, status: int = 500) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class ChatServer:
    """A server that speaks the OpenAI chat API.

    Attributes:
        url: base address, such as http://localhost:8000. timeout: s for a request and its answer.
        api_key: sent as a bearer token; "": none.
    """

    url: str
    timeout: float = 10.0
    api_key: str = field(default="", repr=False)

    def ask(self, body: dict[str, Any]) -> str:
        """The text of the answer to a chat request.

        Raises:
            StatusError: the server answers with an error.
            ServerError: no connection, no answer in time, or none of the chat API.
        """
        answer = self._json(CHAT, json.dumps(body).encode())
        try:
            content = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise self._fault(f"not an answer of the chat API ({error!r})") from error
        if not isinstance(content, str):
            raise self._fault("the answer has no text")
        return content

    def greet(self) -> None:
        """Make sure that somebody answers there.

        Raises:
            ServerError: nobody does.
        """
        try:
            self._read(MODELS, None)
        except StatusError as error:  # it may fail to list its models, and serve them all the same
            if error.status in (401, 403):
                raise self._fault(f"it asks for a key ({error.status}). Remedy: set "
                                  "OPENAI_API_KEY") from error  # fmt: skip

    def _json(self, path: str, body: bytes) -> Any:
        try:
            return json.loads(self._read(path, body))
        except (ValueError, RecursionError) as error:
            if isinstance(error, ServerError):
                raise
            raise self._fault(f"the answer is no JSON ({str(error)[:100]})") from error

    def _read(self, path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        end = time.monotonic() + self.timeout
        address = self.url.rstrip("/") + path
        try:
            request = urllib.request.Request(address, body, headers)
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return self._whole(response, end)
        except urllib.error.HTTPError as error:
            text = f"{address}: {error.code} {_beginning(error)!r}"
            text += ". Remedy: look at the server's own log"
            raise StatusError(text, error.code) from error
        except TimeoutError as error:
            raise self._fault(f"no answer within {self.timeout:g} s; --brain-timeout may be "
                              "longer, but tokens grow old meanwhile") from error  # fmt: skip
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, ServerError):
                raise
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            if isinstance(reason, TimeoutError):
                reason = f"no connection within {self.timeout:g} s"
            raise self._fault(f"{reason}. {UP}") from error

    def _whole(self, response: http.client.HTTPResponse, end: float) -> bytes:
        """The body; `end` is the monotonic time until which it may take."""
        parts: list[bytes] = []
        size = 0
        while part := response.read1(65536):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise self._fault(f"the answer is longer than {LARGEST:,} bytes")
            if time.monotonic() > end:
                raise TimeoutError
        if response.length:  # what it promised and has not sent
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(parts)

    def _fault(self, text: str) -> ServerError:
        return ServerError(f"{self.url}: {text}")


def _beginning(error: urllib.error.HTTPError) -> bytes:
    """Of what the server says about it; b"" where it breaks off."""
    try:
        return error.read(300)
    except (OSError, http.client.HTTPException):
        return b""
