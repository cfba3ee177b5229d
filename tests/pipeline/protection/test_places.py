"""Marks at their places in a translation."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.protection.carry import carry
from crosslabel.pipeline.protection.find import Finder
from crosslabel.pipeline.protection.places import insertions, wanted
from crosslabel.pipeline.protection.rules import Rules
from crosslabel.projection.interface import Range

FINDER = Finder(Rules(("markup", "emoji")))
_TAG = re.compile(r"<(/?)(\w+)>")


def _words(text: str) -> list[Range]:
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


def _placed(text: str, translation: str, links: Mapping[str, str]) -> str:
    """Place the marks of a text; links say what its words became."""
    [parts] = FINDER.find([text])
    carried = carry(text, (0, len(text)), parts, (), "en")
    assert carried is not None
    asked = wanted(carried, _words(carried.text))
    found = {id: (at, at + len(links[words])) for id, (start, end) in asked.items()
             if (words := carried.text[start:end]) in links
             and (at := translation.find(links[words])) >= 0}
    made, done = [], 0
    for insertion in insertions(carried, translation, _words(carried.text), _words(translation),
                                found):
        made += [translation[done:insertion.at], insertion.text]
        done = insertion.at
    return "".join([*made, translation[done:]])


@pytest.mark.parametrize(("text", "translation", "links", "expected"), [
    ("She lives in <b>Bremen</b>.", "In Bremen wohnt sie.", {"Bremen": "Bremen"},
     "In <b>Bremen</b> wohnt sie."),
    ("<i>The <b>old</b> town</i> is full.", "Voll ist die alte Stadt.",
     {"The old town": "die alte Stadt", "old": "alte"}, "Voll ist <i>die <b>alte</b> Stadt</i>."),
    ("She lives in Bremen 🎻 today.", "Heute wohnt sie in Bremen.", {"Bremen": "Bremen"},
     "Heute wohnt sie in Bremen 🎻."),
    ("Go home<br/>now please.", "Geh jetzt bitte heim.", {"home": "heim"},
     "Geh jetzt bitte heim<br/>."),
    ("Hello, 🎻 world.", "Hallo, Welt.", {"Hello": "Hallo", "world": "Welt"}, "Hallo, 🎻 Welt."),
])
def test_marks_follow_their_words(
    text: str, translation: str, links: Mapping[str, str], expected: str
) -> None:
    assert _placed(text, translation, links) == expected


def test_two_pairs_that_would_cross_are_cut() -> None:
    made = _placed("<b>one two</b> <i>three</i>", "drei eins zwei",
                   {"one two": "drei eins", "three": "eins"})
    assert made in ("<b>drei eins</b><i></i> zwei", "<b>drei </b><i>eins</i> zwei")


@st.composite
def _tagged(draw: st.DrawFn, depth: int = 3) -> str:
    def node(level: int) -> str:
        words = draw(st.lists(st.sampled_from(["one", "two", "three 🎻", "x"]), max_size=3))
        if level == 0 or not draw(st.booleans()):
            return " ".join(words)
        name = draw(st.sampled_from(["b", "i", "a"]))
        return f"{' '.join(words)} <{name}>{node(level - 1)}</{name}> {node(level - 1)}"

    return f"go {node(depth)} on".strip()


@given(_tagged(), st.lists(st.sampled_from(["eins", "zwei", "drei"]), min_size=1, max_size=6),
       st.data())
def test_structure_is_kept_wherever_words_went(
    text: str, translated: list[str], data: st.DataObject
) -> None:
    translation = " ".join(translated)
    [parts] = FINDER.find([text])
    carried = carry(text, (0, len(text)), parts, (), "en")
    assert carried is not None
    places = {}
    for id in wanted(carried, _words(carried.text)):
        start = data.draw(st.integers(0, len(translation)))
        if data.draw(st.booleans()):
            places[id] = start, data.draw(st.integers(start, len(translation)))
    made = insertions(carried, translation, _words(carried.text), _words(translation), places)
    assert sorted(one.mark for one in made) == list(range(len(carried.marks)))
    assert [one.at for one in made] == sorted(one.at for one in made)
    assert _tree("".join(one.text for one in made)) == _tree(text)


def _tree(text: str) -> object:
    root: list[object] = []
    stack = [root]
    for match in _TAG.finditer(text):
        if match.group(1):
            stack.pop()
        else:
            stack[-1].append([match.group(2)])
            stack.append(stack[-1][-1])  # type: ignore[arg-type]
    assert stack == [root]
    return _ordered(root)


def _ordered(node: object) -> object:
    return sorted(map(_ordered, node), key=repr) if isinstance(node, list) else node
