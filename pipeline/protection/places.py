"""The places of marks in a translation.

Marks form a tree: a pair of tags holds what is between them. Words that a pair holds are projected
like a labelled span, and a single mark goes with the words beside it. What projection does not
find keeps its share of the sentence. Pairs are then cut until they are nested as in the text, so
that the structure of tags is always the same on both sides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crosslabel.pipeline.protection.carry import Carried, Mark
from crosslabel.projection.interface import Range


@dataclass(frozen=True, slots=True)
class Insertion:
    """A mark at its place in a translation.

    Attributes:
        at: characters of the translation before it.
        text: the mark with its space.
        mark: its number among the marks of the sentence.
        space: characters of space before it in ``text``.
    """

    at: int
    text: str
    mark: int
    space: int = 0


@dataclass(slots=True)
class _Node:
    """A pair of tags, one of the two if the other is in another sentence, or a single mark."""

    opens: int | None = None
    closes: int | None = None
    single: int | None = None
    children: list[_Node] = field(default_factory=list)
    start: int = 0
    end: int = 0


def wanted(carried: Carried, words: Sequence[Range]) -> dict[str, Range]:
    """Return by id the ranges of a sentence that have to be projected to place its marks.

    Args:
        words: ranges of its words, as the model gets it.
    """
    asked: dict[str, Range] = {}
    for node in _all(_tree(carried.marks)):
        if node.single is None:
            inner = _held(carried, node, words)
            if inner and inner != (0, len(words)):
                asked[_pair_id(node)] = words[inner[0]][0], words[inner[1] - 1][1]
        else:
            left, right = _neighbours(carried, carried.marks[node.single].at, words)
            asked |= {f"{node.single}{side}": words[number]
                      for side, number in (("<", left), (">", right)) if number is not None}
    return asked


def insertions(
    carried: Carried,
    translation: str,
    words: Sequence[Range],
    translated: Sequence[Range],
    projected: Mapping[str, Range],
) -> list[Insertion]:
    """Return all marks of a sentence at their places in its translation, in their order there.

    Args:
        words, translated: ranges of the words of the sentence and of its translation.
        projected: the ranges of the translation that :func:`wanted` ranges became.
    """
    sentence = _Sentence(carried, translation, words, translated, projected)
    roots = _tree(carried.marks)
    sentence.place(roots, (0, len(translation)))
    return list(sentence.emit(roots))


@dataclass(slots=True)
class _Sentence:
    carried: Carried
    translation: str
    words: Sequence[Range]
    translated: Sequence[Range]
    projected: Mapping[str, Range]

    def place(self, nodes: list[_Node], bounds: Range) -> None:
        """Give each node a range within bounds, none across another, and sort them by it."""
        for node in nodes:
            start, end = self._range(node, bounds)
            node.start = min(max(start, bounds[0]), bounds[1])
            node.end = min(max(end, node.start), bounds[1])
        nodes.sort(key=lambda node: (node.start, node.end))
        done = bounds[0]
        for node in nodes:
            node.start = max(node.start, done)
            node.end = done = max(node.end, node.start)
            self.place(node.children, (node.start, node.end))

    def emit(self, nodes: Sequence[_Node]) -> Iterator[Insertion]:
        for node in nodes:
            marks = self.carried.marks
            if node.single is not None:
                yield self._insertion(node.start, marks[node.single], node.single)
            if node.opens is not None:
                yield self._insertion(node.start, marks[node.opens], node.opens)
            yield from self.emit(node.children)
            if node.closes is not None:
                yield self._insertion(node.end, marks[node.closes], node.closes)

    def _insertion(self, at: int, mark: Mark, number: int) -> Insertion:
        """Return a mark with its space, on the side where there is none yet."""
        before, after = mark.before, mark.after
        if before and (at == 0 or self.translation[at - 1].isspace()):
            before, after = "", before
        elif after and at and not self.translation[at - 1].isspace():
            before, after = after, ""
        return Insertion(at, before + mark.text + after, number, len(before))

    def _range(self, node: _Node, bounds: Range) -> Range:
        if node.single is not None:
            at = self._of_single(node.single)
            return at, at
        inner = _held(self.carried, node, self.words)
        if inner is None:
            at = self._share(self.carried.marks[_first(node)].at, after=False)
            return at, at
        start, end = self._of_words(node, inner)
        return (bounds[0] if node.opens is None else start,
                bounds[1] if node.closes is None else end)

    def _of_words(self, node: _Node, inner: Range) -> Range:
        if inner == (0, len(self.words)):
            return 0, len(self.translation)
        found = self.projected.get(_pair_id(node))
        if found:
            return found
        return (self._share(self.words[inner[0]][0], after=False),
                self._share(self.words[inner[1] - 1][1], after=True))

    def _of_single(self, number: int) -> int:
        mark = self.carried.marks[number]
        left = self.projected.get(f"{number}<")
        right = self.projected.get(f"{number}>")
        follows = self._follows(mark)
        copied = left and self._in_copied(mark, left)
        if copied:
            return copied
        if left and (follows or not right):
            return self._past_punctuation(mark, left[1])
        if right:
            return right[0]
        return self._share(mark.at, after=follows)

    def _in_copied(self, mark: Mark, found: Range) -> int | None:
        """Return the place of a mark within a word that the translation has unchanged."""
        number, _ = _neighbours(self.carried, mark.at, self.words)
        start, end = self.words[number] if number is not None else (0, 0)
        same = self.translation[slice(*found)] == self.carried.text[start:end]
        return found[0] + mark.at - start if same and start < mark.at < end else None

    def _follows(self, mark: Mark) -> bool:
        """Return whether a mark belongs to the word before it."""
        glued = mark.at > 0 and not self.carried.text[mark.at - 1].isspace()
        return not mark.after and (bool(mark.before) or glued)

    def _past_punctuation(self, mark: Mark, at: int) -> int:
        """Return a place after the punctuation that stands before the mark on both sides."""
        before = [end for _, end in self.words if end <= mark.at
                  and self.carried.text[end - 1].isalnum()]
        between = self.carried.text[before[-1]:mark.at].strip() if before else ""
        rest = self.translation[at:]
        if between and rest.lstrip().startswith(between):
            return at + len(rest) - len(rest.lstrip()) + len(between)
        return at

    def _share(self, at: int, *, after: bool) -> int:
        """Return the end or the beginning of the word at the same share of the sentence."""
        if not self.translated or not self.words:
            return len(self.translation) if after else 0
        passed = bisect_left(self.words, (at, at))
        number = round(passed * len(self.translated) / len(self.words))
        if after:
            return self.translated[max(number, 1) - 1][1]
        return (self.translated[number][0] if number < len(self.translated)
                else self.translated[-1][1])


def _tree(marks: Sequence[Mark]) -> list[_Node]:
    """Return the marks of a sentence as a tree, in the order of the sentence."""
    there = [mark.pair for mark in marks]
    stack: list[tuple[int | None, list[_Node]]] = [(None, [])]
    for number, mark in enumerate(marks):
        if mark.role == "single":
            stack[-1][1].append(_Node(single=number))
        elif mark.role == "opens":
            node = _Node(opens=number)
            stack[-1][1].append(node)
            stack.append((mark.pair, node.children))
        elif there.count(mark.pair) > 1 and any(mark.pair == pair for pair, _ in stack):
            while stack[-1][0] != mark.pair:
                stack.pop()
            stack.pop()
            stack[-1][1][-1].closes = number
        else:  # opened in a sentence before; what precedes it is in it
            siblings = stack[-1][1]
            siblings[:] = [_Node(closes=number, children=list(siblings))]
    return stack[0][1]


def _all(nodes: Sequence[_Node]) -> Iterator[_Node]:
    for node in nodes:
        yield node
        yield from _all(node.children)


def _first(node: _Node) -> int:
    number = node.opens if node.opens is not None else node.closes
    assert number is not None
    return number


def _pair_id(node: _Node) -> str:
    return f"{_first(node)}p"


def _held(carried: Carried, node: _Node, words: Sequence[Range]) -> Range | None:
    """Return the numbers of the words between two tags, or ``None`` if there are none."""
    start = 0 if node.opens is None else carried.marks[node.opens].at
    end = len(carried.text) if node.closes is None else carried.marks[node.closes].at
    inside = [number for number, (left, right) in enumerate(words) if left < end and right > start]
    return (inside[0], inside[-1] + 1) if inside else None


def _neighbours(
    carried: Carried, at: int, words: Sequence[Range]
) -> tuple[int | None, int | None]:
    """Return the numbers of the nearest words in letters or digits before and after a place."""
    real = [number for number, (start, end) in enumerate(words)
            if any(map(str.isalnum, carried.text[start:end]))]
    before = [number for number in real if words[number][0] < at]
    after = [number for number in real if words[number][0] >= at]
    return (before[-1] if before else None), (after[0] if after else None)
