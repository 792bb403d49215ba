"""The commands as people call them: exit status and words."""

import json
from pathlib import Path

import pytest

from pontine.cli import _call
from tests.episodes.small import record


def test_check_repair_and_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def pontine(word: str, *words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        return _call(f"data {word}", list(map(str, words))), *capsys.readouterr()

    data, new, cache = tmp_path / "set", tmp_path / "new", tmp_path / "cache"
    assert pontine("check", data)[0] == 2  # there is no such folder
    record(data, [0, 1, 2])
    status, said, _ = pontine("check", data)
    assert status == 0 and "3 episodes, 21 frames, 42 pictures, nothing is wrong" in said

    (data / "meta/stats.json").write_text(json.dumps({}))
    (data / "meta/pontine.json").unlink()
    status, _, told = pontine("check", data)
    assert status == 1 and "statistics of observation.state are missing" in told
    assert f"`pontine data repair {data} --out NEW`" in told
    status, _, told = pontine("cache", data, "--out", cache, "--workers", 1)
    assert status == 2 and "is damaged" in told

    status, said, _ = pontine("repair", data, "--out", new)
    assert status == 0 and "3 episodes, 21 frames, read back and checked" in said
    assert pontine("check", new)[0] == 0
    status, said, _ = pontine("cache", new, "--out", cache, "--workers", 1)
    assert status == 0 and "training cache of 21 frames ready" in said
    assert pontine("repair", data, "--out", new)[0] == 2  # it is there
    assert "nothing was written" in pontine("repair", new, "--out", tmp_path / "none")[1]
