"""The page of the measurement of protected parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.machine import in_words
from benchmarks.page import table

_INTRODUCTION = """\
# Protected parts

Made by `python -m benchmarks.protection.protection`; {machine}. What is done with the parts is in
[docs/protection.md](../../docs/protection.md). Carriers were chosen on a dozen other sentences.
Faults that the first set and online help showed were mended.
"""
_INSERTED = """\
## Parts inserted into real sentences

500 everyday sentences (Tatoeba, dev) and 500 of news (NTREX) from English, 1 to 4 parts of all
kinds in each at places chosen by a seeded script, translated by `mt-en-de-es`; the checks of
numbers and for ruins are off, but for the last column. *Every part*: rows kept in which each part
stands byte for byte as often as in the text (goal: 95 % of the rows kept, all of these with every
part). chrF: the words around the parts, which are taken out, against translations by people, and
the same sentences translated without parts (goal: at most 2 below).
"""
_POSITIONS = """\
## Places

A name that the model copies is replaced by a part. *Same place*: as many words stand before the
part as before the name; *same neighbour*: the word before or after it is the same (goal: 90 %
together).
"""
_GOLD = """\
## Tags in texts whose translations people made

1,000 sentences of news (NTREX) with 1 to 4 pairs of tags inserted, their translations given
without tags (goal: 95 % of the rows with every tag). *Same order*: tags stand in the order of the
text.
"""
_LOCALIZATION = """\
## Online help with its tags

The gold sets localization-xml with their tags back in the text. On translations by people: exact
F1 of the places of tags against those that people gave them, beside the exact-span F1 of
`cascade` for the same spans without bitext, which may abstain
([projection.md](../projection/projection.md)); a tag has to stand somewhere. *Same structure*:
the same tags nested in the same way (goal: all rows kept).
"""
_COST = """\
## Cost

`demo-ner` built with protection and with `protect: []`, in five pairs of alternating turns:
processor time with protection is {median} times that without (median; {low} to {high}; goal: 1.03).
"""


def page(results: Mapping[str, Any]) -> str:
    """Return the page."""
    sections = _inserted, _positions, _gold, _localization
    names = "inserted", "positions", "markup_on_gold", "localization"
    lines = [_INTRODUCTION.format(machine=in_words(results["machine"]))]
    for section, name in zip(sections, names, strict=True):
        lines += [*section(results[name]), ""]
    cost = results["cost"]
    lines += [_COST.format(median=cost["median"], low=cost["interval"][0],
                           high=cost["interval"][1])]
    return "\n".join(lines)


def _inserted(results: Mapping[str, Any]) -> list[str]:
    head = ["into", "rows", "kept", "every part", "rejected for", "chrF with parts", "without",
            "kept with all checks"]
    return [_INSERTED, *_table(head, [
        [lang, one["rows"], _share(one["kept"], one["rows"]),
         _share(one["every_part"], one["kept"]), _reasons(one["reasons"]), one["chrf_with_parts"],
         one["chrf_without"], _share(one["kept_by_default"], one["rows"])]
        for lang, one in results.items()])]


def _positions(results: Mapping[str, Any]) -> list[str]:
    head = ["into", "rows", "kept", "same place", "same neighbour", "elsewhere"]
    return [_POSITIONS, *_table(head, [
        [lang, one["rows"], one["kept"],
         *(_share(one[place], one["kept"]) for place in ("same_place", "same_neighbour", "other"))]
        for lang, one in results.items()])]


def _gold(results: Mapping[str, Any]) -> list[str]:
    head = ["into", "rows", "kept", "every tag", "same order"]
    return [_GOLD, *_table(head, [
        [lang, one["rows"],
         *(_share(one[count], one["rows"]) for count in ("kept", "every_part", "same_structure"))]
        for lang, one in results.items()])]


def _localization(results: Mapping[str, Any]) -> list[str]:
    head = ["into", "rows", "kept", "same structure", "tags", "F1 of places", "F1 of cascade"]
    rows = [[lang, one["rows"], _share(one["kept"], one["rows"]),
             _share(one["same_structure"], one["kept"]), one["tags"], one["f1"], one["cascade"]]
            for lang, one in results.items()]
    model = results["de"]["by_model"]
    return [_LOCALIZATION, *_table(head, rows), "",
            f"Through `mt-en-de-es` into German {model['kept']} of {model['rows']} rows are kept "
            f"(goal: 95 %), {model['same_structure']} of them with the same structure; rejected "
            f"for {_reasons(model['reasons'])}. Of the same texts without tags "
            f"{model['kept_untagged']} are kept: the model does not end such sentences by itself."]


def _table(head: list[str], rows: Iterable[list[Any]]) -> list[str]:
    return table(head, [list(map(str, row)) for row in rows])


def _share(count: int, total: int) -> str:
    return f"{100 * count / max(total, 1):.1f} %"


def _reasons(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {count}" for code, count in sorted(reasons.items())) or "–"
