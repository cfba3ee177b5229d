"""The check of numbers: good translations that it rejects, and damaged numbers that it finds.

Translations by people are good, though some have slips of their own; one number of each is then
damaged in several ways.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from benchmarks.machine import in_words, machine
from benchmarks.page import table
from benchmarks.paths import DATA, HERE, RESULTS
from benchmarks.quality.quality_texts import EVERYDAY, NEWS, whole
from crosslabel.pipeline.quality.checks import CHECKS
from crosslabel.pipeline.quality.texts import CheckedBatch

Pair = tuple[str, str]
Damage = Callable[[str, random.Random], str]
Figures = Mapping[str, Any]

UNKNOWN = "cy"
"""A language whose number words the check does not know."""
_SEED = 13
_NUMBER = re.compile(r"\d+(?:[.,'’٬\u00a0\u202f ]\d{3}(?!\d))*(?:[.,٫]\d+)?")
_DIGITS = re.compile(r"\d+")


def _swapped(number: str, rng: random.Random) -> str:
    """Two neighbouring digits change places."""
    places = [at for at, (one, other) in enumerate(pairwise(number))
              if one.isdecimal() and other.isdecimal() and one != other]
    if not places:
        return number
    at = rng.choice(places)
    return number[:at] + number[at + 1] + number[at] + number[at + 2:]


def _changed(number: str, rng: random.Random) -> str:
    at = rng.choice([at for at, character in enumerate(number) if character.isdecimal()])
    return number[:at] + rng.choice([d for d in "123456789" if int(d) != int(number[at])]) + (
        number[at + 1:])


def _shortened(number: str, rng: random.Random) -> str:
    at = rng.choice([at for at, character in enumerate(number) if character.isdecimal()])
    return number[:at] + number[at + 1:] if len(number) > 1 else number


def _without_group(number: str, rng: random.Random) -> str:
    groups = list(_DIGITS.finditer(number))
    if len(groups) < 2:
        return number
    cut = rng.randrange(1, len(groups))
    return rng.choice([number[:groups[cut - 1].end()], number[groups[cut].start():]])


def _stuttered(number: str, rng: random.Random) -> str:
    return f"{number} {_DIGITS.findall(number)[-1]}"


def _broken_up(number: str, rng: random.Random) -> str:
    """As in "1,234 234 3.56" for 1,234.56."""
    first, *others = _DIGITS.findall(number)
    return f"{number} {others[0]} {first[-1]}.{others[-1]}" if others else number


DAMAGE: Mapping[str, Damage] = {
    "two digits swapped": _swapped, "a digit changed": _changed, "a digit lost": _shortened,
    "a group lost": _without_group, "the last group twice": _stuttered,
    "broken up": _broken_up, "number left out": lambda number, rng: "",
}


def main() -> None:
    """Measure, then write the figures and the page."""
    figures = {"machine": machine("cpu"), "people": list(_people()), "damaged": list(_damaged())}
    (RESULTS / "numbers.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    (HERE / "quality" / "numbers.md").write_text(page(figures), "utf-8")


def _people() -> Iterator[dict[str, Any]]:
    """Yield for each set and language how many translations by people are rejected."""
    files = {("NTREX", lang): [f"ntrex.en-{lang}"] for lang in NEWS}
    files |= {("Tatoeba", lang): [f"tatoeba.en-{lang}.dev", f"tatoeba.en-{lang}.train"]
              for lang in EVERYDAY}
    for (name, lang), stems in files.items():
        pairs = [pair for stem in stems for pair in _pairs(stem)]
        back = [(other, english) for english, other in pairs]
        start = time.process_time()
        rejected = _rejected(pairs, "en", lang), _rejected(back, lang, "en")
        yield {
            "data": name, "lang": lang, "texts": len(pairs),
            "with_digits": sum(bool(_DIGITS.search(f"{one} {other}")) for one, other in pairs),
            "from_english": rejected[0], "into_english": rejected[1],
            "unknown_words": _rejected(pairs, "en", UNKNOWN),
            "seconds": (time.process_time() - start) / 2,
        }


def _damaged() -> Iterator[dict[str, Any]]:
    """Yield for each language and direction how many damaged numbers are found, by damage."""
    for lang in NEWS:
        pairs = _pairs(f"ntrex.en-{lang}")
        back = [(other, english) for english, other in pairs]
        for source, target, own in (("en", lang, pairs), (lang, "en", back)):
            rng = random.Random(_SEED)
            good = [pair for pair in own if _DIGITS.search(pair[0])]
            good = [pair for pair, problem in zip(good, _problems(good, source, target),
                                                  strict=True) if problem is None]
            yield {"source": source, "target": target,
                   **{name: _found(good, damage, rng, source, target)
                      for name, damage in DAMAGE.items()}}


def _found(
    pairs: Sequence[Pair], damage: Damage, rng: random.Random, source: str, target: str
) -> dict[str, int]:
    broken = []
    for text, translation in pairs:
        if places := list(_NUMBER.finditer(translation)):
            place = rng.choice(places)
            new = damage(place.group(), rng)
            if new != place.group():
                broken.append((text, translation[:place.start()] + new
                               + translation[place.end():]))
    return {"texts": len(broken), "found": _rejected(broken, source, target)}


def _rejected(pairs: Sequence[Pair], source: str, target: str) -> int:
    return sum(problem is not None for problem in _problems(pairs, source, target))


def _problems(pairs: Sequence[Pair], source: str, target: str) -> list[str | None]:
    texts = [whole(text, translation) for text, translation in pairs]
    return CHECKS["numbers"](CheckedBatch(texts, source, target), True)


def _pairs(stem: str) -> list[Pair]:
    with gzip.open(DATA / "parallel" / f"{stem}.tsv.gz", "rt", encoding="utf-8") as lines:
        return [(one, other) for one, other in (line.rstrip("\n").split("\t") for line in lines)]


def page(figures: Figures) -> str:
    """Return the page as Markdown."""
    people = [[f"{row['data']} {row['lang']}", f"{row['texts']:,}", f"{row['with_digits']:,}",
               *(_percent(row[way], row["texts"]) for way in _WAYS),
               f"{1e4 * row['seconds'] / row['texts']:.2f}"] for row in figures["people"]]
    damaged = [[f"{row['source']} to {row['target']}",
                *(_percent(row[name]["found"], row[name]["texts"], 0) for name in DAMAGE)]
               for row in figures["damaged"]]
    return "\n".join([
        "# Numbers", "",
        f"Made by `python -m benchmarks.quality.numbers` with {in_words(figures['machine'])}.", "",
        "## Translations by people", "",
        "Share of all translations, with and without numbers, that `quality.numbers` rejects, in "
        "percent. Whatever is rejected is a false alarm, a free translation (measures rounded, "
        "\"100 percent\" for \"quite\"), or a slip of the translator (4-1 for 1-0). "
        "*Words not known*: from English, as if the number words of the language were not known, "
        "as is so for languages that are not on this page (and Japanese). The everyday sentences "
        "and the news were looked at while the rules were written.", "",
        *table(["data", "texts", "with digits", "from English", "into English",
                "words not known", "processor seconds for 10,000 texts"], people), "",
        "## Damaged numbers", "",
        "Share of NTREX translations by people, with one number damaged at random (seed "
        f"{_SEED}), that is rejected, in percent; translations that are rejected undamaged are "
        "left out. What is not found is mostly 1 or 2, a month before 月, minutes of a clock time, "
        "and numbers that the text says once more in words. *Broken up*: 1,234.56 as 1,234.56 234 "
        "1.56.", "",
        *table(["NTREX", *DAMAGE], damaged),
    ]) + "\n"


_WAYS = ("from_english", "into_english", "unknown_words")


def _percent(part: int, whole: int, places: int = 2) -> str:
    return f"{100 * part / whole:.{places}f}" if whole else ""


if __name__ == "__main__":
    main()
