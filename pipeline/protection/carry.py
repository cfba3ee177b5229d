"""A sentence with protected parts as the model gets it.

A part that stands where a word stands gives its place to a carrier, see :mod:`.carriers`;
neighbours share one. Marks are taken out, together with a space that would be left over, and are
put back at the place of the words beside them, see :mod:`.places`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crosslabel.pipeline.protection.blanks import ends_sentence
from crosslabel.pipeline.protection.capitals import is_capitals, sentence_case
from crosslabel.pipeline.protection.carriers import carriers_for
from crosslabel.pipeline.protection.edits import Edit, Edits
from crosslabel.pipeline.protection.parts import Part
from crosslabel.projection.interface import Range

Role = Literal["single", "opens", "closes"]

_CLOSING = re.compile(r"[\s.,;:!?)\]}»”…。、，！？]")
_OPENING = re.compile(r"[\s(\[{«“¿¡]")
_PUNCTUATION = re.compile(r"[-.,;:!?()\[\]{}«»“”„‚‘’\"'…–—/。、，！？：；（）]")
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Name:
    """Protected parts that one carrier stands for.

    Attributes:
        range: of the parts and what is between them, in the text.
        glued: whether a letter or digit stands beside it without a space, left and right; the model
            gets a space there.
    """

    carrier: str
    text: str
    range: Range
    glued: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was taken out.

    Attributes:
        before, after: space that was taken out with it, and comes back with it.
        at: the number of characters before it in what the model gets.
        range: of its characters in the text.
        divides: whether it alone stands between two words, where the model gets a space.
    """

    text: str
    before: str
    after: str
    at: int
    role: Role
    pair: int | None
    range: Range
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """A sentence, or a piece of one, as the model gets it.

    Attributes:
        text: what the model gets; empty if nothing in it is left to translate.
        range: in the text of the field.
        edits: what was changed in that text.
        capitals: whether the text is in capitals, and what the model gets is not.
    """

    text: str
    range: Range
    edits: tuple[Edit, ...]
    names: tuple[Name, ...] = ()
    marks: tuple[Mark, ...] = ()
    capitals: bool = False


def carry(
    text: str, range_: Range, parts: Sequence[Part], spans: Sequence[Range], lang: str,
    *, capitals: bool = False,
) -> Carried | None:
    """Return a sentence as the model gets it, or ``None`` if there are too few carriers.

    Args:
        text: the whole text of the field.
        range_: the sentence.
        parts: of the text; those inside the sentence are taken.
        spans: ranges of the text with names, which keep their capital in sentence case.
        lang: of the text.
        capitals: whether capitals are changed at all.
    """
    inside = [part for part in parts if range_[0] <= part.start and part.end <= range_[1]]
    groups = _groups(text, [part for part in inside if part.shape != "mark"])
    carriers = carriers_for(text[slice(*range_)], len(groups))
    if carriers is None:
        return None
    names = [Name(carrier, text[slice(*group)], group, _glued(text, range_, group))
             for carrier, group in zip(carriers, groups, strict=True)]
    edits = [_name_edit(name) for name in names]
    taken = list(_marks(text, range_, [part for part in inside if part.shape == "mark"]))
    edits = sorted([*edits, *(edit for edit, _ in taken)], key=lambda edit: (edit.start, edit.end))
    done = Edits(edits)
    start, end = done.outer(range_)
    made = done.apply(text)[start:end]
    marks = [_placed(mark, edit, done, start) for edit, mark in taken]
    is_in_capitals = capitals and is_capitals(_without(made, carriers))
    if is_in_capitals:
        inner = [done.inner(span) for span in spans if range_[0] <= span[0] < range_[1]]
        kept = [done.inner(name.range) for name in names]
        made = _in_sentence_case(made, _moved(inner, -start), _moved(kept, -start), lang)
    has_words = bool(_WORD.search(_without(made, carriers)))
    return Carried(made if has_words else "", range_, tuple(edits), tuple(names), tuple(marks),
                   is_in_capitals)


def pieces(text: str, range_: Range, parts: Sequence[Part]) -> list[Range]:
    """Return what is left of a sentence between the parts that stand where words stand."""
    names = [part for part in parts if part.shape != "mark"
             and range_[0] <= part.start and part.end <= range_[1]]
    edges = [range_[0], *(edge for part in names for edge in (part.start, part.end)), range_[1]]
    cuts = list(zip(edges[::2], edges[1::2], strict=True))
    kept = {place for part in parts for place in range(part.start, part.end)}
    stripped = (_stripped(text, cut, kept, first=number == 0, last=number == len(cuts) - 1)
                for number, cut in enumerate(cuts))
    return [(start, end) for start, end in stripped if start < end]


