import numpy as np
import pytest

from pontine.suites.tabletop.scene_for_sentence import find_goal, fitting_scene, random_scene, read
from sim.tasks import LANGUAGES, non_task_sentence, sample_episode
from sim.tasks.grammar import KINDS_OF


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("name", list(KINDS_OF))
def test_every_sentence_of_the_grammar_is_read_back(name: str, language: str) -> None:
    for seed in range(1_000_000, 1_000_060):
        episode = sample_episode(name, seed, "all", "all", language=language)
        found = read(episode.instruction)
        assert found is not None, episode.instruction
        rows = [episode.goal.target, episode.goal.destination]
        wanted = [episode.scene.objects[row].pair for row in rows if row >= 0]
        assert (found.task, found.pairs) == (name, wanted), episode.instruction
        assert found.slot == (episode.goal.slot if name == "turn_knob" else None)


@pytest.mark.parametrize(
    "said",
    [
        "Put the red cube in the blue bowl.",
        "把红色方块放进蓝色碗里",
        "请把 红色的积木放到蓝色碗里！",
    ],
)
def test_a_fitting_scene_holds_what_is_named(said: str) -> None:
    episode = fitting_scene(said, 5)
    assert episode is not None and episode.task.name == "place_in"
    assert episode.scene.objects[episode.goal.target].pair == ("red", "cube")
    assert episode.scene.objects[episode.goal.destination].pair == ("blue", "bowl")


def test_other_sentences_fit_nothing() -> None:
    assert fitting_scene("sing me a song", 5) is None
    assert find_goal("sing me a song", random_scene(5), 5).goal.target == -1
    assert read("open the red cube") is None and read("打开红色的方块") is None


def test_a_fitting_scene_is_one_in_which_it_is_left_to_do() -> None:
    opening = fitting_scene("open the red drawer", 5)
    turning = fitting_scene("turn the blue knob to the right", 5)
    following = fitting_scene("跟着红色的球", 5)
    assert opening is not None and turning is not None and following is not None
    assert opening.scene.objects[opening.goal.target].moved < 0.01
    assert turning.goal.slot == 1 and turning.task.name == "turn_knob"
    assert following.scene.path is not None


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("split", ["train", "held_out"])
def test_what_is_no_task_is_read_as_none(split: str, language: str) -> None:
    rng = np.random.default_rng(3)
    said = {non_task_sentence(rng, split, language) for _ in range(300)}
    assert {text for text in said if read(text)} == set()


def test_a_random_scene_may_lack_the_object() -> None:
    goals = [find_goal("pick up the red cube", random_scene(s), s).goal.target for s in range(30)]
    assert -1 in goals and max(goals) >= 0
