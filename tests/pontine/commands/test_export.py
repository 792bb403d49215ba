"""`pontine export` from the command's settings to an engine that drives the arm."""

import importlib.util
import json
from pathlib import Path

import pytest

from cerebellum.engines import EngineError
from cerebellum.engines.tensorrt_engine import MODULES
from pontine.agent.stack import AgentStack, StackConfig
from pontine.commands import export
from pontine.commands.engine_config import ExportConfig
from pontine.commands.export import VERIFIED, main
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from sim.worlds import World

needs_tensorrt = pytest.mark.skipif(
    not any(importlib.util.find_spec(name) for name in MODULES),
    reason="no TensorRT: pip install 'pontine[tensorrt]' gives tensorrt-rtx, which builds here",
)


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and few recorded decisions."""
    monkeypatch.setenv("PONTINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(export, "INPUTS", 30)
    return tmp_path


def test_a_folder_with_something_else_is_left_alone(quick: Path) -> None:
    (quick / "engine").mkdir()
    (quick / "engine" / "thesis.txt").write_text("years of work")
    with pytest.raises(EngineError, match="something else"):
        main(ExportConfig(out=quick / "engine", episodes=0))
    assert (quick / "engine" / "thesis.txt").exists()


def test_less_than_float32_must_prove_itself_in_closed_loop(quick: Path) -> None:
    with pytest.raises(EngineError, match="closed loop"):
        main(ExportConfig(precision="int8", out=quick / "engine", episodes=0))
    assert not (quick / "engine").exists()


@pytest.mark.slow
@needs_tensorrt
def test_what_cannot_run_here_is_built_but_does_not_arm(
    quick: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    out = quick / "engine"
    config = ExportConfig(to="tensorrt", precision="fp16", out=out, episodes=2)
    if main(config) == VERIFIED:
        pytest.skip("TensorRT runs on this machine")
    assert "UNVERIFIED" in capsys.readouterr().out and (out / "field.plan").exists()
    with pytest.raises(EngineError, match="NVIDIA driver"):
        AgentStack(StackConfig(tokens="oracle", engine=out), world)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_an_export_is_judged_and_then_drives(
    quick: Path, precision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = quick / "engine"
    config = ExportConfig(precision=precision, out=out, episodes=20)  # type: ignore[arg-type]
    assert main(config) == 0
    assert "20 paired episodes" in capsys.readouterr().out
    entry = json.loads((out / "engine.json").read_text())["verified"]["CPUExecutionProvider"]
    assert entry["recorded"]["inputs"] == 30 and entry["closed_loop"]["only_reference"] == 0
    assert main(ExportConfig(out=out, episodes=2, verify=True)) == 0
    stack = StackConfig(tokens="oracle", engine=out)
    results = evaluate(
        EvalConfig(
            task=("reach",), episodes=1, seed=800_000, stack=stack, workers=1, videos=0,
            out=quick / "eval",
        )
    )  # fmt: skip
    assert results["per_task"]["reach"]["success_rate"] == 1.0
