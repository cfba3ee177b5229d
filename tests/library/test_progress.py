"""Progress fits the place where a caller sees it."""

from __future__ import annotations

import io

import pytest

from crosslabel.library import progress
from crosslabel.library.progress import shown


class Screen(io.StringIO):
    """A terminal of its own."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(progress.time, "monotonic", lambda: self.now)


def test_lines_tell_the_time_left_by_the_pace_of_this_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    with shown() as display:
        for done in range(90):  # kept of an earlier run: at once
            display.progress("project", done, 120)
        for done in range(90, 97):
            clock.now += 10
            display.progress("project", done, 120)
    assert capsys.readouterr().err.splitlines() == [
        "project 92/120, about 5 min left", "project 95/120, about 4 min left"]


def test_the_time_left_forgets_what_was_long_ago(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    with shown() as display:
        display.progress("project", 0, 1000)
        display.progress("project", 900, 1000)
        for done in range(901, 925):
            clock.now += 10
            display.progress("project", done, 1000)
    assert capsys.readouterr().err.splitlines()[-1] == "project 924/1000, about 13 min left"


@pytest.mark.parametrize(("seconds", "said"), [
    (0.2, "1 s"), (59, "59 s"), (60, "1 min"), (3599, "1 h 0 min"), (8000, "2 h 13 min")])
def test_times_are_said_as_people_do(seconds: float, said: str) -> None:
    assert progress._spoken(seconds) == said


def test_bars_of_a_terminal_have_the_time_left_and_lines_stand_above_them(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, screen = Clock(monkeypatch), Screen()
    monkeypatch.setattr(progress.sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    with shown() as display:
        for done in range(5):
            clock.now += 10
            display.progress("project", done, 10)
        display.tell("a\x1b[31m line")
    seen = screen.getvalue()
    assert "4/10" in seen and "about 1 min left" in seen
    assert "a [31m line" in seen


def test_nothing_is_shown_if_nothing_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(False) as display:
        display.progress("project", 1, 2)
        display.tell("a line")
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_callback_gets_the_numbers_and_lines_go_to_stderr(
    capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[tuple[str, int, int]] = []
    with shown(lambda *numbers: seen.append(numbers)) as display:
        display.progress("project", 1, 2)
        display.tell("a\x1b[31m line")
    assert seen == [("project", 1, 2)]
    assert capsys.readouterr().err == "a [31m line\n"
