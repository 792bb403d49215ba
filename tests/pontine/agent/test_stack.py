"""A provider that is not there is an error, unless the CPU is permitted, which is said."""

from pathlib import Path

import onnxruntime
import pytest

from body.setting import SettingError
from cerebellum.engines import EngineError, require_provider
from pontine.agent.stack import StackConfig


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_it_is_refused_without_an_engine_of_ones_own_too(provider: str) -> None:
    with pytest.raises(EngineError, match="--fallback"):
        StackConfig(provider=provider).check()  # type: ignore[arg-type]
    StackConfig(provider=provider, fallback=True).check()  # type: ignore[arg-type]
    require_provider("cpu")


def test_an_option_that_plays_no_part_is_refused() -> None:
    with pytest.raises(SettingError, match="runs no network"):
        StackConfig(controller="playback", provider="cuda").check()
    with pytest.raises(SettingError, match="runs no network"):
        StackConfig(controller="playback", engine=Path("x")).check()
    with pytest.raises(SettingError, match="looks 20 times a second"):
        StackConfig(brain_hz=30.0).check()
