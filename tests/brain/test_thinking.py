from body import ControllerReport, Report
from brain.thinking import SETTING_OUT, Standing, next_context

LATER = 100 + SETTING_OUT


def test_when_a_new_thought_is_due():
    standing = Standing("pick x . next above", "go", "", Report.MOVING, since=100)
    arrived = ControllerReport(Report.ARRIVED, 100)
    assert next_context(None, "go", arrived, 0) == ("", Report.MOVING)
    assert next_context(standing, "go", ControllerReport(Report.MOVING, 100), LATER) is None
    assert next_context(standing, "go", ControllerReport(Report.ARRIVED, 50), LATER) is None
    assert next_context(standing, "go", arrived, LATER) == (standing.thought, Report.ARRIVED)
    assert next_context(standing, "stop", arrived, LATER) == ("", Report.MOVING)


def test_only_what_was_decided_is_remembered():
    reasons = "missed . red ball <loc_1> <loc_2> out , red cube <loc_3> <loc_4> in"
    standing = Standing(f"{reasons} . pick x . next above", "go", "", Report.MOVING, since=0)
    arrived = ControllerReport(Report.ARRIVED, 0)
    assert next_context(standing, "go", arrived, LATER) == ("pick x . next above", Report.ARRIVED)


def test_done_and_refused_stand_until_told_otherwise():
    for thought in ("pick x . done", "not a task . refuse"):
        standing = Standing(thought, "go", "", Report.MOVING, since=0)
        assert next_context(standing, "go", ControllerReport(Report.HOLDING, 5), LATER) is None
        assert (
            next_context(standing, "other", ControllerReport(Report.HOLDING, 5), LATER) is not None
        )


def test_what_is_reported_before_the_arm_can_have_set_out_is_no_news():
    standing = Standing("open x . next pull", "go", "", Report.MOVING, since=100)
    holding = ControllerReport(Report.HOLDING, 100)
    assert next_context(standing, "go", holding, LATER - 1) is None
    assert next_context(standing, "go", holding, LATER) is not None
    assert next_context(standing, "stop", holding, 100) is not None
