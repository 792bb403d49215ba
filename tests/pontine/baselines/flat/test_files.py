"""What is saved is what is loaded, and nothing else is."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from body.contract.errors import RobotMismatchError
from body.robots.fr3 import FR3
from episodes import model_folder
from episodes.model_folder import ModelFolderError
from pontine.baselines.flat.config import FlatTraining
from pontine.baselines.flat.files import load_model, save_model
from pontine.baselines.flat.policy import FlatPolicy
from pontine.baselines.flat.words import Words


@pytest.fixture
def folder(trained: FlatTraining, tmp_path: Path) -> Path:
    shutil.copytree(trained.out, tmp_path / "model")
    return tmp_path / "model"


def test_a_model_survives_the_disk(folder: Path, tmp_path: Path) -> None:
    model = load_model(folder, FR3)
    save_model(tmp_path / "again", model, FR3)
    again = load_model(tmp_path / "again", FR3)
    assert again.network.shape == model.network.shape
    assert again.statistics.hash == model.statistics.hash
    for name, value in model.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name]), name
    text = ["put the red cube in the blue bowl"]
    assert (Words(again.tokenizer, 64)(text)[0] == Words(model.tokenizer, 64)(text)[0]).all()


def test_another_robot_is_refused(folder: Path) -> None:
    with pytest.raises(RobotMismatchError, match="pontine train"):
        FlatPolicy.load(folder, replace(FR3, name="other"))
    names = (*FR3.joint_names[:-1], "thumb")
    with pytest.raises(RobotMismatchError, match="thumb"):
        FlatPolicy.load(folder, replace(FR3, joint_names=names))


def test_other_statistics_are_refused(folder: Path) -> None:
    path = folder / "statistics.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "move": 0.03}))
    with pytest.raises(ModelFolderError, match=r"statistics\.json"):
        FlatPolicy.load(folder, FR3)
    model_folder.write(folder, {})  # sealed anew, as if it had always been so
    with pytest.raises(ModelFolderError, match="not the statistics the weights were trained with"):
        FlatPolicy.load(folder, FR3)


def test_a_damaged_file_is_named(folder: Path) -> None:
    weights = folder / "flat.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelFolderError, match=r"flat\.safetensors: is truncated"):
        load_model(folder)


def test_a_model_of_another_kind_is_refused(folder: Path) -> None:
    model_folder.write(folder, {"kind": "controller"})
    with pytest.raises(ModelFolderError, match="is a controller model, not a flat policy"):
        FlatPolicy.load(folder, FR3)


def test_a_card_that_was_edited_stays(folder: Path) -> None:
    (folder / "README.md").write_text("mine")
    save_model(folder, load_model(folder), FR3, {"anything": 1})
    assert (folder / "README.md").read_text() == "mine"
