"""What is found in real texts: ⟦name⟧, ⟨mark⟩, ⟪block⟫, pairs with their number in front."""

from __future__ import annotations

import re

import pytest

from crosslabel.pipeline.protection.find import Finder
from tests.pipeline.protection.finding import DEFAULT, found, marked, parts


@pytest.mark.parametrize("expected", [
    "0⟨<p>⟩Nora Lindt ⟨&amp;⟩ Paul Voss met in 1⟨<b>⟩Bremen1⟨</b>⟩.0⟨</p>⟩",
    "Hello ⟦{name}⟧, your order ⟦%s⟧ of ⟦{{count}}⟧ items left Bremen.",
    "Write to ⟦desk@example.org⟧ or see ⟦https://example.org/a?x=1&y=2⟧ about Bremen.",
    "Run ⟦`pip install demo`⟧ in Bremen, then set ⟦$E = mc^2$⟧.",
    "⟦@nora_l⟧ is in ⟦#Bremen⟧ today!",
    "THE TRAIN TO BREMEN LEFT AT NOON.",
    "He paid $1,234.56 and €7.50 for 12.5 % of 3,000 shares in Bremen.",
    "She lives in Bremen ⟨🎻⟩.",
    "The tram runs Bremen ⟨→⟩ Hamburg.",
    "A state⟨\xad⟩ment came from Bremen.",
    "She met ⟦Владимир⟧ in Bremen.",
    "The word ⟦東京⟧ means Tokyo.",
    "Rooms of 20 m⟨²⟩ at 21 °C cost more.",
    "⟨•⟩ Nora Lindt – first violin",
])
def test_texts_with_a_part_of_each_kind(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "See ⟦www.example.com⟧, ⟦example.org⟧ and (⟦http://a.org/x_(y)⟧).",
    "Ask ⟦LiverpoolFC.com⟧ or ⟦bbc.co.uk/news⟧; ⟦mailto:a@b.org⟧!",
    "⟦https://x.org/_a_b_c?q={id}&r=%s⟧ and ⟦<https://x.org>⟧",
    "Mail “⟦jo.x+y@sub.example.co.uk⟧” or ⟦<a@b.org>⟧.",
    "⟦ftp://files.example.org:21/pub⟧\nnext",
])
def test_addresses_without_what_follows_them(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "⟦{}⟧ ⟦{0}⟧ ⟦{name!r:>10}⟧ ⟦{a.b[0]}⟧ ⟦${x}⟧ ⟦%{y}⟧ ⟦{{{raw}}}⟧",
    "⟦%d⟧ of ⟦%1$s⟧, ⟦%(x)d⟧, ⟦%-10s⟧, ⟦%.2f⟧, ⟦%@⟧",
    "⟦<%= user.name %>⟧ has ⟦{% if x %}⟧many⟦{% endif %}⟧",
    "⟦{count, plural, one {# tree} other {# trees}}⟧ stand there.",
    "⟦{n, plural, one {<b>#</b> tree} other {# **trees**}}⟧ and ⟦{{ a <b> c }}⟧",
    "Copied ⟦%1⟧ of ⟦%2⟧ to ⟦%USERPROFILE%⟧ of ⟦%user.name%⟧",
])
def test_placeholders(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "Call ⟦`f(a, b)`⟧ or ⟦`` a`b ``⟧.",
    "⟪```python\nx = **y** # <b>\n```⟫\nThen go.",
    "⟪~~~\n$x_1$\n~~~⟫",
    "⟦$x$⟧, ⟦$a_1 < b$⟧ and ⟦\\(a+b\\)⟧ but ⟪$$\\sum_i x_i$$⟫ or ⟪\\[c = d\\]⟫",
    "⟪\\begin{align}a &= b\\\\ c &= d\\end{align}⟫ holds.",
])
def test_code_and_formulas(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "a⟨<br>⟩b⟨<br/>⟩c 0⟨<a title=\"{x} $a_1$ https://x.org\">⟩u0⟨</a>⟩",
    "0⟨<PER>⟩Nora0⟨</PER>⟩ 1⟨<ns:tag attr=\"x\">⟩y1⟨</ns:tag>⟩ ⟨<x id=\"1\"/>⟩",
    "⟨<unk>⟩ 0⟨<b>⟩⟨<i>⟩x0⟨</b>⟩⟨</i>⟩ ⟨</p>⟩",
    "⟪<!-- c <b> -->⟫⟪<!DOCTYPE html>⟫⟪<script>if (a<b) {}</script>⟫ x",
    "⟦<code>a<b></code>⟧ and ⟦<span translate=\"no\">Acme &amp; Co</span>⟧",
    "⟪<pre>\nx\n  y</pre>⟫",
    "⟦M&uuml;nchen⟧⟨&nbsp;⟩ist ⟨&#8222;⟩sch&ouml n",
    "0⟨*⟩a0⟨*⟩ 1⟨<b>⟩x1⟨</b>⟩ 2⟨*⟩c 3⟨<b>⟩y3⟨</b>⟩2⟨*⟩ *d 4⟨<b>⟩e* f4⟨</b>⟩",
    "0⟨<b>⟩1⟨_⟩x1⟨_⟩0⟨</b>⟩, 2⟨<p>⟩see ⟦https://x.org/a⟧2⟨</p>⟩",
])
def test_html_and_xml(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "He 0⟨**⟩met0⟨**⟩ 1⟨*⟩Nora1⟨*⟩ and 2⟨*⟩3⟨**⟩both3⟨**⟩2⟨*⟩, 4⟨~~⟩gone4⟨~~⟩.",
    "0⟨[⟩the 1⟨**⟩big1⟨**⟩ one0⟨](https://x.org/a_b \"title\")⟩ 2⟨![⟩alt2⟨](a.png)⟩",
    "0⟨[⟩1⟨![⟩alt1⟨](a.png)⟩0⟨](https://x.org)⟩ ⟨[^1]⟩ ⟦这是⟧2⟨**⟩⟦重要⟧2⟨**⟩⟦的⟧",
    "⟪#⟫ Title\r\n\r\n⟪-⟫ one 0⟨*⟩x0⟨*⟩\r\n⟪-⟫ two\r\n  ⟪1.⟫ three\r\n⟪- [x]⟫ done",
    "⟪>⟫ quote 0⟨**⟩b0⟨**⟩\n⟪>⟫ more",
    "⟪|⟫ a ⟪|⟫ b ⟪|⟫\n⟪|---|:-:|⟫\n⟪|⟫ c 0⟨*⟩d0⟨*⟩ ⟪|⟫ c ⟪|⟫",
    "Text\n⟪----⟫\n\nSee 0⟨[⟩this0⟨][ref]⟩.\n\n⟪***⟫\n\n⟪[ref]: http://x.org⟫",
    "⟪---\ntitle: x\n---⟫\n\nHello.",
    "a 0⟨*⟩b\nc0⟨*⟩ 1⟨[⟩d\ne1⟨](http://x.org\n'f')⟩",
    "0⟨__⟩very good0⟨__⟩ ⟨\\*⟩",
])
def test_markdown(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "发邮件给⟦jo@samaritans.org⟧，请看⟦https://x.org/a⟧请看。",
    "网站⟦example.org⟧的 给⟦@user⟧发 变量⟦foo_bar⟧是 电话⟦421-123-4567⟧。",
    "⟦https://zh.wikipedia.org/wiki/東京⟧ を見て",
])
def test_words_of_scripts_without_spaces_are_not_taken_along(expected: str) -> None:
    assert marked(_bare(expected), Finder(DEFAULT)) == expected


