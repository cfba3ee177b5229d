"""The page about projection, from its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.page import table as table_lines

_WITHOUT = "cascade, links alone"
_TIMED = ("statistical", "softmax", "candidates", "markers", "constrained", _WITHOUT, "cascade")
_KINDS = ("boundary", "label", "missed", "spurious")


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    sets = results["sets"]
    return f"""# Projection

Strict span F1 in percent (same boundaries and label, micro; character predictions are snapped to
the words of the gold first). Made by `python -m benchmarks.projection.projection`.

`cascade` weighs the statistical aligner, the encoder `{results['model']}`, the texts and (de, es)
what `{results['translation']}` says of phrases by the calibrator `{results['calibrator']}`;
`cascade, links alone` does without the last. `candidates`, `markers` and `constrained` ask the
translation model alone: phrases scored both ways, the source translated with its spans marked,
markers put into the target text. The other methods are links and the rules of `projection/spans`.
`statistical` and `eflomal` learn from Tatoeba train, NTREX, a Europarl sample
(es, fr) where there is such bitext, and the texts of the set, never its labels. *Ceiling*: F1 if
every source label were projected perfectly, limited by the label counts of the two sides.

The calibrator was fitted on the other half of xSID (de, nl, da, zh), on those UNER-PUD pairs whose
two sides have the same labels, and on phrases of the PUD treebanks (de, es, fr), which are the same
sentences: **the UNER-PUD rows are not blind**. Nothing was fitted on the others, but Europarl and
localization-xml en-de were looked at with a first calibrator: that it did worse than rules on the
latter led to a stronger penalty and other features, chosen on the fitting data, and to cutting
words at hyphens. The strength of the statistical aligner's priors was chosen
on the fitting data, the links-to-spans rules on ABSA en-es train (see span_rules.md).

## All methods

{_scores(sets)}

Measured with an earlier calibrator: {_earlier(results)}. A method without a difference below keeps
the figure of an earlier run.

The interval is that of the paired bootstrap over pairs (95 %, 1,000 samples). *Best single minus
cascade*: the best of the other methods, its difference and the interval of that.

{_against(sets)}

## What goes wrong in the cascade

{_errors(sets)}

## Are the probabilities right?

Spans by the probability the cascade gave them, all sets together. Pooled calibration error:
{100 * _calibration_error(sets):.1f} points.

{_reliability(sets)}

![coverage and precision](../results/projection.svg)

## Speed

Seconds for projecting a set, beside other work on the machine, loading not counted; *training* is
that of the statistical aligner on bitext and set. One run each: good for orders of magnitude only.

{_speed(sets)}
"""


def _earlier(results: dict[str, Any]) -> str:
    names = [name for name, entry in results["sets"].items()
             if entry.get("calibrator") != results["calibrator"]]
    return ", ".join(names) or "none"


def _scores(sets: dict[str, Any]) -> str:
    names = list(dict.fromkeys(s["name"] for entry in sets.values() for s in entry["systems"]))
    rows = []
    for name, entry in sets.items():
        f1 = {s["name"]: s["micro"]["f1"] for s in entry["systems"]}
        best = max(f1.values())
        cells = [_bold(f1[n], best) if n in f1 else "–" for n in names]
        rows.append([name, str(entry["spans"]), f"{entry['bitext']:,}",
                     _percent(entry["ceiling"]["f1"]), *cells])
    return _table(["set", "spans", "bitext", "ceiling", *names], rows)


def _against(sets: dict[str, Any]) -> str:
    rows = []
    for name, entry in sets.items():
        first, *others = (s for s in entry["systems"] if s["name"] != _WITHOUT)
        best = max(others, key=lambda system: float(system["micro"]["f1"]))
        low, high = _interval(first["f1_interval"])
        rows.append([
            name, f"{_percent(first['micro']['f1'])} [{low:.1f}, {high:.1f}]", best["name"],
            _difference(best),
        ])
    return _table(["set", "cascade", "best single", "best single minus cascade"], rows)


def _difference(system: dict[str, Any]) -> str:
    if "difference" not in system:
        return "–"
    less, more = _interval(system["difference"]["interval"])
    return f"{100 * system['difference']['f1']:+.1f} [{less:+.1f}, {more:+.1f}]"


def _errors(sets: dict[str, Any]) -> str:
    rows = []
    for name, entry in sets.items():
        first = entry["systems"][0]
        micro = first["micro"]
        rows.append([name, _percent(micro["precision"]), _percent(micro["recall"]),
                     *(str(first["errors"][kind]) for kind in _KINDS)])
    return _table(["set", "P", "R", *_KINDS], rows)


def _bins(sets: dict[str, Any]) -> list[tuple[float, float, int, float, float]]:
    """Return low, high, count, mean probability and share right of each bin over all sets."""
    pooled: dict[tuple[float, float], list[float]] = {}
    for entry in sets.values():
        for interval in entry["systems"][0]["reliability"]["bins"]:
            total = pooled.setdefault((interval["low"], interval["high"]), [0, 0.0, 0.0])
            total[0] += interval["count"]
            total[1] += interval["count"] * interval["mean_probability"]
            total[2] += interval["count"] * interval["share_correct"]
    return [(*edges, int(n), p / n, c / n) for edges, (n, p, c) in sorted(pooled.items())]


def _calibration_error(sets: dict[str, Any]) -> float:
    bins = _bins(sets)
    count = sum(n for _, _, n, _, _ in bins)
    return sum(n * abs(p - c) for _, _, n, p, c in bins) / max(count, 1)


def _reliability(sets: dict[str, Any]) -> str:
    return _table(["probability", "spans", "mean", "right"], [
        [f"{low:.1f} to {high:.1f}", str(n), _percent(p), _percent(c)]
        for low, high, n, p, c in _bins(sets)
    ])


def _speed(sets: dict[str, Any]) -> str:
    rows = []
    for name, entry in sets.items():
        spans = entry["spans"]
        seconds = {system["name"]: system["seconds"] for system in entry["systems"]}
        rows.append([
            name, str(entry["pairs"]), str(spans), f"{entry['training_seconds']:.0f}",
            *(f"{seconds[method]:.1f} ({spans / max(seconds[method], 0.01):,.0f}/s)"
              if method in seconds else "–" for method in _TIMED),
        ])
    return _table(["set", "pairs", "spans", "training", *_TIMED], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table as one text."""
    return "\n".join(table_lines(head, rows))


def _interval(values: list[float]) -> tuple[float, float]:
    return 100 * values[0], 100 * values[1]


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f}"


def _bold(rate: float, best: float) -> str:
    return f"**{_percent(rate)}**" if rate == best else _percent(rate)
