import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from body import RangeError, RobotMismatchError
from body.robots.fr3 import FR3
from body.setting import SettingError
from episodes import model_folder
from pontine.agent.shipped import ModelPaths
from pontine.agent.stack import StackConfig
from pontine.evaluation.cases import cases
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.evaluation.log import EvaluationError
from pontine.suites.tabletop.episodes import episode_of
from sim.tasks import UnknownLanguageError, UnknownTaskError


def config(codec: Path, out: Path, **changes: object) -> EvalConfig:
    stack = StackConfig(tokens="oracle", controller="playback", models=ModelPaths(codec=codec))
    settings: dict[str, object] = {
        "task": ("reach",), "episodes": 2, "seed": 800_000, "stack": stack, "workers": 1,
        "videos": 0, "out": out,
    }  # fmt: skip
    return EvalConfig(**(settings | changes))  # type: ignore[arg-type]


def test_results_are_complete_and_resume(codec_folder: Path, tmp_path: Path) -> None:
    settings = config(codec_folder, tmp_path)
    results = evaluate(settings)
    reach = results["per_task"]["reach"]
    assert set(reach) >= {"success_rate", "ci95", "episode_length", "trajectory_hash"}
    assert reach["success_rate"] == 1.0 and reach["limit_violations"] == 0
    written = json.loads((tmp_path / "results.json").read_text())
    assert written["per_task"] == results["per_task"] and written["versions"]["mujoco"]

    log = tmp_path / "episodes.jsonl"
    log.write_text("\n".join(log.read_text().splitlines()[:-1]) + "\n")
    again = evaluate(settings)
    assert again["per_task"]["reach"]["trajectory_hash"] == reach["trajectory_hash"]
    assert len(log.read_text().splitlines()) == 3