@pytest.mark.parametrize("expected", [
    "⟦snake_case_name⟧ ⟦getUserName⟧ ⟦parseInt()⟧ ⟦torch.nn.log_softmax⟧ ⟦__init__⟧ ⟦MAX_SIZE⟧",
    "⟦123e4567-e89b-12d3-a456-426614174000⟧ ⟦deadbeef12⟧ ⟦0xFF⟧ ⟦v1.2.3⟧ ⟦2.0.0-rc1⟧",
    "doi ⟦10.1000/xyz123⟧, ISBN ⟦978-3-16-148410-0⟧, ⟦AB-12345⟧, ⟦CVE-2021-44228⟧, ⟦192.168.0.1⟧",
    "⟦report.pdf⟧ ⟦/usr/bin/x⟧ ⟦C:\\dir\\x⟧ ⟦./x⟧ ⟦src/main.py⟧ (⟦notes.tar.gz⟧).",
    "⟦+49 421 123456⟧, ⟦(421) 123-4567⟧, ⟦421-123-4567⟧, ⟦0421 123456⟧, ⟦+1 (555) 123-4567⟧.",
    "⟦@user@host.example⟧ thanks ⟦@_a_⟧, ⟦#ClimateAction⟧'s ⟦#東京⟧",
])
def test_identifiers_files_phones_mentions(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("expected", [
    "⟨1️⃣⟩ ⟨👩‍👩‍👧⟩⟨🇩🇪⟩⟨🇫🇷⟩ ⟨👍🏽⟩ ⟨❤️⟩ ⟨©️⟩",
    "⟦Владимир Путин⟧, ⟦Анна-Мария⟧ and A⟦東⟧B ⟨½⟩ ⟦e̋t⟧",
])
def test_emoji_and_words_that_cannot_be_said(expected: str) -> None:
    assert marked(_bare(expected)) == expected


@pytest.mark.parametrize("text", [
    "5 * 3 * 2 and 2*3*4", "1. FC Köln won", "- said he", "# 1 in the list", "A_1 and B_2",
    "$5 million and $6 million", "US$ and A$, Ke$ha and A$AP, $AAPL/$MSFT, $5-$6",
    "He paid $1,234.56", "AT&T and R&D;", "I <3 you", "e.g. U.S.A. and Mr. X", "at 10:30, 24/7",
    "and/or he/she at 50 km/h", "over http alone",
    "1984-1990, 10-20, 3,000, 12.05.2021, 2021-05-12",
    "COVID-19, F-16, G8 and MH-370", "McDonald iPhone eBay YouTube PhD LaTeX iPhone6 WiFi ASP.NET",
    "5 < 6 and 7 > 3, x<y in prose, a<b and b>c, if a <b and c> d", "a vector<int> and <your name>",
    "f**k and s**t", "index[1](2)", "*.txt and *.md", "f(*args, **kwargs)", "C# and #1 @ 5",
    "She`s a star when she`s here", "``quoted'' and ``again''", "'tis `tis the time, `twas",
    "the end.The next", "now.so did.it", "100% sure, 5%discount, a 10%-ige Lösung",
    "She said:\nNo, she said.\n- Yes", "a\n- b\nc", "1. FC Köln\n1. FC Nürnberg", "a ^ b | c ~ d",
    "[sic] (see below)", "[a]_[b]_[c]", "^_^ and o_O -_- >_<", "so *-* cute", "¯\\_(o)_/¯",
    "{a, b, c} and {x y}", "", " \n\t", "<", "`",
    "Windows™ © 2020 by ACME® Inc.", "The 20°C – 25°C range… “so” he said",
])
def test_prose_has_no_parts(text: str) -> None:
    assert marked(text) == text


def test_the_kind_is_the_rule_that_found_it() -> None:
    text = "see `x` $y$ <b> {z} http://a.org a@b.org @c d.txt e_fg +49 421 123456 🎻"
    assert [kind for kind, _, _ in found(text)] == [
        "code", "math", "markup", "placeholders", "urls", "emails", "mentions", "files",
        "identifiers", "phones", "emoji"]


def test_long_parts_are_found_in_places_after_wide_characters() -> None:
    text = "𝔘 🎻 <b>Bremen</b>"
    assert [(part.start, part.end) for part in parts(text)] == [(0, 1), (2, 3), (4, 7), (13, 17)]


def _bare(expected: str) -> str:
    """Return the text without the brackets and numbers that say what is expected."""
    return re.sub(r"\d+⟨|[⟦⟧⟨⟩⟪⟫]", "", expected)
