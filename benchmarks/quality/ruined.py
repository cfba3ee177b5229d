"""The check for ruined translations: what it catches of five kinds of ruins, and false alarms."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.machine import in_words, machine
from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS, TRANSLATION
from benchmarks.quality.quality_texts import human_lines
from benchmarks.quality.ruined_texts import (
    BROKEN,
    CLEAN_FROM,
    EACH,
    RUINED_BELOW,
    UNREADABLE,
    Translate,
    broken,
    chrf,
    first_half,
    first_half_with_end,
    lines,
    second_half,
    unreadable,
)
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.quality.ruined.judge import judge
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translation, load_translator

_LANGS = ("de", "es")
_SIGNS = {"unreadable character": "cannot read", "unseen pieces": "pairs of pieces",
          "part missing": "missing", "loop": "in a row", "script": "another script",
          "broken": "broken", "score": "score"}
_HALVES = {"first half": first_half, "second half": second_half,
           "first half, closed by its end mark": first_half_with_end}


def main() -> None:
    """Measure, then write the figures and the page."""
    model = translation_model(TRANSLATION)
    translator = load_translator(model, Engine(threads=1))
    decoding = TranslationSection(model=TRANSLATION)
    kinds, good = [], []
    for lang in _LANGS:
        translate = partial(translator.translate, source="en", target=lang, decoding=decoding)
        clean = translate([line.english for line in lines(lang)])
        kinds += _ruins(translate, lang, clean, model.path)
        good += _good(lang, clean, model.path)
    figures = {"machine": machine("cpu"), "model": TRANSLATION, "kinds": kinds,
               "halves": [_judged(name, lang, broken(lang, damage), model.path)
                          for lang in _LANGS for name, damage in _HALVES.items()],
               "good": good, "people": list(_people())}
    (RESULTS / "ruined.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    (HERE / "quality" / "ruined.md").write_text(page(figures), "utf-8")


def _ruins(
    translate: Translate, lang: str, clean: Sequence[Translation], model: Path
) -> list[dict[str, Any]]:
    made = unreadable(translate, lang, clean)
    return [_judged(UNREADABLE, lang, made, model),
            *(_judged(kind, lang, broken(lang, damage), model) for kind, damage in BROKEN.items())]


def _good(lang: str, clean: Sequence[Translation], model: Path) -> list[dict[str, Any]]:
    """Return what the check says of translations of clean text, by people and by the model."""
    own = lines(lang)
    pairs = [(line, Judged(line.english, t.text, t.score), chrf(t.text, line.other))
             for line, t in zip(own, clean, strict=True) if t.text]
    return [
        _judged("people", lang, [Judged(line.english, line.other) for line in own], model),
        _judged("model, all", lang, [judged for _, judged, _ in pairs], model),
        _judged(f"model, chrF {CLEAN_FROM:g} or more", lang,
                [judged for _, judged, score in pairs if score >= CLEAN_FROM], model),
        _judged(f"model, chrF below {RUINED_BELOW:g}", lang,
                [judged for _, judged, score in pairs if score < RUINED_BELOW], model),
    ]


def _people() -> list[dict[str, Any]]:
    """Return the false alarms on translations by people from English and into it, without a
    model."""
    rows = []
    for (name, lang), pairs in human_lines().items():
        start = time.process_time()
        row = _judged(name, lang, [Judged(line.english, line.other) for line in pairs], None)
        back = judge([Judged(line.other, line.english) for line in pairs], (lang, "en"))
        seconds = time.process_time() - start
        rows.append({**row, "into_english": sum(reason is not None for reason in back),
                     "seconds": seconds / 2})
    return rows


def _judged(kind: str, lang: str, segments: Sequence[Judged], model: Path | None) -> dict[str, Any]:
    reasons = [reason for reason in judge(segments, ("en", lang), model) if reason]
    signs = Counter(next(sign for sign, words in _SIGNS.items() if words in reason)
                    for reason in reasons)
    return {"kind": kind, "lang": lang, "texts": len(segments), "ruined": len(reasons),
            "signs": dict(signs.most_common())}


def page(figures: dict[str, Any]) -> str:
    """Return the page."""
    kinds, halves, good = figures["kinds"], figures["halves"], figures["good"]
    total = {"kind": "all", "lang": "", "texts": sum(row["texts"] for row in kinds),
             "ruined": sum(row["ruined"] for row in kinds), "signs": {}}
    return f"""# Ruined translations

Made by `python -m benchmarks.quality.ruined` with {in_words(figures["machine"])}.

The check `quality.ruined` calls a translation ruined if one signal is beyond its threshold. The
thresholds were set on translations by people alone (`python -m training.ruined.thresholds`:
Tatoeba dev 1-500 and PUD in German and Spanish; Tatoeba train in French, Italian, Russian and
Turkish; PUD in French and Chinese): no ruin was looked at. All tables but the last are of other
sentences: Tatoeba dev 501-1,000 and NTREX 1,498-1,997, which `{figures["model"]}` was not
trained on either.

## Ruins of five kinds

{EACH} of each kind and language. *Unreadable characters*: the model really made these, from
sentences with one to three emoji, symbols or words in another script between the words (and no
protected parts); kept are those with a chrF below {RUINED_BELOW:g} against the human text whose
sentence without the characters is translated with {CLEAN_FROM:g} or more. The others are
translations by people, damaged: *loops* of a letter, a syllable, a word or a phrase; *halves* cut
between words, the first or the second; *foreign script* in a fifth, half or all of the words;
*garbage*: UTF-8 read as Windows-1252, or 3 to 30 % of the characters replaced, spelled as bytes,
or turned into control or private characters. They have no score of the model, which would help.

{_table([*kinds, total])}
## Missing halves, one by one

A first half closed with a full stop, or a second half that begins with a German noun, can only be
seen by its length; of short sentences, by nothing.

{_table(halves)}
## Good translations

Of clean text. The small model is bad at news, so that some of its own translations are ruins.

{_table(good)}
## Translations by people in other languages

False alarms without a model, so by the signals that know no vocabulary; from English, and into it,
which no threshold was set on. These are whole sets: of Tatoeba in German and Spanish the thresholds
saw the first half.

{_lines(("data", "language", "texts", "from English %", "into English %", "ms per text"), [
    (row["kind"], row["lang"], row["texts"], _percent(row["ruined"], row["texts"]),
     _percent(row["into_english"], row["texts"]), f"{1000 * row['seconds'] / row['texts']:.2f}")
    for row in figures["people"]])}"""


def _table(rows: Sequence[dict[str, Any]]) -> str:
    return _lines(("kind", "language", "texts", "called ruined %", "by which sign"), [
        (row["kind"], row["lang"], row["texts"], _percent(row["ruined"], row["texts"]),
         ", ".join(f"{sign} {count}" for sign, count in row["signs"].items()))
        for row in rows])


def _lines(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(table(headings, [list(map(str, row)) for row in rows])) + "\n"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


if __name__ == "__main__":
    main()
