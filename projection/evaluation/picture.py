"""Pictures of systems side by side: precision over coverage, and reliability."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crosslabel.projection.errors import InputError
from crosslabel.projection.evaluation.report import Report
from crosslabel.projection.plain import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
_INCHES = 4.6
_DOTS_PER_INCH = 150
# Lines differ without colour too, for print and for people who see few colours.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_LINES = ("-", "--", "-.", ":")


def picture_format(path: Path) -> str:
    """Return the format that the suffix of a picture file asks for.

    Raises:
        InputError: there is no such format, or matplotlib is missing.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise InputError(f"{path}: the name of a picture must end in .svg or .png")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise InputError(f"{path}: pictures need matplotlib; install it with "
                         "pip install 'crosslabel[pictures]'") from error
    return suffix


def draw(reports: Mapping[str, Report], file: BinaryIO, form: str) -> None:
    """Draw the systems; the same figures give the same bytes.

    The left panel is the precision of the spans above each confidence against their share of the
    source spans; its right end keeps every projected span. The right panel, drawn if any system
    gives probabilities, is the share of correct spans in each bin of probability.

    Args:
        form: one of :data:`FORMATS`.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    calibrated = any(report.reliability() for report in reports.values())
    with rc_context({"svg.hashsalt": "crosslabel", "svg.fonttype": "none", "font.size": 10}):
        width = _INCHES * (2 if calibrated else 1)
        figure = Figure(figsize=(width, _INCHES), layout="constrained")
        panels = figure.subplots(1, 2 if calibrated else 1, squeeze=False)[0]
        _coverage(panels[0], reports)
        if calibrated:
            _reliability(panels[1], reports)
        _save(figure, file, form)


def _save(figure: Figure, file: BinaryIO, form: str) -> None:
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    figure.savefig(file, format=form, dpi=_DOTS_PER_INCH, metadata=metadata)


def _coverage(axes: Axes, reports: Mapping[str, Report]) -> None:
    for n, (name, report) in enumerate(reports.items()):
        curve = report.coverage()
        label = _named(f"{name} (by {curve.measure})" if curve.measure else name)
        axes.plot(
            [100 * point.coverage for point in curve.points],
            [100 * point.score.precision for point in curve.points],
            color=_COLOURS[n % len(_COLOURS)], linestyle=_LINES[n % len(_LINES)],
            marker="o", markevery=[-1] if curve.points else None, markersize=4, label=label,
        )
    axes.set(xlabel="coverage: projected source spans (%)",
             ylabel="precision of these spans (%)", title="Precision over coverage")
    axes.set_xlim(0, None)
    _finish(axes)


def _reliability(axes: Axes, reports: Mapping[str, Report]) -> None:
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for n, (name, report) in enumerate(reports.items()):
        calibration = report.reliability()
        if calibration is None:
            continue
        axes.plot(
            [b.mean_probability for b in calibration.bins],
            [b.share_correct for b in calibration.bins],
            color=_COLOURS[n % len(_COLOURS)], linestyle=_LINES[n % len(_LINES)],
            marker="o", markersize=4,
            label=_named(f"{name} (ECE {calibration.calibration_error:.3f})"),
        )
    axes.set(xlabel="mean probability of a bin (0 to 1)",
             ylabel="share of its spans that are correct (0 to 1)", title="Reliability",
             xlim=(0, 1), ylim=(0, 1.02))
    _finish(axes)


def _named(label: str) -> str:
    """Return a label with dollar signs escaped; text between them would be read as a formula."""
    return plain(label).replace("$", r"\$")


def _finish(axes: Axes) -> None:
    axes.grid(color="0.9")
    axes.legend(fontsize=8)
