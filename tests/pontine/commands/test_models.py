"""The shipped models are whole, and a damaged or foreign one is refused before anything moves."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from body import CodecMismatchError, RobotMismatchError
from body.robots.registry import ROBOTS, robot
from episodes.model_folder import ModelFolderError, list_models, model_hash
from episodes.places import MODELS, ROOT
from pontine.agent.shipped import ModelPaths, model_path
from pontine.agent.stack import AgentStack, StackConfig
from pontine.commands.models import ModelsConfig, models
from sim.worlds import World


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(MODELS, tmp_path / "models")
    return tmp_path / "models"


def load(folder: Path, world: World) -> AgentStack:
    paths = ModelPaths(*(folder / f"tabletop-{name}" for name in ("controller", "codec")))
    return AgentStack(StackConfig(brain=str(folder / "tabletop-brain"), models=paths), world)


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


def test_the_arms_that_the_brain_was_validated_on_are_those_of_the_card_and_the_readme() -> None:
    found = {model.folder.name: model.config for model in list_models(MODELS)}
    arms = found["tabletop-brain"]["validated"]
    assert found["tabletop-codec"]["validated"] == arms
    assert {name: arm["robot_fingerprint"] for name, arm in arms.items()} == {
        name: spec.fingerprint for name, spec in ROBOTS.items()
    }
    card = (MODELS / "tabletop-brain/README.md").read_text()
    readme = (ROOT / "README.md").read_text()
    for name, arm in arms.items():
        told = f"{arm['solved']:,}"
        assert f"{name} {told}" in card and told in readme and arm["episodes"] == 1200


@pytest.mark.parametrize("arm", ROBOTS)
def test_every_arm_that_is_shipped_loads_without_a_flag(arm: str) -> None:
    with World(robot(arm)) as world:
        assert AgentStack(StackConfig(robot=arm), world).brain is not None


def test_an_arm_that_the_brain_does_not_know_is_refused_or_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from dataclasses import replace\nfrom body.robots.ur5e import UR5E\n"
        "ROBOT = replace(UR5E, name='mine')\n"
    )
    asked = StackConfig(robot=str(file), controller="playback")
    with World(robot(str(file))) as world:
        with pytest.raises(RobotMismatchError, match=r"this robot has mine.*--transfer"):
            AgentStack(asked, world)
        asked.warn()
        assert not capsys.readouterr().err
        asked = replace(asked, transfer=True)
        asked.warn()
        assert "fr3, so101, ur5e; what it does with mine nobody" in capsys.readouterr().err
        assert AgentStack(asked, world).brain is not None


def test_models_are_found_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert model_path("models/ur5e-controller") == MODELS / "ur5e-controller"
    assert model_path("elsewhere") == tmp_path / "elsewhere"
    (tmp_path / "models/ur5e-controller").mkdir(parents=True)
    assert model_path("models/ur5e-controller") == tmp_path / "models/ur5e-controller"


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
    from body.robots.fr3 import FR3
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
