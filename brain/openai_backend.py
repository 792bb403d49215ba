"""A brain behind a server that speaks the OpenAI chat API with images (vLLM and others).

The server's model answers in our own format, `<think> thought </think> <act_..> x L`; standing
ticks hand it the thought as the beginning of its answer (`continue_final_message`).
"""

import base64
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from body import ActionTokens, ControllerReport, Intent, Observation, Report, RobotSpec
from body.fr3 import FR3
from body.kinematics import Kinematics
from brain.atomic import THOUGHT_END
from brain.prompts import answer, intent, prompt
from brain.thinking import Standing, next_context

_ANSWER = re.compile(r"^\s*(?:<think>)?(?P<thought>.*?)</think>(?P<rest>.*)$", re.DOTALL)
_ACT = re.compile(r"<act_(\d+)>")


class BackendError(RuntimeError):
    """The server cannot be reached, refused, or answered something that is not an order."""


@dataclass(frozen=True)
class ServerConfig:
    """Where the server is and what it is asked for."""

    url: str
    """Base address, e.g. http://localhost:8000 (the path /v1/chat/completions is added)."""
    model: str
    codec_id: str
    code_sizes: tuple[int, ...]
    api_key: str = ""
    timeout: float = 10.0
    """Seconds before a request counts as failed."""
    longest_thought: int = 64
    """Tokens."""
    ttl: float = 1.0
    camera: str = "fixed"
    system: str = ""
    """System message for a model that was not trained on the format; empty: none."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """More fields of the request, such as vLLM's structured outputs."""


class OpenAIBackend:
    """A :class:`brain.backend.Backend` over HTTP."""

    def __init__(self, server: ServerConfig, robot: RobotSpec = FR3) -> None:
        self.server = server
        self.kinematics = Kinematics(robot)
        self.standing: Standing | None = None

    @property
    def codec_id(self) -> str:
        return self.server.codec_id

    @property
    def standing_thought(self) -> str | None:
        return self.standing.thought if self.standing else None

    def reset(self) -> None:
        self.standing = None

    def think(
        self, observation: Observation, instruction: str, report: ControllerReport
    ) -> ActionTokens:
        """Ask the server.

        Raises:
            BackendError: no connection, no answer in time, or an answer without thought or with
                the wrong number or range of codes. The standing thought is then unchanged.
            KeyError: the observation lacks the camera.
        """
        yaw = float(self.kinematics.tool_pose(observation.joint_position)[3])
        context = next_context(self.standing, instruction, report, observation.stamp)
        if context is None:
            standing = self.standing
            assert standing is not None
            if standing.intent is Intent.REFUSE:
                return self._order(standing.thought, (), observation)
            text = prompt(standing.instruction, standing.before, standing.report, yaw)
            reply = self._ask(observation, text, answer(standing.thought))
            return self._order(standing.thought, self._codes(reply), observation)
        before, status = context
        reply = self._ask(observation, prompt(instruction, before, status, yaw), None)
        thought, codes = self._split(reply)
        self.standing = Standing(thought, instruction, before, Report(status), observation.stamp)
        return self._order(thought, codes, observation)

    def _order(
        self, thought: str, codes: tuple[int, ...], observation: Observation
    ) -> ActionTokens:
        return ActionTokens(codes, self.codec_id, observation.stamp, self.server.ttl, thought,
                            intent(thought))  # fmt: skip

    def _split(self, reply: str) -> tuple[str, tuple[int, ...]]:
        match = _ANSWER.match(reply)
        if match is None:
            raise BackendError(f"{self.server.model}: no {THOUGHT_END} in its answer {reply!r}")
        thought = " ".join(match["thought"].split())
        if intent(thought) is Intent.REFUSE:
            return thought, ()
        return thought, self._codes(match["rest"])

    def _codes(self, text: str) -> tuple[int, ...]:
        codes, sizes = tuple(int(c) for c in _ACT.findall(text)), self.server.code_sizes
        if len(codes) != len(sizes) or any(c >= n for c, n in zip(codes, sizes, strict=True)):
            raise BackendError(
                f"{self.server.model}: codes {codes} do not fit the codec's sizes {sizes}; was the "
                "model trained with this codec?"
            )
        return codes

    def request(self, observation: Observation, text: str, begun: str | None) -> dict[str, Any]:
        """The JSON body: one user message with the picture and `text`, `begun` as its answer."""
        server = self.server
        if server.camera not in observation.images:
            raise KeyError(f"no camera '{server.camera}' among {sorted(observation.images)}")
        buffer = io.BytesIO()
        Image.fromarray(observation.images[server.camera]).save(buffer, format="PNG")
        picture = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
        messages: list[dict[str, Any]] = []
        if server.system:
            messages.append({"role": "system", "content": server.system})
        content = [
            {"type": "image_url", "image_url": {"url": picture}},
            {"type": "text", "text": text},
        ]
        messages.append({"role": "user", "content": content})
        body: dict[str, Any] = {
            "model": server.model, "messages": messages, "temperature": 0.0,
            "max_tokens": server.longest_thought + len(server.code_sizes) + 3,
            "skip_special_tokens": False, **server.extra,
        }  # fmt: skip
        if begun is not None:
            messages.append({"role": "assistant", "content": begun})
            body |= {"continue_final_message": True, "add_generation_prompt": False,
                     "max_tokens": len(server.code_sizes) + 1}  # fmt: skip
        return body

    def _ask(self, observation: Observation, text: str, begun: str | None) -> str:
        server = self.server
        headers = {"Content-Type": "application/json"}
        if server.api_key:
            headers["Authorization"] = f"Bearer {server.api_key}"
        address = server.url.rstrip("/") + "/v1/chat/completions"
        if not address.startswith(("http://", "https://")):
            raise BackendError(
                f"{server.url}: give an address that starts with http:// or https://"
            )
        body = json.dumps(self.request(observation, text, begun)).encode()
        request = urllib.request.Request(address, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=server.timeout) as response:
                content = json.load(response)["choices"][0]["message"]["content"]
        except urllib.error.HTTPError as error:
            raise BackendError(f"{address}: {error.code} {error.read()[:300]!r}") from error
        except (OSError, ValueError) as error:
            raise BackendError(f"{address}: {error}; is the server up?") from error
        except (KeyError, IndexError, TypeError) as error:
            raise BackendError(f"{address}: not an answer of the chat API ({error!r})") from error
        if not isinstance(content, str):
            raise BackendError(f"{address}: the answer has no text")
        # the server may echo the beginning it was given
        return content.removeprefix(begun) if begun else content
