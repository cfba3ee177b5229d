"""Online help with its tags back in the text, and the places that the tags get."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.paths import DATA, RESULTS
from benchmarks.protection.builds import translated

_TAG = re.compile(r"<(/?)(\w+)(?: n=\"(\d+)\")?>")
_OFF = {"quality.numbers": False, "quality.ruined": False}
Span = tuple[int, int, str]


def localization(lang: str, work: Path) -> dict[str, Any]:
    """Measure the gold set of one language: on its translations by people, and by the model."""
    rows = _rows(lang)
    texts = [_tagged(row["source"]) for row in rows]
    given = [row["target"]["text"] for row in rows]
    made, reasons = translated(texts, lang, work / f"localization-{lang}", _OFF, given=given)
    figures = {"rows": len(rows), "kept": len(made), "reasons": reasons,
               "same_structure": sum(_same_tree(made[row], texts[row]) for row in made),
               **_scores(rows, made), "cascade": _cascade(lang)}
    if lang == "de":
        by_model, why = translated(texts, lang, work / f"localization-mt-{lang}", _OFF)
        untagged, _ = translated([row["source"]["text"] for row in rows], lang,
                                 work / f"localization-plain-{lang}", _OFF)
        figures["by_model"] = {
            "kept_untagged": len(untagged),
            "rows": len(rows), "kept": len(by_model), "reasons": why,
            "same_structure": sum(_same_tree(by_model[row], texts[row]) for row in by_model)}
    return figures


def _cascade(lang: str) -> float:
    """Return the exact-span F1 of ``cascade`` on the same set, without bitext."""
    results = json.loads((RESULTS / "projection.json").read_text("utf-8"))
    systems = results["sets"][f"localization-xml.en-{lang}"]["forms"]["without"]["systems"]
    return next(round(100 * float(system["micro"]["f1"]), 1) for system in systems
                if system["name"] == "cascade")


def _rows(lang: str) -> list[dict[str, Any]]:
    path = DATA / f"restricted/projection/localization-xml.en-{lang}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _tagged(side: dict[str, Any]) -> str:
    """Return a text with its spans as tags; their numbers tell spans of one label apart."""
    spans = [(s["start"], s["end"], s["label"], number) for number, s in enumerate(side["spans"])]
    edges = [(start, 1, -end, number, f'<{label} n="{number}">')
             for start, end, label, number in spans]
    edges += [(end, 0, -start, -number, f"</{label}>") for start, end, label, number in spans]
    pieces, done = [], 0
    for at, *_, tag in sorted(edges):
        pieces += [side["text"][done:at], tag]
        done = at
    return "".join([*pieces, side["text"][done:]])


def _untagged(text: str) -> tuple[str, list[Span]]:
    """Return a text without tags, and their spans."""
    pieces: list[str] = []
    spans: list[Span] = []
    opened: list[tuple[int, str]] = []
    done = length = 0
    for match in _TAG.finditer(text):
        pieces.append(text[done:match.start()])
        length += match.start() - done
        done = match.end()
        if match.group(1):
            if opened:
                start, label = opened.pop()
                spans.append((start, length, label))
        else:
            opened.append((length, match.group(2)))
    return "".join([*pieces, text[done:]]), spans


def _same_tree(translation: str, text: str) -> bool:
    """Return whether the same tags are nested in the same way, whatever the order of siblings."""
    return _tree(translation) == _tree(text)


def _tree(text: str) -> object:
    root: list[Any] = []
    stack = [("", root)]
    for match in _TAG.finditer(text):
        if not match.group(1):
            children: list[Any] = []
            stack[-1][1].append((match.group(), children))
            stack.append((match.group(2), children))
        elif len(stack) == 1 or stack[-1][0] != match.group(2):
            return None
        else:
            stack.pop()
    return _sorted(root) if len(stack) == 1 else None


def _sorted(nodes: list[Any]) -> list[Any]:
    return sorted((tag, _sorted(children)) for tag, children in nodes)


def _scores(rows: Sequence[dict[str, Any]], made: dict[int, str]) -> dict[str, Any]:
    """Return the exact F1 of the places of tags against the places that people gave them."""
    right = placed = wanted = 0
    for number, row in enumerate(rows):
        gold = [(s["start"], s["end"], s["label"]) for s in row["target"]["spans"]]
        wanted += len(gold)
        if number not in made:
            continue
        text, spans = _untagged(made[number])
        assert text == row["target"]["text"], (text, row["target"]["text"])
        placed += len(spans)
        for span in spans:
            if span in gold:
                gold.remove(span)
                right += 1
    precision, recall = right / max(placed, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"tags": wanted, "precision": round(100 * precision, 1),
            "recall": round(100 * recall, 1), "f1": round(100 * f1, 1)}
