"""Whether a window can open is known before Qt is imported."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.display import display_problem


def test_linux_without_display_says_so() -> None:
    assert display_problem({}, "linux") == "There is no display here."
    assert display_problem({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "linux") is not None


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_always_have_one(system: str) -> None:
    assert display_problem({}, system) is None


@pytest.mark.parametrize(
    "environment", [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}]
)
def test_a_chosen_platform_is_believed(environment: dict[str, str]) -> None:
    assert display_problem(environment, "linux") is None


@pytest.mark.parametrize("platform", ["", "xcb"])
def test_a_display_that_does_not_answer_is_named(platform: str) -> None:
    environment = {"DISPLAY": ":48731", "QT_QPA_PLATFORM": platform}
    assert display_problem(environment, "linux") == "The display ':48731' does not answer."


def test_a_display_that_answers_is_good(x11_environment: Mapping[str, str]) -> None:
    assert display_problem(x11_environment, "linux") is None
    assert display_problem({"DISPLAY": x11_environment["DISPLAY"]}, "linux") is None
