"""Tags, comments and declarations of HTML and XML.

``html.parser`` reads the tags. What only looks like one, as in ``a < b`` or ``x<y``, is covered
before, so that it stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from crosslabel.pipeline.protection.enclosed import enclosed
from crosslabel.pipeline.protection.masks import covered
from crosslabel.pipeline.protection.parts import Part

KIND = "markup"
_NAME = r"[A-Za-z_][\w.:-]{0,60}"
_ATTRIBUTE = r"\s++[A-Za-z_:@][\w.:-]*+(?:\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'=<>`]++))?+"
_TAG = re.compile(rf"<(?:(?P<name>{_NAME})(?P<attributes>(?:{_ATTRIBUTE})*+)\s*+(?P<single>/?)"
                  rf"|/(?P<closed>{_NAME})\s*+)>")
_DECLARATION = re.compile(r"<!(?:DOCTYPE|doctype|ELEMENT|ENTITY|ATTLIST)\b[^<>]*+>")
_ENCLOSED = ((re.compile(r"<!--"), re.compile(r"-->")),
             (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
             (re.compile(r"<\?(?=[a-z=])"), re.compile(r"\?>")))
_RAW = (re.compile(r"<(script|style|pre|textarea|svg|math)\b[^<>]*+>", re.IGNORECASE),
        re.compile(r"</(script|style|pre|textarea|svg|math)\s*>", re.IGNORECASE))
_CODE = (re.compile(r"<(code|kbd|samp|tt)\b[^<>]*+>", re.IGNORECASE),
         re.compile(r"</(code|kbd|samp|tt)\s*>", re.IGNORECASE))
_ELEMENTS = (
    "a abbr acronym address article aside audio b base bdi bdo big blockquote body br "
    "button canvas caption center cite code col colgroup data datalist dd del details dfn "
    "dialog div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 "
    "h6 head header hgroup hr html i iframe img input ins kbd label legend li link main "
    "map mark meta meter nav noscript object ol optgroup option output p param picture "
    "pre progress q rp rt ruby s samp script section select small source span strike "
    "strong style sub summary sup table tbody td template textarea tfoot th thead time "
    "title tr track tt u ul var video wbr")
_WITHOUT_CONTENTS = (
    "area base br col embed hr img input link meta param source track wbr")
_WITHOUT_VALUE = (
    "allowfullscreen async autofocus autoplay checked controls default defer disabled "
    "download hidden inert ismap itemscope loop multiple muted nomodule novalidate open "
    "playsinline readonly required reversed selected nowrap noshade compact notranslate")
_HTML = frozenset(_ELEMENTS.split())
_VOID = frozenset(_WITHOUT_CONTENTS.split())
_BOOLEAN = frozenset(_WITHOUT_VALUE.split())


@dataclass(slots=True)
class _Tag:
    start: int
    end: int
    name: str
    closing: bool
    single: bool
    kept: bool
    """Its contents are said not to be translated."""
    sure: bool
    """It is a tag even without a partner."""
    partner: int | None = None


def find_tags(text: str) -> Iterator[Part]:
    """Yield the tags of a text with their pairs, its comments, scripts and code."""
    if "<" not in text:
        return
    whole = list(_whole(text))
    yield from whole
    tags = _tags(covered(text, whole))
    _pair(tags)
    done = 0
    for tag in tags:
        if tag.start < done or (tag.partner is None and not tag.sure):
            continue
        if tag.kept and tag.partner is not None and not tag.closing:
            done = tags[tag.partner].end
            yield Part(tag.start, done, KIND, "name")
        else:
            yield Part(tag.start, tag.end, KIND, "mark", _pair_of(tag, tags))


def _pair_of(tag: _Tag, tags: Sequence[_Tag]) -> int | None:
    """Return the number of the pair of a tag: the place of its opening tag."""
    if tag.partner is None:
        return None
    return tags[tag.partner].start if tag.closing else tag.start


def _whole(text: str) -> Iterator[Part]:
    """Yield what is one part from its first to its last tag."""
    found: list[Part] = []
    for opening, closing in (*_ENCLOSED, _RAW, _CODE):
        seen = covered(text, found)
        for start, end in enclosed(seen, opening, closing):
            name = opening is _CODE[0] and "\n" not in text[start:end]
            found.append(Part(start, end, KIND, "name" if name else "block"))
    for match in _DECLARATION.finditer(covered(text, found)):
        found.append(Part(match.start(), match.end(), KIND, "block"))
    yield from found


def _tags(text: str) -> list[_Tag]:
    """Return the tags of a text, those that may be none among them."""
    places = {match.start(): match for match in _TAG.finditer(text)}
    hidden = "".join(" " if character == "<" and place not in places else character
                     for place, character in enumerate(text))
    reader = _Reader(places)
    reader.feed(hidden)
    reader.close()
    return reader.tags


class _Reader(HTMLParser):
    """Notes the tags that it reads, with their places."""

    def __init__(self, places: dict[int, re.Match[str]]) -> None:
        super().__init__(convert_charrefs=False)
        self.tags: list[_Tag] = []
        self._places = places
        self._starts = [0]

    def feed(self, data: str) -> None:
        """Read a text, whole."""
        self._starts += [match.end() for match in re.finditer("\n", data)]
        super().feed(data)

    def set_cdata_mode(self, *args: object, **options: object) -> None:
        """Read on behind a <script> that nothing closes as behind any other tag."""

    def _match(self) -> re.Match[str] | None:
        line, column = self.getpos()
        return self._places.get(self._starts[line - 1] + column)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note an opening tag."""
        match = self._match()
        if match is None or match["name"] is None:
            return
        known = tag in _HTML or tag in _VOID
        bare = [name for name, value in attrs if value is None]
        if not all(name in _BOOLEAN for name in bare):
            return
        values = dict(attrs)
        single = bool(match["single"]) or tag in _VOID
        glued = match.string[max(0, match.start() - 1):match.start()].isalnum()
        self.tags.append(_Tag(
            match.start(), match.end(), match["name"], closing=False, single=single,
            kept=values.get("translate") == "no"
            or "notranslate" in (values.get("class") or "").split(),
            sure=known or single or bool(attrs) or not glued))

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note a tag without contents."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Note a closing tag."""
        match = self._match()
        if match is not None and match["closed"] is not None:
            self.tags.append(_Tag(match.start(), match.end(), match["closed"], closing=True,
                                  single=False, kept=False, sure=True))


def _pair(tags: Sequence[_Tag]) -> None:
    """Give closing tags the nearest open tag of their name; what was opened between stays open."""
    opened: list[int] = []
    count: dict[str, int] = {}
    for number, tag in enumerate(tags):
        name = tag.name.lower()
        if not tag.closing:
            if not tag.single:
                opened.append(number)
                count[name] = count.get(name, 0) + 1
            continue
        if not count.get(name):
            continue
        while opened:
            other = opened.pop()
            count[tags[other].name.lower()] -= 1
            if tags[other].name.lower() == name:
                tag.partner, tags[other].partner = other, number
                break
