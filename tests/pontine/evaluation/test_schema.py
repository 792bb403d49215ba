import copy
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pontine.evaluation.log import EvaluationError
from pontine.evaluation.schema import PAGE, describe, schema, validate, version
from pontine.evaluation.summary import summarise
from tests.pontine.evaluation.test_summary import row


def results() -> dict:
    rows = [row(1), row(2, success=True, steps=60, brain_ms=[30.0] * 5)]
    return {
        "schema": version(), "date": "2026-01-31", "suite": "tabletop", "step_s": 0.05,
        "policy": "agent", "tokens": "brain", "ask": "task", "fault": "none",
        "perturb": {"light": 0.5}, "seed": 1,
        "episodes": 2, **summarise(rows, ["pick"]), "speed": None, "videos": [],
        "command": "pontine eval", "config": {},
        "versions": {"pontine": "0", "mujoco": "0", "cpu": "x", "commit": "y"},
    }  # fmt: skip


def places(value: object, path: tuple = ()) -> list[tuple]:
    """Where there is something that must be there."""
    inner = value.items() if isinstance(value, dict) else ()
    return [p for key, v in inner for p in ((*path, key), *places(v, (*path, key)))]


def test_the_schema_is_one_and_its_page_says_what_it_says() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert PAGE.read_text() == describe(), "run: python -m pontine.evaluation.schema"


def test_every_field_is_described() -> None:
    text = describe()
    assert "|  |" not in text.replace("| `versions` |", "")
    for figure in summarise([], ["pick"])["overall"]:
        assert f"`{figure}`" in text


@given(st.data())
def test_whatever_is_missing_or_of_another_kind_is_named(data: st.DataObject) -> None:
    good = results()
    validate(good, "these")
    path = data.draw(st.sampled_from(places(good)))
    bad = copy.deepcopy(good)
    inner = bad
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = [object]
    with pytest.raises(EvaluationError, match="these"):
        validate(bad, "these")


def test_what_nobody_described_is_refused() -> None:
    bad = results() | {"luck": 1}
    with pytest.raises(EvaluationError, match=r"'luck' was unexpected.*docs/results-schema.md"):
        validate(json.loads(json.dumps(bad)), "these")
    for other in ({}, [], {"schema": "pontine.results/1", "command": "pontine eval -x"}):
        with pytest.raises(EvaluationError, match=version()):
            validate(other, "these")
