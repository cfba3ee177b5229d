"""Protected parts: rows kept, the places of parts, and what they cost the words around them."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.paths import HERE, RESULTS
from benchmarks.protection.builds import translated
from benchmarks.protection.cost import cost
from benchmarks.protection.inserted import Made, sentence_pairs, with_parts
from benchmarks.protection.localization import localization
from benchmarks.protection.page import page

_OFF = {"quality.numbers": False, "quality.ruined": False}
COST = "cost"
_EACH = 500
_POSITIONS = 400
_NAME = re.compile(r"(?<![^\s(\"])[A-Z][a-zA-Z]+(?![^\s,;:!?)\"])")


def inserted(lang: str, work: Path) -> dict[str, Any]:
    """Measure sentences with parts of all kinds through the shipped model."""
    made = with_parts(sentence_pairs(lang, _EACH, _EACH))
    rows, reasons = translated([one.text for one in made], lang, work / f"parts-{lang}", _OFF)
    plain, _ = translated([one.plain for one in made], lang, work / f"plain-{lang}", _OFF)
    defaults, why = translated([one.text for one in made], lang, work / f"defaults-{lang}")
    both = sorted(set(rows) & set(plain))
    references = [made[row].reference for row in both]
    return {
        "rows": len(made), "kept": len(rows), "reasons": reasons,
        "every_part": sum(_has_all(rows[row], made[row]) for row in rows),
        "kept_by_default": len(defaults), "default_reasons": why,
        "chrf_with_parts": _chrf([_without(rows[row], made[row].parts) for row in both],
                                 references),
        "chrf_without": _chrf([_without(plain[row], ()) for row in both], references),
    }


def markup_on_gold(lang: str, work: Path) -> dict[str, Any]:
    """Measure tags in sentences whose translations people made."""
    made = with_parts(sentence_pairs(lang, 0, 2 * _EACH), markup_only=True)
    rows, reasons = translated([one.text for one in made], lang, work / f"gold-{lang}", _OFF,
                               given=[one.reference for one in made])
    return {"rows": len(made), "kept": len(rows), "reasons": reasons,
            "every_part": sum(_has_all(rows[row], made[row]) for row in rows),
            "same_structure": sum(_tags(rows[row]) == _tags(made[row].text) for row in rows)}


def positions(lang: str, work: Path) -> dict[str, Any]:
    """Replace a name that the model copies by a part, and compare their places."""
    pairs = sentence_pairs(lang, 2 * _EACH, 2 * _EACH)
    texts = [text for text, _ in pairs if len(_NAME.findall(text[1:])) >= 1]
    plain, _ = translated(texts, lang, work / f"names-{lang}", _OFF)
    chosen = []
    for row, translation in sorted(plain.items()):
        names = [match for match in _NAME.finditer(texts[row]) if match.start() > 0 and
                 texts[row].count(match.group()) == 1 and len(re.findall(
                     rf"(?<!\w){match.group()}(?!\w)", translation)) == 1]
        if names:
            chosen.append((texts[row], names[0], translation))
    chosen = chosen[:_POSITIONS]
    parts = ("{name}", "desk@example.org", "https://example.org/a", "`run`", "@nora_l", "$x^2$")
    used = [parts[number % len(parts)] for number in range(len(chosen))]
    swapped = [text[:match.start()] + part + text[match.end():]
               for (text, match, _), part in zip(chosen, used, strict=True)]
    rows, reasons = translated(swapped, lang, work / f"swapped-{lang}", _OFF)
    same = Counter(_place(chosen[row][2], chosen[row][1].group(), rows[row], used[row])
                   for row in rows)
    return {"rows": len(chosen), "kept": len(rows), "reasons": reasons,
            "same_place": same["same"], "same_neighbour": same["neighbour"], "other": same["other"]}


def _place(before: str, name: str, after: str, part: str) -> str:
    """Compare the place of a name with that of the part that replaced it.

    ``same``: as many words before it; ``neighbour``: the word before it or the one after it is the
    same.
    """
    one, other = _around(before, name), _around(after, part)
    if len(one[0]) == len(other[0]):
        return "same"
    beside = one[0][-1:] == other[0][-1:], one[1][:1] == other[1][:1]
    return "neighbour" if any(beside) else "other"


def _around(text: str, part: str) -> tuple[list[str], list[str]]:
    left, _, right = text.partition(part)
    return re.findall(r"\w+", left.casefold()), re.findall(r"\w+", right.casefold())


def _has_all(translation: str, made: Made) -> bool:
    """Return whether each part stands in a translation as often as in the text."""
    return all(translation.count(part) == made.text.count(part) for part in made.parts)


def _tags(text: str) -> list[str]:
    return re.findall(r"</?\w[^>]*>", text)


def _without(text: str, parts: Sequence[str]) -> str:
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, " ", 1)
    return " ".join(text.split())


def _chrf(texts: Sequence[str], references: Sequence[str]) -> float:
    from sacrebleu.metrics import CHRF

    return round(float(CHRF().corpus_score(list(texts), [list(references)]).score), 1)


MEASURES: Mapping[str, tuple[Callable[[str, Path], Any], tuple[str, ...]]] = {
    "inserted": (inserted, ("de", "es")),
    "positions": (positions, ("de", "es")),
    "markup_on_gold": (markup_on_gold, ("zh", "ar", "de")),
    "localization": (localization, ("de", "fr", "nl", "zh")),
}


def main() -> None:
    """Measure, and write the results and their page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/protection"))
    parser.add_argument("--only", nargs="*", choices=[*MEASURES, COST],
                        default=[*MEASURES, COST])
    given = parser.parse_args()
    file = RESULTS / "protection.json"
    results = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    for name in given.only:
        if name == COST:
            results[name] = cost(given.work)
        else:
            measure, languages = MEASURES[name]
            results[name] = {lang: measure(lang, given.work) for lang in languages}
        print(name, json.dumps(results[name]))
    results["machine"] = machine("cpu")
    file.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "protection" / "protection.md").write_text(page(results), "utf-8")


if __name__ == "__main__":
    main()
