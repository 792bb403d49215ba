"""The latency table: every row is whole, and names what really ran."""

import json
from pathlib import Path

import pytest

from cerebellum.engines.device import signed_bytes_overflow
from pontine.commands import latency as bench
from pontine.commands.engine_config import LatencyConfig
from pontine.commands.latency import latency

KEYS = {"engine", "precision", "part", "threads", "p50_ms", "p99_ms", "device", "provider"}


@pytest.mark.slow
def test_every_engine_is_timed_in_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PONTINE_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "latency.json"
    assert latency(LatencyConfig(out=out, repetitions=30, engine=(tmp_path / "none",))) == 0
    report = json.loads(out.read_text())
    rows = report["rows"]
    assert all(set(row) == KEYS and 0 < row["p50_ms"] <= row["p99_ms"] for row in rows)
    assert {row["engine"] for row in rows} == {"torch", "torch.compile", "onnxruntime"}
    assert {row["part"] for row in rows} == set(bench.PARTS)
    runtime = {r["precision"]: r for r in rows if r["engine"] == "onnxruntime"
               and r["part"] == "field"}  # fmt: skip
    assert set(runtime) == {"fp32", "fp16", "int8"}
    if not signed_bytes_overflow():  # else int8 takes instructions that are no faster
        assert runtime["int8"]["p50_ms"] < runtime["fp32"]["p50_ms"]
    assert {r["provider"] for r in runtime.values()} == {"CPUExecutionProvider"}
    (skipped,) = report["skipped"]
    assert "no usable engine" in skipped["reason"]
    assert "torch eager" in capsys.readouterr().out
