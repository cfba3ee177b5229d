"""Words to text and back, with the true range of every word."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.text.detokenize import align_tokens, detokenize
from crosslabel.projection.errors import InputError

LANGUAGES = st.sampled_from(["en", "de", "fr", "it", "es", "pt", "ar", "zh", "ja", "th", "sv"])
PIECES = st.sampled_from([*".,;:?!%\"'()[]«»„“”’-–/$€", "n't", "'s", "l'", "¿", "中", "ก", "Zoë"])
TOKENS = st.lists(st.text(min_size=1) | PIECES)
VISIBLE = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1) | PIECES)


@given(TOKENS, LANGUAGES)
def test_detokenize_keeps_every_word_verbatim_and_in_order(tokens: list[str], lang: str) -> None:
    text, ranges = detokenize(tokens, lang)
    assert [text[start:end] for start, end in ranges] == tokens
    bounds = [bound for both in ranges for bound in both]
    assert bounds == sorted(bounds)
    assert not "".join(text[a[1]:b[0]] for a, b in pairwise(ranges)).strip()


@pytest.mark.parametrize(
    ("lang", "words", "text"),
    [
        ("en", "He did n't pay $ 5 ( or 10 % ) .", "He didn't pay $5 (or 10%)."),
        ("en", 'The " best " of Jones \' cafés , he \'s', 'The "best" of Jones\' cafés, he\'s'),
        ("en", "It ’s “ fine ” – is n’t it ?", "It’s “fine” – isn’t it?"),
        ("en", "a well - known fact", "a well-known fact"),
        ("en", "a well-known fact - really", "a well-known fact - really"),
        ("en", 'so he said , " I can not', 'so he said, "I cannot'),
        ("de", "Er sagte : „ Ja “ , zu 5 % .", "Er sagte: „Ja“, zu 5 %."),
        ("de", "» Ja « , sagt er", "»Ja«, sagt er"),
        ("fr", "L' été , « c' est » beau ?", "L'été, « c'est » beau ?"),
        ("it", "dell' uomo e un po' di pane", "dell'uomo e un po' di pane"),
        ("es", "¿ Qué ? ¡ Sí !", "¿Qué? ¡Sí!"),
        ("pt", "disse -me", "disse-me"),
        ("zh", "他 在 iPhone 上 看 New York ！", "他在iPhone上看New York！"),
        ("ja", "東京 タワー です 。", "東京タワーです。"),
        ("th", "ฉัน รัก แมว", "ฉันรักแมว"),
        ("ar", "مرحبا ، كيف حالك ؟", "مرحبا، كيف حالك؟"),
        ("sv", "” Ja ” , sade hon", "”Ja”, sade hon"),
        ("en", "from 1990 – 1995 and / or later", "from 1990–1995 and/or later"),
    ],
)
def test_detokenize_writes_as_the_language_does(lang: str, words: str, text: str) -> None:
    assert detokenize(words.split(), lang)[0] == text


def test_detokenize_maps_treebank_escapes_only_when_told() -> None:
    tokens = ["-LRB-", "``", "x", "''", "-RRB-"]
    assert detokenize(tokens, "en", ptb_escapes=True)[0] == '("x")'
    assert "-LRB-" in detokenize(tokens, "en")[0]


def test_detokenize_names_the_empty_token() -> None:
    with pytest.raises(InputError, match="empty-token: token 1"):
        detokenize(["a", ""], "en")


@given(VISIBLE, LANGUAGES)
def test_align_tokens_finds_what_detokenize_wrote(tokens: list[str], lang: str) -> None:
    text, ranges = detokenize(tokens, lang)
    assert align_tokens(text, tokens) == ranges


@given(st.text(), TOKENS)
def test_align_tokens_gives_good_ranges_or_an_error(text: str, tokens: list[str]) -> None:
    try:
        ranges = align_tokens(text, tokens)
    except InputError as error:
        assert str(error).startswith("tokens-differ")
    else:
        assert len(ranges) == len(tokens)
        ends = [0, *(end for _, end in ranges)]
        assert all(end <= start < stop for end, (start, stop) in zip(ends, ranges, strict=False))


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("“Yes”\u00a0– said  he", ['"', "Yes", "''", "-", "said", "he"],
         ["“", "Yes", "”", "–", "said", "he"]),
        ("cafe\u0301 ok", ["café", "ok"], ["cafe\u0301", "ok"]),
        ("ａｂｃ…", ["abc", "..."], ["ａｂｃ", "…"]),
        ("so\u00adft", ["soft"], ["so\u00adft"]),
    ],
)
def test_align_tokens_tolerates_spelling(text: str, tokens: list[str], words: list[str]) -> None:
    assert [text[start:end] for start, end in align_tokens(text, tokens)] == words


@pytest.mark.parametrize(
    ("text", "tokens"), [("zum Haus", ["zu", "dem", "Haus"]), ("a b c", ["a", "b"]), ("½", ["1"])]
)
def test_align_tokens_refuses_another_text(text: str, tokens: list[str]) -> None:
    with pytest.raises(InputError, match="tokens-differ"):
        align_tokens(text, tokens)


@pytest.mark.data
@pytest.mark.parametrize(
    ("pair", "side", "least"),
    [("en-de", "source", 0.97), ("en-de", "target", 0.97), ("en-pt", "target", 0.93),
     ("en-zh", "target", 0.99)],
)
def test_detokenize_restores_published_text(
    crosslabel_data: Path, pair: str, side: str, least: float
) -> None:
    with gzip.open(crosslabel_data / f"projection/uner-pud.{pair}.jsonl.gz", "rt") as lines:
        rows = [json.loads(line)[side] for line in lines]
    same = sum(detokenize(row["tokens"], row["lang"])[0] == row["text"] for row in rows)
    assert same / len(rows) >= least
