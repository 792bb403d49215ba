"""Worlds by number: alike throughout, unlike each other, and nothing else changed."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from pontine.evaluation.cases import Case
from pontine.evaluation.config import EvalConfig
from pontine.suites.tabletop.episodes import episode_of
from sim.stills import stills
from sim.tasks import sample_episode
from sim.worlds.look import Look, look, under
from sim.worlds.scene import Scene


@given(number=st.integers(0, 10_000))
def test_a_number_is_a_look(number: int) -> None:
    own = look(number)
    assert own == look(number) and own.table_rgb != look(number + 1).table_rgb
    for colour in (own.table_rgb, own.floor_rgb):
        assert all(0 <= value <= 1 for value in colour)
    assert 0 < own.light < 1 and 0 < own.ambient < 1 and own.light_position[2] > 1


def test_things_stay_where_they_are() -> None:
    scene = sample_episode("pick", 3).scene
    other = under(scene, look(5))
    names = {field.name for field in fields(Look)}
    assert names < {field.name for field in fields(Scene)}
    for field in fields(Scene):
        same = getattr(scene, field.name) == getattr(other, field.name)
        assert same == (field.name not in names), field.name


def test_an_evaluation_takes_them_in_turn() -> None:
    config = EvalConfig(task=("pick",), worlds=(100, 101))
    tables = [episode_of(Case("pick", seed), config)[0].scene.table_rgb for seed in (4, 5, 6)]
    assert tables == [look(100).table_rgb, look(101).table_rgb, look(100).table_rgb]
    plain = episode_of(Case("pick", 4), replace(config, worlds=()))[0]
    assert plain.scene == sample_episode("pick", 4).scene


def test_stills_may_all_look_alike(world) -> None:
    stills(world, 3, frames=1, cameras=(), given=look(7))
    assert world.scene.table_rgb == look(7).table_rgb
