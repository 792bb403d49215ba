import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pontine.evaluation.log import EpisodeLog, EvaluationError


def filled(path: Path, count: int = 3) -> Path:
    with EpisodeLog(path, "settings", {}) as log:
        for number in range(count):
            log.append({"key": f"pick/{number}", "success": True})
    return path


def test_what_was_finished_is_found_again(tmp_path: Path) -> None:
    path = filled(tmp_path / "new" / "episodes.jsonl")
    with EpisodeLog(path, "settings", {}) as log:
        assert list(log.rows) == ["pick/0", "pick/1", "pick/2"]


def test_figures_are_of_the_versions_that_made_them(tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    for commit, kept in (("a", "a"), ("b", "a")):
        with EpisodeLog(path, "settings", {"commit": commit}) as log:
            assert log.versions == {"commit": kept}
    with EpisodeLog(path, "settings", {"commit": "b"}, fresh=True) as log:
        assert log.versions == {"commit": "b"}


def test_episodes_of_other_settings_or_a_fresh_start_are_not_reused(tmp_path: Path) -> None:
    path = filled(tmp_path / "episodes.jsonl")
    with EpisodeLog(path, "settings", {}, fresh=True) as log:
        assert log.rows == {}
    filled(path)
    with EpisodeLog(path, "others", {}) as log:
        assert log.rows == {}


def test_episodes_of_other_settings_are_kept_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = filled(tmp_path / "episodes.jsonl")
    text = path.read_text()
    for number, key in enumerate(("others", "still others"), start=1):
        with EpisodeLog(path, key, {}) as log:
            log.append({"key": f"pick/{number}", "success": True})
        assert f"kept as episodes.{number}.jsonl" in capsys.readouterr().err
    assert (tmp_path / "episodes.1.jsonl").read_text() == text
    with EpisodeLog(tmp_path / "episodes.2.jsonl", "others", {}) as log:
        assert list(log.rows) == ["pick/1"]
    with EpisodeLog(path, "settings", {}, fresh=True) as log:
        assert log.rows == {}
    assert not (tmp_path / "episodes.3.jsonl").exists(), "fresh: they are not wanted"


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 200))
def test_killed_at_any_byte_no_whole_line_is_lost(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = filled(tmp_path_factory.mktemp("log") / "episodes.jsonl")
    text = path.read_bytes()
    path.write_bytes(text[: max(0, len(text) - cut)])
    whole = path.read_bytes()
    lines = [line for line in whole.split(b"\n") if line.endswith(b"}")]
    with EpisodeLog(path, "settings", {}) as log:
        assert len(log.rows) == max(0, len(lines) - 1)
        log.append({"key": "pick/9", "success": False})
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert rows[0]["config"] == "settings" and rows[-1]["key"] == "pick/9"


def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path / "episodes.jsonl")
    lines = path.read_text().splitlines()
    lines[2] = lines[2][:10]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(EvaluationError, match=r"line 3 is damaged.*--fresh"):
        EpisodeLog(path, "settings", {})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_told_with_what_is_kept(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"No space left.*0 finished.*run the same command"):
        EpisodeLog(Path("/dev/full"), "settings", {}, fresh=True)
