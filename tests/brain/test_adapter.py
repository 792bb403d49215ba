import json

import pytest

from brain.adapter import ADAPTER, read_adapter
from brain.errors import PublishedModelError

SOUND = {"codec_id": "ab", "code_sizes": [128, 2]}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "without pontine.json"), ("{", "Remedy"), ("[]", "no JSON object"),
        ({"codec_id": "ab"}, "lacks code_sizes"), (SOUND | {"colour": 1}, "knows no colour"),
        (SOUND | {"code_sizes": [0]}, "code_sizes"), (SOUND | {"code_sizes": 3}, "is a list"),
        (SOUND | {"prompt": "loud"}, "prompt"), (SOUND | {"rate_hz": -1}, "rate_hz"),
        (SOUND | {"names": ["x"]}, "names"), (SOUND | {"robot": 3}, "robot"),
        (SOUND | {"ttl": "long"}, "ttl"),
    ],
)  # fmt: skip
def test_what_it_cannot_say_is_named(tmp_path, said, words):
    if said is not None:
        text = said if isinstance(said, str) else json.dumps(said)
        (tmp_path / ADAPTER).write_text(text)
    with pytest.raises(PublishedModelError, match=words):
        read_adapter(tmp_path)


def test_numbered_names_are_spelled_out(tmp_path):
    own = SOUND | {"names": {"<act_{}>": "<a{}>", "<act_3>": "<three>", "<think>": "<hm>"}}
    (tmp_path / ADAPTER).write_text(json.dumps(own))
    tokens = read_adapter(tmp_path).tokens
    assert tokens["<act_2>"] == "<a2>" and tokens["<act_3>"] == "<three>"
    assert tokens["<think>"] == "<hm>" and len(tokens) == 129
