"""What is called ruined, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.sayable import load_sayable
from crosslabel.pipeline.quality.ruined.judge import judge
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.quality.ruined.seen_pairs import load_seen_pairs
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.storage.shipped import TRANSLATION_MODEL
from crosslabel.pipeline.translation.translator import load_translator

ENGLISH = "The committee that met in Bremen on Monday wants to hear the minister soon."
GERMAN = "Der Ausschuss, der am Montag in Bremen tagte, will den Minister bald hören."
TEXT = st.text(st.characters(codec=None, categories=None), max_size=80)


def verdict(machine: str, human: str = ENGLISH, lang: str = "de") -> str | None:
    [reason] = judge([Judged(human, machine)], ("en", lang))
    return reason


@pytest.fixture(scope="module")
def shipped() -> Path:
    return translation_model(TRANSLATION_MODEL).path


@pytest.mark.parametrize(("machine", "sign"), [
    ("Der Ausschuss, der am Montag in Bremen tagte tagte tagte tagte tagte.", "times in a row"),
    ("Der Ausschuss, der am Montag in Breeeeeeeeeeeeeeeeeeemen tagte, will ihn hören.",
     "times in a row"),
    ("Der Ausschuss, der am Montag", "a part is missing"),
    ("Der Ausschuss will.", "a part is missing"),
    ("tagte, will den Minister bald hören.", "a part is missing"),
    ("Дер Аусшусс, дер ам Монтаг in Bremen tagte, will den Minister hören.", "another script"),
    ("Der Ausschu\ufffd, der am Montag in Bremen tagte, will den Minister h\ufffdren.", "broken"),
    (GERMAN.replace("ö", "Ã¶"), "broken"),
    ("Der Aus<0xE2>chuss, der am Montag in Bremen tagte, will den Minister hören.", "broken"),
    ("Der Aus\x01schuss, der am Montag in \x02Bremen tagte, will den Minister hören.", "broken"),
])
def test_ruins_are_seen_and_named(machine: str, sign: str) -> None:
    assert sign in (verdict(machine) or "")


@pytest.mark.parametrize(("human", "machine", "lang"), [
    (ENGLISH, GERMAN, "de"),
    ("Ha ha ha ha ha ha ha!", "Ha ha ha ha ha ha ha!", "de"),
    ("She met Владимир in Bremen.", "Sie traf Владимир in Bremen.", "de"),
    ("It weighs 5 \u00b5g.", "Es wiegt 5 \u03bcg.", "de"),
    ("Yes.", "Ja.", "de"),
    ("PM", "Premierminister", "de"),
    ("The broken \ufffd character stays.", "Das kaputte Zeichen \ufffd bleibt.", "de"),
    ("About Paris", "À\u00a0propos de Paris", "fr"),
    ("He said: “École”", "Il a dit : «\u00a0École\u00a0»", "fr"),
    ("Tokyo is large.", "東京は大きいです。", "ja"),
    ("Anna lives in Belgrade.", "Ана живи у Београду.", "sr"),
    ("Good morning, world.", "qo'shiq aytaman, do'stim.", "xx"),
])
def test_good_translations_are_not(human: str, machine: str, lang: str) -> None:
    assert verdict(machine, human, lang) is None


def test_one_word_alone_says_little(shipped: Path) -> None:
    reasons = judge([Judged("Yes.", "Ja.", -0.86), Judged("Dogs bark.", "Dogsk!", -1.26)],
                    ("en", "de"), shipped)
    assert reasons == [None, None]


def test_what_the_model_cannot_read_ruins_what_it_writes(shipped: Path) -> None:
    texts = ["She lives in Hamburg 😀.", "She lives in Hamburg.", "My 東京 mom helps me a lot."]
    translator = load_translator(translation_model(TRANSLATION_MODEL), Engine(threads=1))
    made = translator.translate(texts, "en", "de", TranslationSection(model=TRANSLATION_MODEL))
    segments = [Judged(text, t.text or "", t.score) for text, t in zip(texts, made, strict=True)]
    odd, clean, word = judge(segments, ("en", "de"), shipped)
    assert odd is not None
    assert clean is None
    assert word is not None


def test_a_character_that_went_round_the_model_is_no_sign(shipped: Path) -> None:
    [reason] = judge([Judged("She lives in Hamburg 😀.", "Sie lebt in Hamburg 😀.", -0.3)],
                     ("en", "de"), shipped)
    assert reason is None


def test_characters_without_a_piece_cannot_be_said(shipped: Path) -> None:
    assert load_sayable(shipped).unsayable("Łódź e\u0301 → “x” 🎻") == ["→", "🎻"]


def test_pairs_of_pieces_are_known_for_the_shipped_model_alone(
    shipped: Path, tmp_path: Path
) -> None:
    pairs = load_seen_pairs(shipped)
    assert pairs is not None
    assert pairs.unseen(["Haus", "Bremen", "helfen"], "de") == 0
    assert (pairs.unseen(["Korikandiandes", "Kordichanestharicha"], "de") or 0) > 0.8
    assert pairs.unseen(["maison"], "fr") is None
    (tmp_path / "target.spm").write_bytes(b"other pieces")
    assert load_seen_pairs(tmp_path) is None


def test_half_a_character_is_judged_too(shipped: Path) -> None:
    segments = [Judged("a \ud800 b", "c \ud800\udfff d ef"), Judged("", "")]
    assert len(judge(segments, ("en", "de"), shipped)) == 2
    assert judge([], ("en", "de"), shipped) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(Judged, TEXT, TEXT, st.none() | st.floats(-9, 0)), max_size=4),
       st.sampled_from(["de", "zh", "sr-Latn", "und", "x-own"]), st.booleans())
def test_any_text_is_judged(segments: list[Judged], lang: str, by_model: bool) -> None:
    model = translation_model(TRANSLATION_MODEL).path if by_model else None
    together = judge(segments, ("en", lang), model)
    assert together == [judge([segment], ("en", lang), model)[0] for segment in segments]
    assert all(reason is None or reason.isprintable() for reason in together)
