"""The page of quality checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.machine import in_words
from benchmarks.page import table

Figures = Mapping[str, Any]
_NAMES = {"de": "German", "es": "Spanish"}


def page(figures: Figures) -> str:
    """Return the page as Markdown."""
    parts = [_head(figures), *(_checks(figures, lang) for lang in figures["checks"]),
             _people(figures),
             *(_thresholds(figures, lang) for lang in figures["thresholds"]), _identifier(figures)]
    return "\n".join(parts) + "\n"


def _head(figures: Figures) -> str:
    usual = ", ".join(f"`{check}` {value}".replace("True", "on")
                      for check, value in figures["usual"].items())
    return f"""\
# Quality checks

Made by `python -m benchmarks.quality.quality` with {in_words(figures["machine"])}.

Share of translations that each check of the recipe's section `quality` rejects, in percent.
*People*: translations by people, half everyday sentences (Tatoeba, dev), half news (NTREX);
whatever is rejected there is a false alarm, or a free translation. *Model*: `{figures["model"]}`
translates the same sentences; it is small and really loops and loses numbers in news, so not all
that is rejected there is a false alarm. All other rows are that model's translations, broken on
purpose. Thresholds: {usual}.
They were chosen on these texts, so other texts can do a little worse. Translations go back through
the same small model; a better one allows a higher `round_trip_chrf`.
"""


def _checks(figures: Figures, lang: str) -> str:
    rows = figures["checks"][lang]
    columns = [name for name in rows["model"] if name != "texts"]
    lines = [[kind, f"{shares['texts']}", *(_percent(shares.get(name)) for name in columns)]
             for kind, shares in rows.items()]
    return "\n".join([f"## English to {_NAMES[lang]}", "",
                      *table([f"to {lang}", "texts", *columns], lines), ""])


def _people(figures: Figures) -> str:
    rows = figures["people"]
    columns = [name for name in rows[0] if name not in ("data", "lang", "texts")]
    lines = [[f"{row['data']} {row['lang']}", f"{row['texts']}",
              *(_percent(row[name]) for name in columns)] for row in rows]
    return "\n".join([
        "## Translations by people in other languages", "",
        "False alarms at the same thresholds; the language identifier chooses among all its "
        "languages here, as it does with given translations. LAFAND holds sentences that were left "
        "in another language.", "",
        *table(["data", "texts", *columns], lines), "",
    ])


def _thresholds(figures: Figures, lang: str) -> str:
    lines, kinds = [], _kinds(figures["thresholds"][lang])
    for check, values in figures["thresholds"][lang].items():
        lines += [[check, value, *(_percent(shares.get(kind)) for kind in kinds)]
                  for value, shares in values.items()]
    return "\n".join([f"## Other thresholds, English to {_NAMES[lang]}", "",
                      *table(["check", "threshold", *kinds], lines), ""])


def _kinds(checks: Figures) -> Sequence[str]:
    return list(next(iter(next(iter(checks.values())).values())))


def _identifier(figures: Figures) -> str:
    identifier = figures["identifier"]
    lines = [
        [f"{row['data']} {row['lang']}", row["words"], f"{row['texts']}",
         *(_percent(row[among][how]) for among in ("all", "few") for how in ("best", "kept"))]
        for row in identifier["languages"]
    ]
    head = ["data", "length of the English", "texts", "all: most likely", "all: kept",
            "few: most likely", "few: kept"]
    return "\n".join([
        "## Language identifier", "",
        f"{identifier['version']}: for how many translations by people their language is the most "
        "likely one, and how many the threshold keeps, where it chooses among all its languages "
        "(*all*), "
        "and among those of this table and English (*few*). What is not kept of LAFAND is mostly "
        "no Swahili: sentences left in Portuguese or French, names, addresses.", "",
        *table(head, lines), "",
    ])


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"
