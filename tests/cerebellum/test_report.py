import numpy as np
import pytest

from body.contract.tokens import Report
from body.contract.waypoint import Waypoint
from cerebellum.runtime.report import Reporter
from cerebellum.state import CommandState

STROKE = 0.8  # s
PLACE = np.array([0.5, 0.0, 0.03])


def order(closed: bool, position=PLACE) -> Waypoint:
    return Waypoint(position, 0.0, closed, 1.0)


def state(closed: bool, position=PLACE) -> CommandState:
    return CommandState([*position, 0.0], closed=closed)


def run(reporter: Reporter, ticks: int, waypoint, command, width=0.08) -> list[Report]:
    return [reporter.update(waypoint, 7, command, width).status for _ in range(ticks)]


def test_arrives_when_settled_near_the_token():
    statuses = run(Reporter(STROKE), 8, order(False), state(False, np.add(PLACE, [0.02, 0, 0])))
    assert statuses[:4] == [Report.MOVING] * 4 and statuses[-1] is Report.ARRIVED


def test_holds_when_the_fingers_rest_on_something():
    reporter = Reporter(STROKE)
    run(reporter, 6, order(True), state(False))
    closing = [reporter.update(order(True), 7, state(True), w).status
               for w in np.linspace(0.08, 0.05, 9)]  # fmt: skip
    assert set(closing) == {Report.MOVING}
    assert run(reporter, 5, order(True), state(True), 0.05)[-1] is Report.HOLDING


def test_what_is_pulled_is_not_there_before_it_has_moved():
    reporter, place = Reporter(STROKE), np.add(PLACE, [0.05, 0, 0])
    run(reporter, 12, order(True), state(True), 0.025)
    assert set(run(reporter, 12, order(True, place), state(True), 0.025)) == {Report.MOVING}
    assert run(reporter, 6, order(True, place), state(True, place), 0.025)[-1] is Report.HOLDING


def test_misses_when_the_hand_closes_on_nothing_even_while_moving():
    reporter = Reporter(STROKE)
    run(reporter, 6, order(True), state(False))
    run(reporter, 9, order(True), state(True), 0.04)
    moving = [
        reporter.update(order(True), 7, state(True, np.add(PLACE, [0, 0, 0.02 * k])), 0.0).status
        for k in range(4)
    ]
    assert moving[-1] is Report.MISSED


def test_misses_when_settled_short_of_the_place():
    statuses = run(Reporter(STROKE), 40, order(False), state(False, np.add(PLACE, [0.1, 0, 0])))
    assert Report.ARRIVED not in statuses
    assert statuses[10] is Report.MOVING and statuses[-1] is Report.MISSED


def test_a_new_order_starts_afresh_and_a_corrected_one_does_not():
    reporter = Reporter(STROKE)
    assert run(reporter, 8, order(False), state(False))[-1] is Report.ARRIVED
    nudged = order(False, np.add(PLACE, [0.01, 0, 0]))
    assert run(reporter, 1, nudged, state(False)) == [Report.ARRIVED]
    raised = order(False, np.add(PLACE, [0, 0, 0.05]))
    assert run(reporter, 1, raised, state(False)) == [Report.MOVING]


def test_no_order_no_arrival():
    assert set(run(Reporter(STROKE), 30, None, state(False))) == {Report.MOVING}


def test_opening_takes_its_time():
    reporter = Reporter(STROKE)
    reporter.reset(closed=True)
    run(reporter, 8, order(True), state(True), 0.0)
    opening = [
        reporter.update(order(False), 7, state(False), width).status
        for width in np.linspace(0.005, 0.08, 16)
    ]
    assert set(opening) == {Report.MOVING}
    assert run(reporter, 5, order(False), state(False))[-1] is Report.ARRIVED


def test_a_fist_made_high_up_has_missed_nothing():
    for height, wanted in ((0.16, Report.ARRIVED), (0.05, Report.MISSED)):
        reporter = Reporter(STROKE)
        reporter.reset(False)
        order = Waypoint(np.array([0.5, 0.0, height]), 0.0, True, 0.1)
        said = []
        for tick in range(40):
            command = CommandState(np.array([0.5, 0.0, height, 0.0]), closed=tick > 4)
            width = max(0.0, 0.08 - 0.01 * max(0, tick - 4))
            said.append(reporter.update(order, 1, command, width).status)
        assert wanted in said and Report.HOLDING not in said
        assert (Report.MISSED in said) == (wanted is Report.MISSED)


@pytest.mark.parametrize(("stroke", "report"), [(0.8, Report.MISSED), (1.7, Report.HOLDING)])
def test_slow_fingers_are_waited_for_as_long_as_they_take(stroke: float, report: Report):
    reporter = Reporter(stroke)
    run(reporter, 12, order(True), state(False), 0.1)
    closing = [reporter.update(order(True), 7, state(True), w).status
               for w in np.linspace(0.1, 0.02, 28)]  # fmt: skip
    still = run(reporter, 4, order(True), state(True), 0.02)
    told = next(s for s in [*closing, *still] if s is not Report.MOVING)
    assert told is report


def test_fingers_that_never_rest_are_not_waited_for_longer_than_a_stroke():
    reporter = Reporter(STROKE)
    run(reporter, 12, order(True), state(False))
    shaking = [reporter.update(order(True), 7, state(True), 0.05 + 0.005 * (k % 2)).status
               for k in range(60)]  # fmt: skip
    assert shaking[16] is Report.MOVING and shaking[-1] is Report.MISSED
