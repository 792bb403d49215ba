import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from body import CodecMismatchError, RobotMismatchError, RobotSpec
from body.robots.fr3 import FR3
from episodes.model_folder import (
    ModelFolderError,
    list_models,
    load_config,
    model_hash,
    verify,
    warning,
    write,
)

WEIGHTS = "model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "tabletop-controller"
    (path / "tokenizer").mkdir(parents=True)
    (path / WEIGHTS).write_bytes(np.random.default_rng(0).bytes(1000))
    (path / "tokenizer/vocabulary.json").write_text("{}")
    (path / "README.md").write_text("the card")
    (path / "config.json").write_text('{"architectures": ["Llava"]}')
    write(path, {"codec_id": "abc", "action_space": "tool"}, spec=FR3)
    return path


def test_round_trip(folder: Path) -> None:
    config = load_config(folder, spec=FR3, codec_id="abc")
    assert config["architectures"] == ["Llava"] and config["action_space"] == "tool"
    assert config["robot_fingerprint"] == FR3.fingerprint
    assert set(config["files"]) == {WEIGHTS, "tokenizer/vocabulary.json"}
    assert set(verify(folder)) == {*config["files"], "config.json"}


def test_sealing_again_is_stable(folder: Path) -> None:
    before = model_hash(folder)
    write(folder, {})
    assert model_hash(folder) == before
    (folder / WEIGHTS).write_bytes(b"new")
    write(folder, {})
    assert model_hash(folder) != before
    verify(folder)


def test_card_and_built_engines_may_change(folder: Path) -> None:
    (folder / "README.md").write_text("a better card")
    (folder / "field.onnx").write_bytes(b"built")
    verify(folder)


def test_missing_truncated_and_altered(folder: Path) -> None:
    path = folder / WEIGHTS
    content = path.read_bytes()
    for new, message in (
        (content[:500], "truncated"),
        (content[::-1], "sha256"),
        (None, "missing"),
    ):
        path.unlink()
        if new is not None:
            path.write_bytes(new)
        with pytest.raises(ModelFolderError, match=message) as caught:
            load_config(folder)
        assert caught.value.path == path
        assert "git checkout -- models/tabletop-controller" in caught.value.remedy
        assert "pontine models verify" in caught.value.remedy
        path.write_bytes(content)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_is_found(folder: Path, data: st.DataObject) -> None:
    path = folder / data.draw(st.sampled_from([WEIGHTS, "config.json"]))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    altered = bytearray(content)
    altered[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(altered)
    try:
        verified = verify(folder)
    except ModelFolderError:
        pass
    else:  # white space of the JSON may change, its meaning not
        assert path.name == "config.json" and json.loads(altered) == json.loads(content)
        assert verified
    finally:
        path.write_bytes(content)


def test_config_missing_truncated_unsealed(folder: Path) -> None:
    path = folder / "config.json"
    content = path.read_text()
    path.write_text(content[:40])
    with pytest.raises(ModelFolderError, match="truncated"):
        load_config(folder)
    path.write_text("{}")
    with pytest.raises(ModelFolderError, match="not sealed"):
        load_config(folder)
    path.unlink()
    with pytest.raises(ModelFolderError, match="missing"):
        load_config(folder)
    with pytest.raises(ModelFolderError, match="no folder"):
        load_config(folder / "nowhere")


def other(**changes: object) -> RobotSpec:
    return dataclasses.replace(FR3, **changes)  # type: ignore[arg-type]


def validate(folder: Path, arms: object) -> None:
    config = json.loads((folder / "config.json").read_text()) | {"validated": arms}
    (folder / "config.json").write_text(json.dumps(config))


def test_a_model_moves_the_arms_that_it_was_validated_on_and_stays_the_same_model(
    folder: Path,
) -> None:
    strange, before = other(name="ur5"), model_hash(folder)
    with pytest.raises(RobotMismatchError, match=r"robot fr3, this robot has ur5.*or train one"):
        load_config(folder, spec=strange)
    measured = {"robot_fingerprint": strange.fingerprint, "solved": 9, "episodes": 12}
    validate(folder, {"ur5": measured})
    assert load_config(folder, spec=strange) == load_config(folder, spec=FR3)
    assert model_hash(folder) == before and not warning(load_config(folder), strange)
    third = other(name="ur10")
    with pytest.raises(RobotMismatchError, match="transfer:=true"):
        load_config(folder, spec=third)
    assert "fr3, ur5; what it does with ur10 nobody" in warning(
        load_config(folder, spec=third, transfer=True), third
    )
    longer = np.array(FR3.dh)
    longer[0, 1] += 0.01
    with pytest.raises(RobotMismatchError):
        load_config(folder, spec=other(name="ur5", dh=longer))


def test_what_was_validated_was_another_model_once_it_is_sealed_anew(folder: Path) -> None:
    validate(folder, {"ur5": {"robot_fingerprint": "0", "solved": 1, "episodes": 1}})
    assert "validated" not in write(folder, {"validated": {}})


@given(
    arms=st.one_of(
        st.none(), st.text(), st.integers(), st.lists(st.text()),
        st.dictionaries(st.text(), st.one_of(
            st.none(), st.text(), st.dictionaries(
                st.sampled_from(["robot_fingerprint", "solved", "episodes"]),
                st.one_of(st.none(), st.text(), st.integers(-3, 3)),
            ),
        )),
    )
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_list_of_arms_ends_in_a_traceback(folder: Path, arms: object) -> None:
    validate(folder, arms)
    try:
        verify(folder)
    except ModelFolderError as error:
        assert "robot_fingerprint" in str(error) and "solved" in str(error)
    else:
        load_config(folder, spec=FR3)


def test_another_robot_or_codec_is_refused(folder: Path) -> None:
    names = tuple(reversed(FR3.joint_names))
    longer = np.array(FR3.dh)
    longer[0, 1] += 0.01
    for spec in (other(name="ur5"), other(joint_names=names), other(dh=longer)):
        with pytest.raises(RobotMismatchError, match=r"config\.json.*Remedy"):
            load_config(folder, spec=spec)
    with pytest.raises(CodecMismatchError, match="codec abc") as caught:
        load_config(folder, codec_id="def")
    assert isinstance(caught.value, ModelFolderError)


def test_pickles_and_empty_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelFolderError, match="no file"):
        write(tmp_path / "empty", {})
    (folder / "weights.pt").write_bytes(b"")
    with pytest.raises(ModelFolderError, match="pickle"):
        write(folder, {})


def test_list_models(folder: Path) -> None:
    broken = folder.parent / "tabletop-brain"
    broken.mkdir()
    (broken / "config.json").write_text("{}")
    (folder.parent / "notes").mkdir()
    brain, controller = list_models(folder.parent)
    assert (brain.name, controller.name) == ("tabletop-brain", "tabletop-controller")
    assert brain.problem and controller.problem is None
    assert list_models(folder.parent / "nowhere") == []