def _stripped(
    text: str, range_: Range, kept: Collection[int], *, first: bool, last: bool
) -> Range:
    """Return a range without space at its ends, nor punctuation beside a protected part.

    Args:
        kept: places of characters that are parts themselves.
    """
    start, end = range_
    while start < end and start not in kept and (
            text[start].isspace() or (not first and _PUNCTUATION.match(text[start]))):
        start += 1
    while start < end and end - 1 not in kept and (
            text[end - 1].isspace() or (not last and _PUNCTUATION.match(text[end - 1]))):
        end -= 1
    return start, end


def _groups(text: str, names: Sequence[Part]) -> list[Range]:
    """Return the ranges of parts, neighbours with nothing but space between them joined."""
    groups: list[Range] = []
    for part in names:
        if groups and not text[groups[-1][1]:part.start].strip():
            groups[-1] = (groups[-1][0], part.end)
        else:
            groups.append((part.start, part.end))
    return groups


def _glued(text: str, range_: Range, name: Range) -> tuple[bool, bool]:
    start, end = name
    return (start > range_[0] and text[start - 1].isalnum(),
            end < range_[1] and text[end].isalnum())


def _name_edit(name: Name) -> Edit:
    """Return the edit that puts a carrier; it stands apart from letters and digits beside it."""
    left, right = (" " if glued else "" for glued in name.glued)
    return Edit(*name.range, f"{left}{name.carrier}{right}")


def _marks(text: str, range_: Range, marks: Sequence[Part]) -> Iterable[tuple[Edit, Mark]]:
    """Yield for each mark what takes it out, and the mark."""
    done, last = range_[0], ""  # the end of what is taken out, the last character that is kept
    opened: set[int] = set()
    for number, part in enumerate(marks):
        follows = part.start > done
        left = text[part.start - 1] if follows else last
        right = _after(text, range_[1], marks[number:])
        role = _role(text, part, opened)
        before = after = between = ""
        if role != "opens" and follows and left.isspace() and (
                not right or _CLOSING.match(right)):
            before = left
        elif role != "closes" and text[part.end:part.end + 1].isspace() and (
                part.end < range_[1]) and (not left or _OPENING.match(left)):
            after = text[part.end]
        elif _is_last(marks, number) and right.isalnum() and left and (
                not _OPENING.match(left)) and (ends_sentence(text, part) or (role == "single" and (
                    _separates(part, text) or not left.isalnum()))):
            between = " "
        start, end = part.start - len(before), part.end + len(after)
        last = between or (text[start - 1] if start > done else last)
        done = end
        yield (Edit(start, end, between),
               Mark(text[part.start:part.end], before, after, 0, role, part.pair,
                    (part.start, part.end), bool(between)))


def _role(text: str, part: Part, opened: set[int]) -> Role:
    if part.pair is None:
        return "single"
    closes = part.pair in opened or _closes(text, part)
    opened.add(part.pair)
    return "closes" if closes else "opens"


def _is_last(marks: Sequence[Part], number: int) -> bool:
    """Return whether no other mark touches the end of one."""
    return number + 1 == len(marks) or marks[number + 1].start > marks[number].end


def _after(text: str, end: int, marks: Sequence[Part]) -> str:
    """Return the first character after marks that touch, or nothing at the end of the sentence."""
    place = marks[0].end
    for mark in marks[1:]:
        if mark.start != place:
            break
        place = mark.end
    return text[place] if place < end else ""


def _separates(part: Part, text: str) -> bool:
    """Return whether the letters on both sides of a mark are of two words; those beside a soft
    hyphen are not."""
    return part.kind == "markup" or unicodedata.category(text[part.start]) == "So"


def _closes(text: str, part: Part) -> bool:
    """Return whether a tag whose partner is in another sentence is a closing one."""
    return text.startswith(("</", "]("), part.start)


def _placed(mark: Mark, edit: Edit, done: Edits, start: int) -> Mark:
    at = done.inner((edit.end, edit.end))[0] - start - len(edit.text)
    return replace(mark, at=at)


def _without(text: str, carriers: Iterable[str]) -> str:
    for carrier in carriers:
        text = text.replace(carrier, " ")
    return text


def _moved(ranges: Iterable[Range], by: int) -> list[Range]:
    return [(start + by, end + by) for start, end in ranges]


def _in_sentence_case(
    text: str, named: Sequence[Range], carriers: Sequence[Range], lang: str
) -> str:
    """Return a text in sentence case, with its carriers as they are."""
    made = sentence_case(text, [*named, *carriers], lang)
    for start, end in carriers:
        made = made[:start] + text[start:end] + made[end:]
    return made
