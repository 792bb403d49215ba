"""Lessons: what the brain reads and answers for every frame of a demonstration."""

import re

import numpy as np
import pytest

from brain.tokenizer import Vocabulary, train_tokenizer
from cerebellum.codec.aim import AimCodec
from episodes.cache import Cache
from pontine.suites.metaworld.lessons import GOAL, OBJECT, SECOND, lessons, open_images
from pontine.suites.metaworld.speech import ROLES, Speech, location_bins, show


@pytest.fixture(scope="module")
def speech(cache: Cache) -> Speech:
    texts = [*cache.instructions, " ".join(ROLES)]
    return Speech(Vocabulary(train_tokenizer(texts, acts=256)))


def test_every_frame_has_three_rows_with_its_own_codes_and_one_for_every_point(cache, speech):
    codec = AimCodec()
    rows = lessons(cache, speech, codec)
    vocabulary = speech.vocabulary
    wanted = codec.encode_rows(np.asarray(cache["plan.aim"]))
    second = np.asarray(cache["scene.points"])[:, SECOND, :3].any(-1)
    for frame, own in rows.by_picture().items():
        with_codes = 0
        for row in own:
            ids = rows.of(row).tolist()
            head, thought = int(rows.head[row]), int(rows.thought[row])
            assert ids[head] == vocabulary.think
            assert ids[head + thought - 1] == vocabulary.thought_end
            tail = ids[head + thought :]
            if tail:
                codes = [vocabulary.acts.index(token) for token in tail[:-1]]
                assert codes == wanted[frame].tolist() and tail[-1] == vocabulary.end
                with_codes += 1
        assert with_codes == 3 and len(own) == 6 + second[frame]


def test_a_thought_tells_where_object_and_goal_are_and_people_can_read_it(cache, speech) -> None:
    rows = lessons(cache, speech, AimCodec())
    points = np.asarray(cache["scene.points"], float)[..., :3]
    own = next(row for row in rows.by_picture()[0] if rows.loss_thought[row])
    head, thought = int(rows.head[own]), int(rows.thought[own])
    text = speech.vocabulary.decode(rows.of(own)[head + 1 : head + thought - 1].tolist())
    bins = [*location_bins(points[0, OBJECT]), *location_bins(points[0, GOAL])]
    assert [int(word[5:-1]) for word in text.split() if word.startswith("<loc_")] == bins
    assert speech.given(text) == rows.of(own)[head : head + thought].tolist()
    told = re.search(r"object \((\S+), (\S+), (\S+)\) m goal \(", show(text))
    assert told is not None
    off = np.array([float(number) for number in told.groups()]) - points[0, OBJECT]
    assert np.abs(off).max() < 0.008, "half a bin"


def test_the_prompt_ends_with_the_hand_in_the_bins_of_aims(cache, speech) -> None:
    state = np.asarray(cache["observation.state"], float)[0]
    ids = speech.prompt("Open a <think> drawer", state)
    assert speech.vocabulary.think not in ids, "a sentence cannot smuggle in control tokens"
    told = [speech.vocabulary.acts.index(token) for token in ids[-4:]]
    assert told[:3] == AimCodec().place_bins(state[:3]).tolist()
    assert 0 <= told[3] < 16


def test_pictures_know_their_points_and_a_second_object_that_is_not_there_is_none(cache) -> None:
    images = open_images(cache)
    hammer = images.episode == 1
    assert len(images.fixed) == len(cache) == len(images.labels.points)
    seconds = np.isfinite(images.labels.points[:, SECOND]).all(-1)
    assert seconds[hammer].all() and not seconds[~hammer].any()
