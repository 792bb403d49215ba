"""Action tokens as a record of the `tokens` channel, and back; whoever brings or reads them."""

from typing import Any

from body import ActionTokens, Intent
from cerebellum.runtime.bus import packed, text
from cerebellum.runtime.channel import Channel

THOUGHT = 512  # bytes


def write_tokens(channel: Channel, tokens: ActionTokens) -> None:
    """Put `tokens` on the channel, stamped as they are.

    Raises:
        ValueError: more codes than a record holds.
    """
    value = channel.value
    value["length"] = len(tokens.codes)
    value["codes"][: len(tokens.codes)] = tokens.codes
    value["codec_id"], value["ttl"] = tokens.codec_id, tokens.ttl
    value["intent"] = str(tokens.intent)
    value["thought"] = packed(tokens.thought or "", THOUGHT)
    channel.write(tokens.stamp)


def read_tokens(value: Any, stamp: int) -> ActionTokens:
    """The tokens of a record, stamped `stamp` (ns), without the thought.

    Raises:
        BodyError, ValueError: they are none.
    """
    codes = tuple(int(code) for code in value["codes"][: int(value["length"])])
    intent = Intent(text(value["intent"]))
    return ActionTokens(codes, text(value["codec_id"]), stamp, float(value["ttl"]), intent=intent)
