"""The statistical aligner ``eflomal`` (extra ``eflomal``, GPL) as a link source.

eflomal (Östling and Tiedemann 2016) learns from the text it aligns; extra bitext makes it better.
It draws samples without a fixed seed: two runs differ in a few links.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.links.given import Link, read_pharaoh
from crosslabel.projection.links.symmetrisation import SYMMETRISATIONS, Symmetrisation, symmetrised

Sentences = tuple[Sequence[str], Sequence[str]]
Directions = tuple[set[Link], set[Link]]
LONGEST = 1023
"""Words per side; eflomal gives no links for a longer pair."""
TOO_LONG = f"more than {LONGEST} words, too long for eflomal"


class EflomalPackage:
    """Link source that runs ``eflomal`` on all pairs of a call together, lower-cased.

    The score of a link is 1 if both directions have it, else 0.5.

    Args:
        bitext: more pairs of word lists to learn from, source side first.
        symmetrisation: the rule that joins the two directions.

    Raises:
        InputError: the package is missing, or there is no such symmetrisation.
    """

    name = "eflomal"

    def __init__(
        self, bitext: Sequence[Sentences] = (), symmetrisation: Symmetrisation = "grow"
    ) -> None:
        if symmetrisation not in SYMMETRISATIONS:
            raise InputError(f"symmetrisation {symmetrisation!r} is not known; give "
                             f"{' or '.join(SYMMETRISATIONS)}")
        _require()
        self._bitext = [pair for pair in bitext if _usable(pair)]
        self._symmetrisation = symmetrisation

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        given = [(pair.source.surface(), pair.target.surface()) for pair in pairs]
        usable = [pair for pair in given if _usable(pair)]
        aligned = iter(_run([*self._bitext, *usable])[len(self._bitext):] if usable else ())
        return [
            joined(*next(aligned), self._symmetrisation) if _usable(pair) else _none(pair)
            for pair in given
        ]


def sentence_lines(sentences: Iterable[Sequence[str]]) -> str:
    """Return one line per sentence, lower-cased words between spaces, as eflomal reads them."""
    return "".join(" ".join(map(_one_token, words)) + "\n" for words in sentences)


def read_directions(forward: Path, backward: Path, count: int) -> Iterator[Directions]:
    """Yield the links of the first ``count`` pairs from eflomal's two files, one line per pair.

    Raises:
        InputError: a file has too few lines, or contains something that is not a link.
    """
    both = [list(read_pharaoh(path))[:count] for path in (forward, backward)]
    for path, lines in zip((forward, backward), both, strict=True):
        if len(lines) < count:
            raise InputError(f"{path}: {len(lines)} lines of links for {count} pairs; "
                             "eflomal has failed; run it again")
    for ahead, back in zip(*both, strict=True):
        yield set(ahead), set(back)


def joined(forward: set[Link], backward: set[Link], how: Symmetrisation) -> Links:
    """Return the links of both directions; links that both have score 1, the others 0.5."""
    links = sorted(symmetrised(forward, backward, how))
    scores = [1.0 if link in forward and link in backward else 0.5 for link in links]
    return Links(np.array(links, np.int32).reshape(-1, 2), np.array(scores, np.float32))


def _require() -> None:
    try:
        import eflomal  # noqa: F401
    except ImportError as error:
        raise InputError("the source 'eflomal' needs the package eflomal (GPL); install it with "
                         "pip install 'crosslabel[eflomal]'") from error


def _run(pairs: Sequence[Sentences]) -> list[Directions]:
    from eflomal import Aligner

    texts = [io.StringIO(sentence_lines(pair[side] for pair in pairs)) for side in (0, 1)]
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "forward", Path(folder) / "backward"
        Aligner().align(*texts, *map(str, files))
        return list(read_directions(*files, len(pairs)))


def _one_token(word: str) -> str:
    return "_".join(word.lower().split()) or "_"


def _usable(pair: Sentences) -> bool:
    return all(0 < len(words) <= LONGEST for words in pair)


def _none(pair: Sentences) -> Links:
    reason = TOO_LONG if all(pair) else None
    return Links(np.empty((0, 2), np.int32), np.empty(0, np.float32), reason)
