"""Rows keep to the contract of the command line."""

from __future__ import annotations

import math

import pytest

from engine.evaluation.rows import Row, missing


def test_goals_are_reached_from_their_side() -> None:
    row = Row("Q1", "NLL", 6.0, "nats/note")
    assert row.passed is None
    assert row.at_most(6.0).passed is True
    assert row.at_most(5.8).passed is False
    assert row.at_least(6.0).passed is True
    assert row.at_least(6.1).passed is False


def test_a_missing_row_has_a_goal_and_no_verdict() -> None:
    row = missing("Q2", "real clips", "share", "EMOPIA is not there.").at_least(0.58)
    assert row.as_json() == {
        "id": "Q2", "name": "real clips", "value": None, "unit": "share", "goal": 0.58,
        "passed": None, "ratio": None, "interval": None, "note": "EMOPIA is not there.",
    }  # fmt: skip


def test_a_row_holds_no_number_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="finite"):
        Row("Q1", "NLL", math.nan, "nats/note")


def test_a_row_survives_json() -> None:
    row = Row("Q5.trauma", "x", 0.5, "Spearman", 0.75, False, 0.6, (0.2, 0.7), "note")
    assert Row.from_json(row.as_json()) == row
    assert Row.from_json(missing("Q2", "x", "share", "why").as_json()).value is None
    with pytest.raises(KeyError):
        Row.from_json({"id": "Q1"})
