"""No bag, however it went wrong, ends in a traceback, a hang, or frames that nobody recorded.

BAG_MUTANTS says how many are tried; which, is fixed.
"""

import os
import re
import signal
import time
from pathlib import Path

import pytest

pytest.importorskip("rosbags")

from cerebellum.codec import save_codec
from episodes import model_folder
from pontine import cli
from tests.ros.mutants import WAYS, Truth, mutant
from tests.ros.other_bags import Message, messages
from tests.ros.recorded_graph import CODEC, FR3, Plot, write_bag

MUTANTS = int(os.environ.get("BAG_MUTANTS", len(WAYS)))
LONGEST = 60  # s
TOLD = re.compile(
    r"[1-9]\d* dropped|[1-9]\d* without|lost|damaged|not finished|left out|could not|fell"
)
PLOT = Plot(seconds=1.6, sentences=((0.1, "pick up the red cube"),))
FRAMES = 30  # of PLOT


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    return write_bag(tmp_path_factory.mktemp("plain") / "bag", PLOT)


@pytest.fixture(scope="module")
def found(plain) -> list[Message]:
    return messages(plain)


@pytest.fixture(scope="module")
def codec(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "codec"
    save_codec(CODEC, folder)
    model_folder.write(folder, {"kind": "codec", "codec_id": CODEC.codec_id}, spec=FR3)
    return folder


def call(*words: str) -> int:
    """Its exit status; TimeoutError where it hangs."""

    def hung(*_: object) -> None:
        raise TimeoutError(f"{' '.join(words[:2])} hangs")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(LONGEST)
    try:
        return cli._call(" ".join(words[:2]), list(words[2:]))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(MUTANTS))
def test_a_mutated_bag_is_told_of_or_refused(tmp_path, plain, found, codec, capfd, seed):
    way, path, left = mutant(seed, found, plain, tmp_path)
    data, begun = tmp_path / "data", time.monotonic()
    status = call(
        "ros", "to-dataset", str(path), "--out", str(data), "--codec", str(codec), "--no-cache",
        "--keep-failures", "--shortest", "0.2",
    )  # fmt: skip
    said = "".join(capfd.readouterr())
    also = call("ros", "commands", str(path), "--codec", str(codec), "--mover", "playback")
    heard = "".join(capfd.readouterr())
    took = time.monotonic() - begun
    print(
        f"MUTANT {seed} {way}: {status} {also} {took:.1f} s | {said.strip().splitlines()[-1][:160]}"
    )
    assert status in (0, 2) and also in (0, 2)
    assert "Traceback" not in said + heard
    for code, words in ((status, said), (also, heard)):
        assert code == 0 or "Remedy: " in words
    if status == 0:
        faults = Truth(left).faults(data, stamped=way != "stamps changed")
        assert not faults, (faults[:5], len(faults), said)
        frames = int(re.findall(r"(\d+) frames, read back", said)[0])
        assert frames >= FRAMES or TOLD.search(said), said
