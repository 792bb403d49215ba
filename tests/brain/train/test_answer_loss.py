import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from brain.train.answer_loss import AnswerLoss, kernel
from brain.train.packing import pack
from brain.train.rows import tokenise
from tests.brain.conftest import SIZES


@given(st.integers(2, 64), st.floats(0, 3), st.booleans())
def test_targets_are_distributions_that_peak_at_the_truth(bins, sigma, circular):
    target = kernel(bins, sigma, circular)
    torch.testing.assert_close(target.sum(-1), torch.ones(bins))
    assert torch.equal(target.argmax(-1), torch.arange(bins))


def test_yaw_wraps_around():
    target = kernel(48, 1.5, circular=True)
    torch.testing.assert_close(target[0, 47], target[0, 1])


def test_near_is_better_than_far_and_invalid_codes_take_no_part(tiny, table):
    rows = tokenise(table, tiny.vocabulary)
    groups = rows.by_picture()
    batch = pack(rows, list(groups.values()), np.array(list(groups)), 64, len(SIZES))
    loss = AnswerLoss(tiny.vocabulary, SIZES)
    width = len(tiny.vocabulary)
    head = torch.eye(width)  # hidden states are then the scores themselves

    def value(shift: int) -> float:
        scores = torch.nn.functional.one_hot(batch.answer, width).float() * 6
        first = batch.code == 0
        moved = (batch.answer[first] - loss.acts[0] + shift).clamp(0, 127) + loss.acts[0]
        scores[first] = torch.nn.functional.one_hot(moved, width).float() * 6
        return loss(scores, head, batch)[0].item()

    assert value(0) <= value(1) < value(8)

    scores = torch.nn.functional.one_hot(batch.answer, width).float() * 6
    base = loss(scores, head, batch)[0].item()
    scores[batch.code == 4, tiny.vocabulary.acts[100]] = 50.0  # only two codes are valid there
    assert loss(scores, head, batch)[0].item() == base


def test_a_yaw_of_a_thought_is_learnt_on_a_circle(tiny, table):
    yaws = tiny.vocabulary.yaws
    table = {**table, "thought": [f"pick red cube . next grasp <yaw_{len(yaws) - 1}>"] * len(
        table["thought"]
    )}  # fmt: skip
    rows = tokenise(table, tiny.vocabulary)
    groups = rows.by_picture()
    batch = pack(rows, list(groups.values()), np.array(list(groups)), 64, len(SIZES))
    loss, width = AnswerLoss(tiny.vocabulary, SIZES), len(tiny.vocabulary)

    def value(bin_: int) -> float:
        scores = torch.nn.functional.one_hot(batch.answer, width).float() * 6
        here = torch.isin(batch.answer, torch.tensor(yaws))
        assert here.any()
        scores[here] = torch.nn.functional.one_hot(torch.tensor(yaws[bin_]), width).float() * 6
        return loss(scores, torch.eye(width), batch)[1]["yaws"]

    assert value(-1) < value(0) < value(3) <= value(24) + 1e-4
