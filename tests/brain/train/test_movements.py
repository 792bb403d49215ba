"""The movements that drills tell are those that the tasks make."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.atomic import YAWS
from brain.prompts import locate, place, yaw_bin
from brain.train.movements import TURNS, VERBS, handle_end, heading, movements
from episodes.vocabulary import COLOURS, KINDS, PLACE_X, PLACE_Y, Step
from sim.tasks.base import Goal
from sim.tasks.drawers import CloseDrawer, OpenDrawer
from sim.tasks.push_to import PushTo
from sim.tasks.turn_knob import LEFT, RIGHT, TurnKnob

PLACES = st.tuples(st.floats(*PLACE_X), st.floats(*PLACE_Y))
ANGLES = st.floats(-3.1, 3.1)


def thing(kind: str, colour: str, spot, yaw=0.0, extra=0.04) -> np.ndarray:
    ids = [KINDS.index(kind), COLOURS.index(colour)]
    return np.array([*ids, *spot, 0.02, yaw, extra, 64, 64, 0], np.float32)


def scene(*things: np.ndarray) -> np.ndarray:
    none = np.full(10, -1, np.float32)
    return np.stack([*things, *[none] * (6 - len(things))])


def told(tiny, objects: np.ndarray) -> dict[str, str]:
    drills = movements(objects, objects[:, 0] >= 0, tiny.vocabulary, np.random.default_rng(0))
    return {tiny.vocabulary.decode(q): tiny.vocabulary.decode(a) for q, a in drills}


@given(spot=PLACES, yaw=ANGLES, moved=st.floats(0.0, 0.07))
@pytest.mark.parametrize(("verb", "task"), [("open", OpenDrawer()), ("close", CloseDrawer())])
def test_handles_end_where_the_tasks_take_them(verb, task, spot, yaw, moved):
    objects = scene(thing("drawer", "red", spot, yaw, moved)).astype(float)
    wanted = task.position(objects, Goal(0), task.moving)[:2]
    assert handle_end(objects[0], VERBS[verb]) == pytest.approx(wanted, abs=1e-9)


@given(start=PLACES, end=PLACES, hand=ANGLES)
def test_a_push_heads_as_the_task_does(start, end, hand):
    objects = scene(thing("cube", "red", start), thing("bowl", "blue", end)).astype(float)
    if np.hypot(*np.subtract(start, end)) < 0.01:
        return
    wanted = PushTo().pose(objects, Goal(0, 1), Step.ABOVE, hand)[3]
    off = wanted - heading(objects[0, 2:4], objects[1, 2:4])
    assert abs((off + np.pi / 2) % np.pi - np.pi / 2) < 1e-6


@given(yaw=ANGLES, hand=ANGLES)
@pytest.mark.parametrize(("way", "slot"), [("left", LEFT), ("right", RIGHT)])
def test_a_knob_turns_as_far_as_the_task_turns_it(way, slot, yaw, hand):
    objects = scene(thing("knob", "red", (0.4, 0.1), yaw, 0.0)).astype(float)
    off = TurnKnob().pose(objects, Goal(0, slot=slot), Step.TURN, hand)[3] - yaw - TURNS[way]
    assert abs((off + np.pi / 2) % np.pi - np.pi / 2) < 1e-6


def test_a_scene_is_asked_about_in_the_words_of_thoughts(tiny):
    cube, drawer = thing("cube", "red", (0.4, 0.1)), thing("drawer", "red", (0.6, -0.1), 2.0, 0.03)
    bowl, knob = thing("bowl", "blue", (0.5, -0.2)), thing("knob", "blue", (0.5, 0.2), 0.2, 0.0)
    said = told(tiny, scene(cube, drawer, bowl, knob))
    (pushed,) = [question for question in said if question.startswith("push")]
    assert pushed in ("push red cube to blue bowl", "push red cube to blue knob")
    x, y = (0.1, -0.3) if "bowl" in pushed else (0.1, 0.1)
    assert said.pop(pushed) == f"<yaw_{yaw_bin(np.arctan2(y, x))}>"
    (way,) = [way for way in TURNS if f"turn blue knob {way}" in said]
    turned = f"<yaw_{yaw_bin(0.2)}> <yaw_{yaw_bin(0.2 + TURNS[way])}>"
    assert said.pop(f"turn blue knob {way}") == turned
    (own,) = [question for question in said if question.endswith(way)]
    start, end = (int(text.split()[0][5:-1]) for text in (own, said.pop(own)))
    assert abs((end - start - round(TURNS[way] / np.pi * YAWS)) % YAWS) in (0, 1, YAWS - 1)
    (verb,) = [verb for verb in VERBS if f"{verb} red drawer" in said]
    i, j = locate(*handle_end(drawer, VERBS[verb]))
    assert said.pop(f"{verb} red drawer") == f"<yaw_{yaw_bin(2.0)}> <loc_{i}> <loc_{j}>"
    assert said, "pairs of any places"
    for question, reply in said.items():
        a, b, c, d = (int(word[5:-1]) for word in question.split())
        told_yaw = int(reply.removeprefix("<yaw_").removesuffix(">"))
        off = told_yaw - yaw_bin(heading(np.array(place(a, b)), np.array(place(c, d))))
        assert abs((off + YAWS // 2) % YAWS - YAWS // 2) <= 2  # places are told in bins


def test_what_is_not_shown_moves_in_no_drill(tiny):
    objects = scene(thing("cube", "red", (0.4, 0.1)), thing("drawer", "red", (0.6, -0.1)))
    drills = movements(objects, np.zeros(6, bool), tiny.vocabulary, np.random.default_rng(0))
    assert all(tiny.vocabulary.decode(q).startswith(("<loc", "<yaw")) for q, _ in drills)
