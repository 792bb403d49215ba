import numpy as np
import pytest
import torch

from body import ControllerReport, Intent, Observation, Report
from body.robots.fr3 import FR3
from brain.backend import Backend
from brain.policy import BrainPolicy
from brain.vision_language_model import save
from episodes.model_folder import ModelFolderError

LONG = 1_000_000_000  # ns, more than an arm takes to set out


def look(stamp: int, seed: int = 0, size: int = 128) -> Observation:
    image = np.random.default_rng(seed).integers(0, 255, (size, size, 3), np.uint8)
    return Observation(stamp, FR3.home, np.zeros(7), 0.08, images={"fixed": image})


@pytest.fixture
def brain(tiny) -> BrainPolicy:
    return BrainPolicy(tiny)


def script(brain: BrainPolicy, *thoughts: str) -> None:
    """Make the decoder think `thoughts` in turn; everything else runs as it is."""
    queue, vocabulary = list(thoughts), brain.model.vocabulary

    def thought(states, cache):
        ids = vocabulary.encode(queue.pop(0))
        for token in [*ids, vocabulary.thought_end]:
            states = brain.decoder.read([token], cache)
        return ids, states

    brain.decoder.thought = thought  # type: ignore[method-assign]


def test_it_is_a_backend_and_repeats_itself_exactly(brain):
    assert isinstance(brain, Backend)
    first = brain.think(look(5), "put it", ControllerReport())
    brain.reset()
    assert brain.standing_thought is None
    assert brain.think(look(5), "put it", ControllerReport()) == first
    assert first.stamp == 5 and first.codec_id == brain.codec_id
    assert all(c < n for c, n in zip(first.codes, brain.model.code_sizes, strict=False))


def test_codes_decoded_with_the_thought_equal_those_under_it(brain):
    """A standing tick on the same picture must not change its mind."""
    script(brain, "pick red cube <loc_12> <loc_40> . next above")
    new = brain.think(look(1), "put it", ControllerReport())
    standing = brain.think(look(1), "put it", ControllerReport())
    assert new == standing and len(new.codes) == 6


def test_reports_about_this_thought_bring_the_next_one(brain):
    one, two = "pick red cube . next above", "pick red cube . next grasp"
    script(brain, one, two, "pick red cube . done")
    assert brain.think(look(1 * LONG), "go", ControllerReport()).thought == one
    late = ControllerReport(Report.ARRIVED, 3)
    assert brain.think(look(2 * LONG), "go", late).thought == one
    fresh = ControllerReport(Report.ARRIVED, 2 * LONG)
    assert brain.think(look(3 * LONG), "go", fresh).thought == two
    assert brain.standing.before == one and brain.standing.report is Report.ARRIVED
    assert brain.think(look(4 * LONG), "go", fresh).thought == two  # about the thought before
    done = brain.think(look(5 * LONG), "go", ControllerReport(Report.HOLDING, 3 * LONG))
    assert done.intent is Intent.DONE and len(done.codes) == 6


def test_a_refusal_carries_no_codes(brain):
    script(brain, "no red cube here . refuse")
    for stamp in (1, 2):
        order = brain.think(look(stamp), "go", ControllerReport(Report.MISSED, 1))
        assert order.intent is Intent.REFUSE and order.is_null


def test_the_thought_can_be_swapped_before_codes_are_decoded(brain):
    script(brain, "pick red cube <loc_12> <loc_40> . next above")
    brain.swap_thought = lambda t: t.replace("red", "blue").replace("<loc_12>", "<loc_55>")
    order = brain.think(look(1), "go", ControllerReport())
    assert order.thought == "pick blue cube <loc_55> <loc_40> . next above"
    assert brain.standing_thought == order.thought
    assert brain.think(look(1), "go", ControllerReport()).codes == order.codes


def test_other_picture_sizes_and_missing_cameras(brain):
    assert brain.think(look(1, size=256), "go", ControllerReport()).codec_id == brain.codec_id
    blind = Observation(1, FR3.home, np.zeros(7), 0.08)
    with pytest.raises(KeyError, match="fixed"):
        brain.think(blind, "go", ControllerReport())


def test_from_a_folder(tiny, tmp_path):
    save(tiny, tmp_path / "m", spec=FR3, dtype=torch.float32)
    brain = BrainPolicy.load(tmp_path / "m", codec_id="0123456789abcdef")
    again = BrainPolicy(tiny).think(look(1), "go", ControllerReport())
    assert brain.think(look(1), "go", ControllerReport()) == again
    with pytest.raises(ModelFolderError):
        BrainPolicy.load(tmp_path / "m", codec_id="other")


def test_questions_are_answered_in_words(brain):
    assert isinstance(brain.answer(look(1), "what is left of the red cube ?"), str)
    assert brain.standing is None


def test_thought_anew_at_every_look_under_the_same_words(brain):
    script(brain, "pick red cube . next above", "pick red ball . next above", "pick it . lift")
    brain.thinking = "anew"
    assert (
        brain.think(look(1 * LONG), "go", ControllerReport()).thought
        == "pick red cube . next above"
    )
    since = brain.standing.since
    assert (
        brain.think(look(2 * LONG), "go", ControllerReport()).thought
        == "pick red ball . next above"
    )
    assert brain.standing.since == since, "a report about the tokens since then is still in time"
    late = ControllerReport(Report.ARRIVED, brain.standing.since)
    brain.think(look(3 * LONG), "go", late)
    assert brain.standing.report is Report.ARRIVED
    assert brain.standing.before == "pick red ball . next above"


def test_a_kept_thought_is_renewed_when_it_grows_old(brain):
    one, two = "pick red cube <loc_1> <loc_2> . next above", "pick red cube <loc_3> <loc_4> . next"
    script(brain, one, two, "there is no red cube here . refuse")
    brain.renew_after = 1.0
    second = 1_000_000_000
    assert brain.think(look(0), "go", ControllerReport()).thought == one
    assert brain.think(look(second // 2), "go", ControllerReport()).thought == one
    assert brain.think(look(second), "go", ControllerReport()).thought == two
    assert brain.standing.since == 0
    tokens = brain.think(look(2 * second), "go", ControllerReport())
    assert tokens.thought == two and tokens.intent is Intent.ACT, "nothing is refused half way"


def test_a_thought_of_what_moves_is_renewed_at_every_look(brain):
    script(brain, "follow red cube . next follow <loc_1> <loc_1>", "follow red cube . next follow")
    brain.think(look(0), "go", ControllerReport())
    assert brain.think(look(1), "go", ControllerReport()).thought.endswith("next follow")


def test_a_thought_that_turns_something_stands(brain):
    one = "turn red knob <loc_1> <loc_2> left . next turn <yaw_3> <loc_1> <loc_2>"
    script(brain, one, "turn red knob <loc_1> <loc_2> left . next turn <yaw_9> <loc_1> <loc_2>")
    brain.renew_after = 1.0
    brain.think(look(0), "go", ControllerReport())
    assert brain.think(look(3_000_000_000), "go", ControllerReport()).thought == one


def test_codes_without_a_thought(brain):
    brain.decoder.thought = None  # type: ignore[method-assign]
    brain.thinking = "off"
    tokens = brain.think(look(1), "go", ControllerReport())
    assert tokens.thought == "" and len(tokens.codes) == 6
