"""What `--brain` may name is told apart, and what it may not is refused, without torch."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from body.robots.fr3 import FR3
from brain.adapter import ADAPTER
from brain.errors import BrainError
from brain.options import BrainName, BrainOptions, ServerAddress, server
from episodes.places import MODELS
from tests.brain.checkpoints import checkpoint


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("published"))


def test_folders_and_servers_are_told_apart(published: Path) -> None:
    assert server(str(MODELS)) is None
    assert server("http://a:8000#b/c") == ServerAddress("http://a:8000", "b/c")
    assert server("https://a/v1/#m") == ServerAddress("https://a", "m")
    assert BrainOptions().ours and not BrainOptions(str(published)).ours
    for name in (str(MODELS / "tabletop-brain"), str(published), "http://a:1#m"):
        assert BrainName().refuse(name) is None
        assert len(BrainOptions(name).brain_hash()) == 16
    assert BrainOptions().brain_warning(FR3) == ""
    for name in (str(published), "http://a:1#m"):
        assert "nobody has measured" in BrainOptions(name).brain_warning(FR3)


@pytest.mark.parametrize("name", ["http://a:8000", "ftp://a#m", "http://#m", "http://a:b#m"])
def test_an_address_that_cannot_be_asked_is_refused(name: str) -> None:
    with pytest.raises(BrainError, match="Remedy: write http://HOST:PORT#MODEL"):
        server(name)
    assert BrainName().refuse(name) is not None


def test_a_checkpoint_that_changes_is_another_one(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(published, folder)
    before = BrainOptions(str(folder)).brain_hash()
    assert before == BrainOptions(str(published)).brain_hash()
    own = json.loads((folder / ADAPTER).read_text())
    (folder / ADAPTER).write_text(json.dumps(own | {"robot": "fr3"}))
    assert BrainOptions(str(folder)).brain_hash() != before
    assert BrainOptions(str(folder)).brain_warning(FR3) == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [("some/model-7b", "nothing is fetched from a hub"), (str(MODELS / "no"), "is not there"),
     (str(MODELS / "tabletop-codec"), "holds a codec, not a brain")],
)  # fmt: skip
def test_what_is_no_folder_of_a_brain_is_refused(name: str, says: str) -> None:
    refused = BrainName().refuse(name)
    assert refused is not None and says in refused[0] and refused[1]


def test_telling_loads_neither_torch_nor_transformers() -> None:
    code = (
        "import sys, brain.options, brain.ticking\n"
        "print(*{'torch', 'transformers'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.split() == [], done.stderr
