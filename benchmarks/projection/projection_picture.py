"""The picture of every projection method on every gold set, from the figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TITLES = {"with": "with bitext", "without": "without bitext"}
# Methods differ in form and colour, for print and for people who see few colours.
_MARKS = {
    "cascade": ("o", "#000000"), "cascade before": ("o", "none"), "statistical": ("s", "#0072b2"),
    "softmax": ("^", "#d55e00"), "inter": ("<", "#cc79a7"), "itermax": (">", "#e69f00"),
    "translation": ("v", "#56b4e9"), "candidates": ("D", "#009e73"), "markers": ("P", "#999999"),
    "constrained": ("X", "#8b4513"), "eflomal": ("*", "#b8860b"),
}


def draw_methods(results: dict[str, Any], path: Path) -> None:
    """Draw the F1 of every method on every set, a panel for each form; write it as SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = list(results["sets"])
    with rc_context({"svg.hashsalt": "crosslabel", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(10, 1.5 + 0.3 * len(names)), layout="constrained")
        panels = figure.subplots(1, len(_TITLES), sharey=True)
        for axes, (form, title) in zip(panels, _TITLES.items(), strict=True):
            _panel(axes, results, form)
            axes.set(title=title, xlabel="strict span F1 (%)", xlim=(0, 100))
        panels[0].set_yticks(range(len(names)), names)
        panels[0].invert_yaxis()
        handles = {label: handle for axes in panels for handle, label in
                   zip(*axes.get_legend_handles_labels(), strict=True)}
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=6)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _panel(axes: Axes, results: dict[str, Any], form: str) -> None:
    places: dict[str, list[tuple[float, int]]] = {method: [] for method in _MARKS}
    for place, entry in enumerate(results["sets"].values()):
        for system in entry["forms"].get(form, {"systems": []})["systems"]:
            places[system["name"]].append((100 * system["micro"]["f1"], place))
    for method, points in places.items():
        if points:
            mark, colour = _MARKS[method]
            scores, sets = zip(*points, strict=True)
            axes.scatter(scores, sets, marker=mark, label=method, s=32,
                         facecolors=colour, edgecolors="#000000", linewidths=0.6, zorder=3)
    axes.grid(color="0.9")
