"""The page about projection, from its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.page import table as table_lines
from benchmarks.projection.percents import calibration

_CASCADE, _BEFORE = "cascade", "cascade before"
_TITLES = {"with": "With bitext", "without": "Without bitext"}
_KINDS = ("boundary", "label", "missed", "spurious")
_LEVELS = range(0, 100, 10)
_LABELLED_APART = "uner-pud"


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    sets = results["sets"]
    return f"""# Projection

Strict span F1 in percent (same boundaries and label, micro; character predictions are snapped to
the words of the gold first). Made by `python -m training.calibrator.calibrator --left-out
out/left_out` and `python -m benchmarks.projection.projection --left-out out/left_out`.

`cascade` weighs the statistical aligner, the encoder `{results['model']}` and the letters by the
calibrator `{results['calibrator']}`. `softmax`, `inter` and `itermax` are links of the encoder
alone, `translation` links of the encoder of `{results['translation']}`, with the rules of
`projection/spans`. `candidates`, `markers` and `constrained` ask the translation model alone:
phrases scored both ways, the source translated with its spans marked, markers put into the target
text. *With* bitext `statistical`, `cascade` and `eflomal` learn from Tatoeba train, NTREX, a
Europarl sample (es, fr) where there is such bitext, and the texts of the set, never its labels;
*without* they learn from the texts of the set alone, as a build does. *Ceiling*: F1 if every source
label were projected perfectly, limited by the label counts of the two sides.

The calibrator was fitted on the other half of xSID (de, nl, da, zh), on those UNER-PUD pairs whose
two sides have the same labels, and on phrases of the PUD treebanks (de, es, fr), which are the same
sentences; both PUD sets also as paragraphs. The encoder's layer, the temperature and the distance
of `softmax`, cutting Chinese characters as text and the strength of the penalty were chosen by F1
on these. UNER-PUD is cross-fitted here: every sentence is projected by weights fitted without it in
any language. Nothing was fitted on the other sets, but choices were made after looking at them:
that a first version lost long answers and Chinese characters (XQuAD, localization-xml) led to
paragraphs among the fitting data, to candidates of each source (fewer targets were out of reach
there) and to looking for distance and cutting; that sources which see no target no longer end the
search, from which probability on the encoder is not asked, and half of the highest F1 as threshold
were settled with XQuAD, xSID, UNER-PUD zh, localization-xml and Europarl in view.

{_forms(sets)}

![all methods](../results/projection.svg)

## What goes wrong in the cascade

{_errors(sets)}

## Are the probabilities right?

Projected spans in ten bins of equal mass: mean distance of probability and share of correct spans,
in points; *by chance*: what a perfectly calibrated predictor of the same probabilities stays below
in 95 of 100 samples. The two sides of UNER-PUD were labelled apart: 18 % (de), 12 % (pt) and 17 %
(zh) of the source spans have no target with their label, and count as wrong wherever they go.

{_calibration(sets)}

Spans by their probability, all sets and both forms together:

{_reliability(sets)}

