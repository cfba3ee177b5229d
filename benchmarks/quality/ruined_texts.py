"""Ruined translations of five kinds, and good ones, for the measurement of the check.

All are of sentences that its thresholds were not set on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from benchmarks.quality.quality_texts import Line, human_lines
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.translation.translator import Translation

EACH = 200
"""Ruined translations of a kind and language."""
UNREADABLE, LOOPS, HALVES, SCRIPT, BYTES = (
    "unreadable characters", "loops", "missing halves", "foreign script", "byte garbage")
RUINED_BELOW, CLEAN_FROM = 25.0, 35.0
"""chrF against the human text: a translation below the first is ruined by what was put into the
text, if that of the text as it was reaches the second."""
_SEED = 13
_TATOEBA, _NEWS = 500, 1497
"""Lines before these are left out: thresholds were set on them, or the model was trained on
them."""
_EMOJI = "😀🎻🎉🚀❤🔥😂👍🏠🐶✅⭐🎶🌍💡☕🙏✈⚽🍕"
_SYMBOLS = "→§¶†‰←↑★☆■□▲♥♪✓∞≈≤≥∑√∆⇒⌘"
_WORDS = [
    "Владимир", "Москва", "привет", "Наталья", "книга", "спасибо", "Киев", "東京", "北京",
    "你好", "日本", "中国", "漢字", "上海", "世界", "Αθήνα", "שלום", "مرحبا", "नमस्ते", "서울", "ไทย",
]
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абцдефгхийклмнопкрстувшхиз"
_GREEK = "αβκδεφγχιικλμνοπκρστυβωξψζ"
_ARABIC = "ابكديفغهيجكلمنوبقرستوفوخيز"
_HAN = "的一是在不了有和人这中大为上个国我以要他时"


def lines(lang: str) -> list[Line]:
    """Return sentences with human translations that the check knows nothing of."""
    known = human_lines()
    return [*known["Tatoeba", lang][_TATOEBA:], *known["NTREX", lang][_NEWS:]]


Translate = Callable[[Sequence[str]], Sequence[Translation]]


def unreadable(
    translate: Translate, lang: str, clean: Sequence[Translation]
) -> list[Judged]:
    """Return what the model makes of sentences with characters that it cannot read, where that is
    ruined: by far a worse translation than that of the sentence without them.

    Args:
        clean: translations of :func:`lines`.
    """
    rng = random.Random(_SEED)
    good = [line for line, t in zip(lines(lang), clean, strict=True)
            if t.text and chrf(t.text, line.other) >= CLEAN_FROM]
    found: list[Judged] = []
    while len(found) < EACH:
        texts = [_with_odd(line.english, rng) for line in good]
        made = translate(texts)
        found += [Judged(text, t.text, t.score) for text, line, t
                  in zip(texts, good, made, strict=True)
                  if t.text and chrf(t.text, line.other) < RUINED_BELOW]
    return rng.sample(found, EACH)


def chrf(translation: str, human: str) -> float:
    """Return chrF (Popović, 2015) of a translation, 0 to 100."""
    from sacrebleu import sentence_chrf

    return float(sentence_chrf(translation, [human]).score)


def _with_odd(text: str, rng: random.Random) -> str:
    """Put one to three emoji, symbols or words in another script between the words of a text."""
    words = text.split()
    for _ in range(rng.choice((1, 1, 2, 3))):
        kind: Sequence[str] = rng.choice((_EMOJI, _SYMBOLS, _WORDS))
        words.insert(rng.randrange(len(words) + 1), rng.choice(kind))
    return " ".join(words)


def _looped(text: str, rng: random.Random) -> str:
    """Let a letter, a syllable, a word or a phrase repeat, from some place on or in between."""
    words = text.split()
    at = rng.randrange(len(words))
    word = words[at]
    kind = rng.choice(("letter", "syllable", "word", "phrase"))
    if kind == "letter":
        place = rng.randrange(len(word))
        words[at] = word[:place] + word[place] * rng.randint(9, 30) + word[place:]
    elif kind == "syllable" and len(word) > 3:
        words[at] = word + word[-3:-1] * rng.randint(5, 20)
    elif kind != "phrase":
        words[at:at] = [word] * rng.randint(4, 12)
    else:
        words[at:at] = words[at:at + 3] * rng.randint(3, 10)
    return " ".join(words)


def first_half(text: str, rng: random.Random) -> str:
    """Return the first half of the words."""
    words = text.split()
    return " ".join(words[:len(words) // 2])


def second_half(text: str, rng: random.Random) -> str:
    """Return the second half of the words."""
    words = text.split()
    return " ".join(words[len(words) // 2:])


def _halved(text: str, rng: random.Random) -> str:
    return rng.choice((first_half, second_half))(text, rng)


def first_half_with_end(text: str, rng: random.Random) -> str:
    """Return the first half, closed by the mark that the whole ends with."""
    ending = re.search(r"\W*$", text)
    half = first_half(text, rng).rstrip(",;:–-")
    return half + (ending.group() if ending else "")


def _in_script(text: str, rng: random.Random) -> str:
    """Write some of the words, or all, in another script."""
    share = rng.choice((0.2, 0.5, 1.0))
    target = rng.choice((_CYRILLIC, _GREEK, _ARABIC, _HAN))
    words = text.split()
    chosen = rng.sample(range(len(words)), max(1, round(share * len(words))))
    for number in chosen:
        words[number] = "".join(_letter(c, target, rng) for c in words[number])
    return " ".join(words)


def _letter(character: str, target: str, rng: random.Random) -> str:
    if not character.isalpha():
        return character
    place = _LATIN.find(character.lower())
    return target[place] if 0 <= place < len(target) else rng.choice(target)


def _garbled(text: str, rng: random.Random) -> str:
    """Replace bytes, read UTF-8 as Windows-1252, put control characters in, or spell bytes out."""
    beyond = [c for c in text if not c.isascii()]
    kind = rng.choice(("replaced", "misread", "control", "spelled", "private"))
    if kind == "misread" and len(beyond) >= 2:
        return text.encode().decode("cp1252", "replace")
    share = rng.uniform(0.03, 0.3)
    chosen = set(rng.sample(range(len(text)), max(1, round(share * len(text)))))
    instead: Mapping[str, Callable[[str], str]] = {
        "replaced": lambda c: "\ufffd", "misread": lambda c: "\ufffd\ufffd",
        "control": lambda c: chr(rng.choice((1, 2, 7, 14, 27, 127, 129, 157))),
        "spelled": lambda c: "".join(f"<0x{byte:02X}>" for byte in c.encode()),
        "private": lambda c: chr(rng.randrange(0xE000, 0xF8FF)),
    }
    return "".join(instead[kind](c) if n in chosen else c for n, c in enumerate(text))


BROKEN: Mapping[str, Callable[[str, random.Random], str]] = {
    LOOPS: _looped, HALVES: _halved, SCRIPT: _in_script, BYTES: _garbled,
}
"""Damage to good translations; they have no score."""


def broken(lang: str, damage: Callable[[str, random.Random], str]) -> list[Judged]:
    """Return translations by people that were damaged."""
    rng = random.Random(_SEED)
    own = [line for line in lines(lang) if len(line.other.split()) > 1]
    return [Judged(line.english, damage(line.other, rng)) for line in rng.sample(own, EACH)]
