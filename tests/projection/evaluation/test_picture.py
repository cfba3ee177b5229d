"""The picture of systems side by side."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from crosslabel.projection.errors import InputError
from crosslabel.projection.evaluation.picture import draw, picture_format
from crosslabel.projection.evaluation.report import Report
from tests.projection.evaluation.rows import report_of

GOLD = [(0, 1, "A"), (2, 3, "A")]


@pytest.fixture(scope="module")
def calibrated() -> Report:
    return report_of([(GOLD, [((0, 1, "A"), 0.9), ((2, 4, "A"), 0.4)])])


@pytest.fixture(scope="module")
def bare() -> Report:
    return report_of([(GOLD, [((0, 1, "A"), None)])])


def drawn(reports: dict[str, Report], form: str = "svg") -> bytes:
    file = io.BytesIO()
    draw(reports, file, form)
    return file.getvalue()


def test_every_system_and_axis_is_named(calibrated: Report, bare: Report) -> None:
    text = drawn({"cascade": calibrated, "links": bare}).decode()
    for words in ("cascade (by probability)", "cascade (ECE 0.250)", "links",
                  "coverage: projected source spans (%)", "precision of these spans (%)",
                  "mean probability of a bin (0 to 1)"):
        assert f">{words}<" in text


def test_without_probabilities_one_panel_is_left(bare: Report) -> None:
    text = drawn({"links": bare}).decode()
    assert "Precision over coverage" in text and "Reliability" not in text


def test_a_system_that_projected_nothing_can_be_drawn() -> None:
    assert b">nothing<" in drawn({"nothing": report_of([(GOLD, [])])})


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_same_figures_give_the_same_bytes(
    calibrated: Report, form: str, start: bytes
) -> None:
    first = drawn({"cascade": calibrated}, form)
    assert first.startswith(start)
    assert drawn({"cascade": calibrated}, form) == first


def test_the_suffix_chooses_the_format() -> None:
    assert picture_format(Path("a.SVG")) == "svg" and picture_format(Path("b.png")) == "png"
    with pytest.raises(InputError, match=r"end in \.svg or \.png"):
        picture_format(Path("a.pdf"))


def test_a_missing_library_is_named() -> None:
    missing = {"matplotlib": None, "matplotlib.figure": None}
    with (patch.dict(sys.modules, missing),
          pytest.raises(InputError, match=r"pip install 'crosslabel\[pictures\]'")):
        picture_format(Path("a.svg"))