def test_more_episodes_join_those_that_are_there(codec_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "episodes.jsonl"
    evaluate(config(codec_folder, tmp_path))
    first = log.read_text()
    more = evaluate(config(codec_folder, tmp_path, episodes=3))
    assert more["per_task"]["reach"]["episodes"] == 3
    assert log.read_text().startswith(first) and len(log.read_text().splitlines()) == 4
    fewer = evaluate(config(codec_folder, tmp_path, episodes=1))
    assert fewer["per_task"]["reach"]["episodes"] == 1 and fewer["speed"] is None
    assert len(log.read_text().splitlines()) == 4


def test_other_settings_do_not_reuse_episodes(codec_folder: Path, tmp_path: Path) -> None:
    evaluate(config(codec_folder, tmp_path))
    other = evaluate(config(codec_folder, tmp_path, seed=800_010))
    assert other["seed"] == 800_010 and len(other["per_task"]["reach"]["ci95"]) == 2
    assert len((tmp_path / "episodes.jsonl").read_text().splitlines()) == 3


def test_other_weights_do_not_reuse_episodes(codec_folder: Path, tmp_path: Path) -> None:
    codec = tmp_path / "codec"
    shutil.copytree(codec_folder, codec)
    settings = config(codec, tmp_path / "out", episodes=1)
    before = evaluate(settings)["config"]["model_hashes"]
    assert set(before) == {"codec"}  # playback of the oracle: no network takes part
    model_folder.write(codec, {"note": "trained once more"}, spec=FR3)
    log = tmp_path / "out" / "episodes.jsonl"
    log.write_text(log.read_text().replace('"success": true', '"success": false'))
    after = evaluate(settings)
    assert after["config"]["model_hashes"] != before
    assert after["per_task"]["reach"]["success_rate"] == 1.0  # run anew, not taken from the log


@pytest.mark.slow
def test_films_are_kept_until_the_settings_change(codec_folder: Path, tmp_path: Path) -> None:
    settings = config(codec_folder, tmp_path / "out", task=("reach",), episodes=1, videos=1)
    (told,) = evaluate(settings)["videos"]
    film = tmp_path / "out" / told["file"]
    first = film.stat().st_mtime_ns
    assert evaluate(settings)["videos"] == [told] and film.stat().st_mtime_ns == first
    evaluate(replace(settings, seed=settings.seed + 1))
    assert not film.exists() and len(list(film.parent.iterdir())) == 1


def test_a_film_that_cannot_be_written_costs_no_episode(codec_folder, tmp_path) -> None:
    (tmp_path / "videos").write_text("in the way")
    settings = config(codec_folder, tmp_path, task=("reach",), episodes=1, videos=1)
    with pytest.raises(EvaluationError, match=r"the episodes are kept.*--videos 0"):
        evaluate(settings)
    assert evaluate(replace(settings, videos=0))["overall"]["episodes"] == 1


def test_an_unknown_task_or_suite_is_named(codec_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no such suite.*tabletop, metaworld"):
        evaluate(config(codec_folder, tmp_path, suite="kitchen"))
    with pytest.raises(UnknownTaskError, match="no task 'juggle'"):
        evaluate(config(codec_folder, tmp_path, task=("juggle",)))


@pytest.mark.slow
def test_two_workers_give_the_figures_of_one(codec_folder: Path, tmp_path: Path) -> None:
    one = evaluate(config(codec_folder, tmp_path / "1"))
    two = evaluate(config(codec_folder, tmp_path / "2", workers=2))
    assert one["per_task"] == two["per_task"]


def test_a_delay_that_no_chunk_can_bridge_is_refused_before_anything_starts() -> None:
    with pytest.raises(RangeError, match="longer chunk"):
        StackConfig(tokens="oracle", delay=9)


@pytest.mark.parametrize("arm", ["ur5e", "so101"])
def test_another_arms_codec_drives_an_arm_only_where_transfer_is_asked_for(
    codec_folder: Path, tmp_path: Path, arm: str
) -> None:
    settings = config(codec_folder, tmp_path, task=("pick",), episodes=1)
    strange = replace(settings, stack=replace(settings.stack, robot=arm))
    with pytest.raises(RobotMismatchError, match=f"is for robot fr3, this robot has {arm}"):
        evaluate(strange)
    asked = replace(settings, stack=replace(strange.stack, transfer=True))
    pick = evaluate(asked)["per_task"]["pick"]
    assert pick["success_rate"] == 1.0 and pick["limit_violations"] == 0


def test_slow_fingers_hold_a_handle(codec_folder: Path, tmp_path: Path) -> None:
    settings = config(codec_folder, tmp_path, task=("open_drawer",), episodes=1, seed=800_600)
    stack = StackConfig(tokens="oracle", robot="so101")
    drawer = evaluate(replace(settings, stack=stack))["per_task"]["open_drawer"]
    assert drawer["success_rate"] == 1.0 and drawer["limit_violations"] == 0


@pytest.mark.slow
def test_the_oracle_goes_on_to_the_next_part_and_may_take_its_time(codec_folder, tmp_path) -> None:
    results = evaluate(config(codec_folder, tmp_path, task=("sort_by_colour",), episodes=1))
    sort = results["per_task"]["sort_by_colour"]
    assert sort["success_rate"] == 1.0 and sort["episode_length"] * results["step_s"] > 12


def test_a_seed_is_the_same_episode_in_chinese(codec_folder, tmp_path) -> None:
    runs = {}
    for language in ("en", "zh"):
        settings = config(codec_folder, tmp_path / language, language=language, episodes=1)
        results = evaluate(settings)
        assert results["config"]["language"] == language
        row = (tmp_path / language / "episodes.jsonl").read_text().splitlines()[-1]
        runs[language] = json.loads(row)
    english, chinese = runs.values()
    assert english["trajectory_hash"] == chinese["trajectory_hash"]
    assert english["instruction"].isascii() and not chinese["instruction"].isascii()


@pytest.mark.parametrize("ask", ["task", "absent", "swap", "nontask"])
def test_whatever_is_asked_is_asked_in_chinese(codec_folder, tmp_path, ask) -> None:
    settings = config(codec_folder, tmp_path, ask=ask, language="zh", task=("place_in",))
    for case in cases(settings):
        (chinese, old), (english, same) = (
            episode_of(case, replace(settings, language=language)) for language in ("zh", "en")
        )
        assert re.fullmatch("[一-鿿，]+", chinese.instruction)
        assert replace(chinese, instruction="") == replace(english, instruction="")
        assert old == same


def test_chinese_is_refused_where_there_is_none(codec_folder, tmp_path) -> None:
    own = tmp_path / "own.py"
    own.write_text(
        "from sim.tasks.pick import Pick\n\n\nclass Own(Pick):\n    languages = ('en',)\n"
    )
    with pytest.raises(UnknownLanguageError, match="not said in 'zh', only in en"):
        evaluate(config(codec_folder, tmp_path, task=(f"{own}:Own",), language="zh"))
    with pytest.raises(SettingError, match="--language 'zh': plays no part in metaworld"):
        evaluate(EvalConfig(suite="metaworld", language="zh", out=tmp_path))


@pytest.mark.parametrize("ask", ["absent", "swap"])
def test_what_needs_names_is_refused_for_tasks_without(codec_folder, tmp_path, ask) -> None:
    with pytest.raises(EvaluationError, match="only tasks that name single things"):
        evaluate(config(codec_folder, tmp_path, task=("spatial",), ask=ask))
