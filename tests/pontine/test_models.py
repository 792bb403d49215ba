"""The shipped models are whole, and a damaged or foreign one is refused before anything moves."""

import json
import shutil
from pathlib import Path

import pytest

from body import CodecMismatchError, RobotMismatchError
from episodes.model_folder import ModelFolderError, list_models, model_hash
from episodes.places import MODELS
from pontine.models import ModelsConfig, models
from pontine.setup import ModelPaths, Stack, StackConfig
from sim.worlds import World


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(MODELS, tmp_path / "models")
    return tmp_path / "models"


def load(folder: Path, world: World) -> Stack:
    paths = ModelPaths(*(folder / f"tabletop-{name}" for name in ("brain", "controller", "codec")))
    return Stack(StackConfig(models=paths), world)


def test_what_is_shipped_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    assert models(ModelsConfig("verify")) == 0
    assert capsys.readouterr().out.count("verified") == len(list_models(MODELS)) >= 3
    assert models(ModelsConfig("card")) == 0
    assert models(ModelsConfig(names=("no-such",))) == 2


def test_an_arm_is_driven_by_its_own_controller_unless_another_is_named(tmp_path: Path) -> None:
    hashes = {model.folder.name: model_hash(model.folder) for model in list_models(MODELS)}
    for arm in ("ur5e", "so101"):
        assert StackConfig(robot=arm).model_hashes()["controller"] == hashes[f"{arm}-controller"]
    named = StackConfig(robot="ur5e", models=ModelPaths(controller=tmp_path))
    assert named.controller_folder() == tmp_path
    assert StackConfig().model_hashes()["controller"] == hashes["tabletop-controller"]


def test_shipped_sizes_stay_small() -> None:
    for model in list_models(MODELS):
        size = sum(path.stat().st_size for path in model.folder.rglob("*") if path.is_file())
        assert size < 25e6, model.name


@pytest.mark.parametrize("name", ["tabletop-brain", "tabletop-controller", "tabletop-codec"])
def test_a_missing_folder_is_named(copy: Path, world: World, name: str) -> None:
    shutil.rmtree(copy / name)
    with pytest.raises(ModelFolderError, match=name):
        load(copy, world)


@pytest.mark.parametrize(
    "name", ["tabletop-brain/model.safetensors", "tabletop-controller/controller.safetensors"]
)
def test_a_truncated_file_is_named(copy: Path, world: World, name: str) -> None:
    path = copy / name
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelFolderError, match=path.name):
        load(copy, world)
    assert models(ModelsConfig("verify", folder=copy)) == 1


def test_another_codec_is_refused(copy: Path, world: World) -> None:
    from body.fr3 import FR3
    from cerebellum.codec import WaypointCodec, save_codec
    from episodes import model_folder

    folder = copy / "tabletop-codec"
    shutil.rmtree(folder)
    codec = WaypointCodec(x=(0.1, 0.9))
    save_codec(codec, folder)
    model_folder.write(folder, {"kind": "codec", "codec_id": codec.codec_id}, spec=FR3)
    with pytest.raises(CodecMismatchError):
        load(copy, world)


def test_another_robot_is_refused(copy: Path, world: World) -> None:
    config = copy / "tabletop-controller" / "config.json"
    content = json.loads(config.read_text())
    content["robot_fingerprint"] = "0" * 16
    config.write_text(json.dumps(content))
    with pytest.raises((ModelFolderError, RobotMismatchError), match="tabletop-controller"):
        load(copy, world)
