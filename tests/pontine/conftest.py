"""A codec folder and a world, made once for all tests of the top floor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from body.robots.fr3 import FR3
from cerebellum.codec import WaypointCodec, save_codec
from episodes import model_folder
from sim.worlds import World


@pytest.fixture(scope="session")
def codec_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "codec"
    codec = WaypointCodec()
    save_codec(codec, folder)
    model_folder.write(folder, {"kind": "codec", "codec_id": codec.codec_id}, spec=FR3)
    return folder


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with World() as made:
        yield made
