"""The gate's figures are what they say, and it refuses what it should."""

import numpy as np
import pytest

from cerebellum import inputs
from cerebellum.engines import EngineError
from cerebellum.export.gate import compare, judge, judge_pairs
from cerebellum.export.samples import random_senses
from cerebellum.statistics import FORCE_SCALE, Statistics

STATISTICS = Statistics(np.zeros(7), np.ones(7), np.ones(7), FORCE_SCALE)


def chunks(count: int = 5) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((count, 16, 5)).astype(np.float32)


class Stub:
    """An engine that answers with given chunks in turn."""

    def __init__(self, answers: np.ndarray) -> None:
        self.answers = iter(answers)

    def infer(self, senses):
        return next(self.answers), np.zeros(3)


def test_errors_are_in_millimetres_and_degrees():
    wanted = chunks()
    found = wanted.copy()
    found[2, 3, 0] += 1.0  # a whole unit of one step, kept for the rest of the path
    found[4, 5:7, 3] += 0.5
    parity = compare(wanted, found, STATISTICS)
    assert parity.step_mm == pytest.approx(1e3 * STATISTICS.move, rel=1e-5)
    assert parity.path_mm == pytest.approx(parity.step_mm, rel=1e-5)
    assert parity.step_deg == pytest.approx(np.degrees(0.5 * STATISTICS.turn), rel=1e-5)
    assert parity.path_deg == pytest.approx(2 * parity.step_deg, rel=1e-5)
    a, b = wanted[2].ravel(), found[2].ravel()
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    assert parity.cosine == pytest.approx(cosine, abs=1e-6)
    assert parity.cosine_median == pytest.approx(1.0) and parity.gripper == 0


def test_gripper_orders_are_compared_as_orders():
    wanted = chunks()
    found = wanted.copy()
    found[0, :3, 4] *= -1
    assert compare(wanted, found, STATISTICS).gripper == 3


def test_one_bad_chunk_of_many_fails():
    senses = list(random_senses(7, 5))
    wanted = chunks()
    assert judge("random", Stub(wanted), senses, wanted, STATISTICS, "fp32")["inputs"] == 5
    found = wanted.copy()
    found[3, 0, 0] += 0.3
    assert judge("random", Stub(found), senses, wanted, STATISTICS, "int8")["cosine"] < 0.9999
    with pytest.raises(EngineError, match=r"random inputs: cosine .* fp32 needs 0.9999"):
        judge("random", Stub(found), senses, wanted, STATISTICS, "fp32")
    found[3, 0, 0] = np.nan
    with pytest.raises(EngineError, match="parity gate failed"):
        judge("random", Stub(found), senses, wanted, STATISTICS, "int8")


def test_the_closed_loop_may_lose_three_points():
    reference = [True] * 100
    figures = judge_pairs([True] * 97 + [False] * 3, reference)
    assert figures["only_reference"] == 3 and figures["success"] == 0.97
    with pytest.raises(EngineError, match=r"closed-loop gate failed: 96.0% of 100"):
        judge_pairs([True] * 96 + [False] * 4, reference)
    assert judge_pairs([True, False], [False, True])["only_engine"] == 1


def test_random_inputs_are_as_the_network_reads_them():
    senses = list(random_senses(7, 40))
    first, again = senses[0], next(random_senses(7, 1))
    assert all(np.array_equal(value, getattr(again, name)) for name, value in vars(first).items())
    committed = {int(one.prefix_mask.sum()) for one in senses}
    assert committed == set(range(9))
    for one in senses:
        assert one.proprio.shape == (1, inputs.proprio_size(7))
        assert all(value.dtype == np.float32 for value in vars(one).values())
        assert (one.prefix[0, int(one.prefix_mask.sum()) :] == 0).all()
    assert sum((one.gate_override >= 0).any() for one in senses) == 10
