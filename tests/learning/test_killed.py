"""Whatever is trained, killed between two checkpoints and trained on, has the same weights."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from learning.checkpoint import load
from tests.learning.small import TRAINED

ROOT = Path(__file__).resolve().parents[2]


def killed(name: str, folder: Path, step: int) -> None:
    """Train it in a process that is killed after so many steps."""
    words = [sys.executable, "-m", "tests.learning.small", name, str(folder), str(step)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr[-3000:]


def same_after(name: str, folder: Path, *steps: int) -> None:
    """Killed after each of `steps`, one life after another, it ends as it does unharmed."""
    torch.set_num_threads(1)
    for step in steps:
        killed(name, folder / "killed", step)
    resumed, whole = (TRAINED[name](folder / n) for n in ("killed", "whole"))
    assert resumed.keys() == whole.keys()
    for key, value in whole.items():
        assert torch.equal(value, resumed[key]), key


def test_the_brain_in_a_stage_of_several(tmp_path: Path) -> None:
    killed("brain", tmp_path / "killed", 11)  # in the third step of the third stage
    state = load(tmp_path / "killed" / "projector" / "checkpoint.pt")
    assert state is not None and state["step"] == 2
    same_after("brain", tmp_path)


@pytest.mark.slow
def test_the_brain_in_every_stage(tmp_path: Path) -> None:
    # each life takes the two steps between checkpoint and end again, and one of the next stage
    same_after("brain", tmp_path, 3, 5, 5, 5, 5, 5)


def test_the_controller(tmp_path: Path) -> None:
    same_after("controller", tmp_path, 5)


@pytest.mark.slow
def test_the_flat_baseline(tmp_path: Path) -> None:
    from pontine.baselines.flat.moments import NAMES
    from pontine.collecting.collect import collect
    from pontine.collecting.config import CollectConfig
    from tests.pontine.baselines.flat.conftest import blind_brain

    data = tmp_path / "flat-data"
    collect(CollectConfig(task=NAMES, episodes=10, workers=1, out=data / "data"))
    blind_brain(data / "eyes")
    same_after("flat", tmp_path, 5)


@pytest.mark.slow
def test_the_controller_of_metaworld(tmp_path: Path) -> None:
    pytest.importorskip("metaworld", reason="Meta-World is not installed: make metaworld")
    from cerebellum.codec import save_codec
    from cerebellum.codec.aim import AimCodec
    from pontine.collecting.collect import collect
    from pontine.collecting.config import CollectConfig

    data = tmp_path / "metaworld-data"
    collect(CollectConfig(suite="metaworld", task=("drawer-open-v3",), per_task=2, shadows_every=0,
                          workers=1, out=data / "data"))  # fmt: skip
    (data / "codec").mkdir()
    save_codec(AimCodec(), data / "codec")
    same_after("metaworld_controller", tmp_path, 5)