The speed of the cascade is measured in [projection_speed.md](projection_speed.md).
"""


def _forms(sets: dict[str, Any]) -> str:
    parts = []
    for form, title in _TITLES.items():
        measured = {name: entry["forms"][form] for name, entry in sets.items()
                    if form in entry["forms"]}
        parts.append(f"## {title}\n\n{_scores(measured)}\n\n{_against(measured)}")
    return "\n\n".join(parts)


def _scores(sets: dict[str, Any]) -> str:
    names = list(dict.fromkeys(s["name"] for entry in sets.values() for s in entry["systems"]
                               if s["name"] != _BEFORE))
    rows = []
    for name, entry in sets.items():
        f1 = {s["name"]: s["micro"]["f1"] for s in entry["systems"]}
        best = max(f1[n] for n in names if n in f1)
        cells = [_bold(f1[n], best) if n in f1 else "–" for n in names]
        rows.append([name, str(entry["spans"]), f"{entry['bitext']:,}",
                     _percent(entry["ceiling"]["f1"]), *cells])
    return _table(["set", "spans", "bitext", "ceiling", *names], rows)


def _against(sets: dict[str, Any]) -> str:
    rows = []
    for name, entry in sets.items():
        systems = {system["name"]: system for system in entry["systems"]}
        cascade = systems.pop(_CASCADE)
        low, high = _interval(cascade["f1_interval"])
        before = systems.pop(_BEFORE, None)
        compared = [s for s in systems.values() if "difference" in s] or list(systems.values())
        best = max(compared, key=lambda system: float(system["micro"]["f1"]))
        rows.append([
            name, f"{_percent(cascade['micro']['f1'])} [{low:.1f}, {high:.1f}]",
            _percent(before["micro"]["f1"]) if before else "–",
            _lead(before) if before else "–", best["name"], _lead(best),
        ])
    text = ("The interval is that of the paired bootstrap over pairs (95 %, 1,000 samples). "
            "*Before*: the cascade of version 0.1.0's models (encoder trained here, phrase scores "
            "of the translation model).\n\n")
    return text + _table(["set", "cascade", "before", "cascade minus before", "best other",
                          "cascade minus best other"], rows)


def _lead(system: dict[str, Any]) -> str:
    """Return by how much the cascade leads a system, with the interval."""
    if "difference" not in system:
        return "–"
    less, more = _interval(system["difference"]["interval"])
    return f"{-100 * system['difference']['f1']:+.1f} [{-more:+.1f}, {-less:+.1f}]"


def _errors(sets: dict[str, Any]) -> str:
    rows = []
    for name, form, entry in _each(sets):
        cascade = _cascade_of(entry)
        micro = cascade["micro"]
        rows.append([f"{name}, {form}", _percent(micro["precision"]), _percent(micro["recall"]),
                     *(str(cascade["errors"][kind]) for kind in _KINDS)])
    return _table(["set", "P", "R", *_KINDS], rows)


def _calibration(sets: dict[str, Any]) -> str:
    groups: dict[tuple[str, str], list[Any]] = {}
    for name, form, entry in _each(sets):
        language = name.partition("en-")[2][:2]
        chosen = ["all", language]
        if not name.startswith(_LABELLED_APART):
            chosen += [f"all but {_LABELLED_APART}", f"{language} but {_LABELLED_APART}"]
        for group in chosen:
            groups.setdefault((group, form), []).append(entry["percents"])
    rows = []
    for (group, form), percents in sorted(groups.items()):
        measured = calibration(percents)
        rows.append([f"{group}, {form}", str(measured.spans), f"{100 * measured.error:.1f}",
                     f"{100 * measured.by_chance:.1f}"])
    return _table(["languages", "spans", "error", "by chance"], rows)


def _reliability(sets: dict[str, Any]) -> str:
    total = {level: [0, 0, 0] for level in _LEVELS}
    for _, _, entry in _each(sets):
        for percent, (count, right) in entry["percents"].items():
            cell = total[min(int(percent) // 10 * 10, 90)]
            cell[0] += count
            cell[1] += right
            cell[2] += count * int(percent)
    return _table(["probability", "spans", "mean", "right"], [
        [f"{level} to {level + 10}", str(count), f"{summed / count:.1f}",
         _percent(right / count)]
        for level, (count, right, summed) in total.items() if count
    ])


def _each(sets: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(name, form, entry["forms"][form]) for name, entry in sets.items()
            for form in _TITLES if form in entry["forms"]]


def _cascade_of(entry: dict[str, Any]) -> dict[str, Any]:
    systems: list[dict[str, Any]] = entry["systems"]
    return next(system for system in systems if system["name"] == _CASCADE)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table as one text."""
    return "\n".join(table_lines(head, rows))


def _interval(values: list[float]) -> tuple[float, float]:
    return 100 * values[0], 100 * values[1]


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f}"


def _bold(rate: float, best: float) -> str:
    return f"**{_percent(rate)}**" if rate == best else _percent(rate)
