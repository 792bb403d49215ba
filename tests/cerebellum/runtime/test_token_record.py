import os

import pytest

from body import ActionTokens, Intent, RangeError
from body.robots.fr3 import FR3
from cerebellum.runtime.bus import Bus
from cerebellum.runtime.token_record import read_tokens, write_tokens


def test_tokens_come_out_as_they_went_in() -> None:
    bus = Bus(f"tokens-{os.getpid()}", FR3, create=True)
    reader = Bus(bus.graph, FR3)
    try:
        for sent in (
            ActionTokens((1, 2, 3), "ab" * 8, 5, 0.5, "up", Intent.DONE),
            ActionTokens((), "ab" * 8, 6, intent=Intent.REFUSE, thought="none . refuse"),
        ):
            write_tokens(bus.tokens, sent)
            assert reader.tokens.read()
            got = read_tokens(reader.tokens.value, reader.tokens.stamp)
            assert (got.codes, got.codec_id, got.stamp, got.ttl, got.intent) == (
                sent.codes, sent.codec_id, sent.stamp, sent.ttl, sent.intent,
            )  # fmt: skip
        bus.tokens.value["codes"][0], bus.tokens.value["length"] = -1, 1
        bus.tokens.value["intent"] = "act"
        with pytest.raises(RangeError):
            read_tokens(bus.tokens.value, 0)
        bus.tokens.value["intent"] = "dance"
        with pytest.raises(ValueError, match="dance"):
            read_tokens(bus.tokens.value, 0)
    finally:
        reader.close()
        bus.close(remove=True)
