"""A brain behind a server that speaks the OpenAI chat API with images (vLLM and others).

The server's model answers in our own format, `<think> thought </think> <act_..> x L`. A look under
a standing thought hands it the thought as the beginning of its answer (`continue_final_message`,
which vLLM has); where the server knows no such thing, every look forms a whole answer.
"""

import base64
import io
import re
import sys
from dataclasses import dataclass
from typing import Any

from PIL import Image

from body import Intent, RobotSpec
from body.contract.arrays import Image as Picture
from body.robots.fr3 import FR3
from brain.atomic import THOUGHT_END
from brain.backend import Codes
from brain.chat_api import ChatServer, StatusError
from brain.errors import ServerError
from brain.prompts import answer, intent
from brain.standing_brain import CodesRead, StandingBrain
from brain.thinking import Standing

_ANSWER = re.compile(r"^\s*(?:<think>)?(?P<thought>.*?)</think>(?P<rest>.*)$", re.DOTALL)
_ACT = re.compile(r"<act_(\d{1,6})>")
UNKNOWN_FIELDS = (400, 422)  # HTTP's status where a request has fields that a server lacks
LONGEST = 1000  # characters of a thought
MORE = 8  # tokens of an answer beside thought and codes: its marks, and its end


@dataclass(frozen=True)
class ServerConfig:
    """What the server's model is asked for.

    Attributes:
        model: as the server calls it. codes: of the codec it was trained with.
        longest_thought: tokens.
    """

    model: str
    codes: Codes
    longest_thought: int = 64


class OpenAIBackend(StandingBrain):
    """A :class:`brain.backend.Backend` over HTTP.

    Attributes:
        continues: the server goes on with an answer that is begun for it.
    """

    def __init__(self, server: ChatServer, asked: ServerConfig, robot: RobotSpec = FR3) -> None:
        super().__init__({"codec_id": asked.codes.codec_id}, robot)
        self.server, self.asked = server, asked
        self.continues = True

    def look(self, picture: Picture) -> str:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, format="PNG")
        return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()

    def answered(self, seen: str, text: str) -> tuple[str, CodesRead]:
        thought, rest = self._split(self.server.ask(self.request(seen, text, None)))
        return thought, lambda: self._codes(rest)

    def continued(self, seen: str, text: str, thought: str) -> tuple[int, ...]:
        begun = answer(thought)
        if self.continues:
            try:
                reply = self.server.ask(self.request(seen, text, begun))
            except StatusError as error:
                if error.status not in UNKNOWN_FIELDS:
                    raise
                self._give_up_continuing(error.status)
            else:  # it may echo the beginning it was given, or ignore it and answer afresh
                return self._codes(reply.removeprefix(begun).rpartition(THOUGHT_END)[2])
        found, codes = self.answered(seen, text)
        return () if intent(found) is Intent.REFUSE else codes()

    def _give_up_continuing(self, status: int) -> None:
        self.continues = False
        print(
            f"note: {self.server.url} goes on with no answer begun for it ({status}): "
            "every look forms a thought anew, which takes longer",
            file=sys.stderr, flush=True,
        )  # fmt: skip

    def _grows_old(self, standing: Standing, now: int) -> bool:
        whole = not self.continues and self.thinking == "kept"
        return (whole and standing.intent is Intent.ACT) or super()._grows_old(standing, now)

    def _split(self, reply: str) -> tuple[str, str]:
        """The thought, and what follows it."""
        match = _ANSWER.match(reply)
        if match is None:
            shown = reply if len(reply) <= 80 else reply[:80] + "..."
            raise ServerError(
                f"{self.asked.model}: no {THOUGHT_END} in its answer {shown!r}. Remedy: serve a "
                "model that was trained on this format (docs/brains.md)"
            )
        thought = " ".join(match["thought"].split())
        if len(thought) > LONGEST or not thought.isprintable():
            raise ServerError(
                f"{self.asked.model}: its thought is {len(thought)} characters long, or holds "
                "control characters. Remedy: serve a model that was trained on this format"
            )
        return thought, match["rest"]

    def _codes(self, text: str) -> tuple[int, ...]:
        codes, sizes = tuple(int(c) for c in _ACT.findall(text)), self.asked.codes.sizes
        if len(codes) != len(sizes) or any(c >= n for c, n in zip(codes, sizes, strict=True)):
            shown = f"{codes[:16]}{' ...' if len(codes) > 16 else ''}"
            raise ServerError(
                f"{self.asked.model}: codes {shown} do not fit the codec's sizes {sizes}. Remedy: "
                "serve a model that was trained with this codec"
            )
        return codes

    def request(self, seen: str, text: str, begun: str | None) -> dict[str, Any]:
        """The JSON body: one user message with the picture and `text`, `begun` as its answer."""
        asked = self.asked
        content = [
            {"type": "image_url", "image_url": {"url": seen}},
            {"type": "text", "text": text},
        ]
        messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
        body: dict[str, Any] = {
            "model": asked.model, "messages": messages, "temperature": 0.0,
            "max_tokens": asked.longest_thought + len(asked.codes.sizes) + MORE,
        }  # fmt: skip
        if begun is not None:
            messages.append({"role": "assistant", "content": begun})
            body |= {"continue_final_message": True, "add_generation_prompt": False,
                     "max_tokens": len(asked.codes.sizes) + MORE}  # fmt: skip
        return body
