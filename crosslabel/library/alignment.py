"""Word links of pairs, from any source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.library.arguments import PLACE, checked
from crosslabel.library.lines import chunks, line_writer
from crosslabel.library.names import DeviceName
from crosslabel.library.pairs import PairRow, checked_pairs
from crosslabel.library.places import local_place, local_place_or_none
from crosslabel.library.projector import ids_of
from crosslabel.pipeline.methods.link_sources import LinkOptions, check_source, link_source
from crosslabel.pipeline.methods.method_models import models_by_one_name
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import read_pairs
from crosslabel.projection.files.predictions import error_row
from crosslabel.projection.interface import Links

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.projection.interface import LinkSource

Rows = Sequence[PairRow | RowError]


@checked()
def align(
    pairs: Sequence[PairRow],
    method: str = "itermax",
    *,
    model: Place | None = None,
    layer: int | None = None,
    device: DeviceName = "auto",
) -> list[Links]:
    """Align the words of pairs.

    >>> cl.align([cl.pair("Anna left.", "Anna ging.", source="en", target="de")])[0].pairs

    Args:
        pairs: made by :func:`pair`; their words are the given ones, or those of spaCy.
        method: ``inter``, ``itermax`` or ``softmax`` (by an encoder), ``translation`` (by the
            encoder of a translation model), ``statistical`` or ``eflomal`` (learn from the pairs),
            or ``simalign``.
        model, layer, device: as for :meth:`Projector.from_pretrained`.

    Returns:
        For each pair its links: ``pairs`` is an array of (source word, target word) counted from 0,
        ``scores`` an array of their scores.

    Raises:
        InputError: there is no such method, or a model cannot be used.
    """
    rows = checked_pairs(pairs)
    aligner = _aligner(method, rows, model, layer, device)
    return [links for _, links in _aligned(rows, aligner, method) if links is not None]


@checked(pairs=PLACE)
def align_file(
    pairs: Place,
    output: Place,
    *,
    method: str = "itermax",
    model: Place | None = None,
    layer: int | None = None,
    device: DeviceName = "auto",
    links: Place | None = None,
    links_key: str | None = None,
    scores: bool = False,
) -> list[str]:
    """Align the words of a pair file; write one line per row, ``i-j`` links counted from 0.

    Args:
        pairs: JSON lines, ``.gz`` too.
        output: a local file.
        method: as for :func:`align`, or ``links``.
        links, links_key: as for :meth:`Projector.from_pretrained`.
        scores: write lines of JSON, ``{"id", "links"}``, where a link is i, j and score.

    Returns:
        A message for each row that cannot be used; its line is empty, or ``{"id", "row", "error"}``
        with scores.

    Raises:
        InputError: a file or a model cannot be used, or there is no such method.
    """
    file = local_place(pairs, "a pair file")
    check_source(method)
    rows = list(read_pairs(file))
    given = local_place_or_none(links, "a file of links")
    aligner = _aligner(method, rows, model, layer, device, given, links_key)
    problems = [str(row) for row in rows if isinstance(row, RowError)]
    line = _scored if scores else _pharaoh
    with line_writer(local_place(output, "the output file")) as write:
        for row, row_links in _aligned(rows, aligner, method):
            write(line(row, row_links))
            if row_links is not None and row_links.reason:
                problems.append(str(RowError(file.name, row.row, row_links.reason)))
    return problems


def _aligner(
    method: str,
    rows: Rows,
    model: Place | None,
    layer: int | None,
    device: str,
    links: Path | None = None,
    links_key: str | None = None,
) -> LinkSource:
    check_source(method)
    models = models_by_one_name(method, None if model is None else str(model))
    return link_source(method, LinkOptions(models, layer, device, links=links, links_key=links_key,
                                           row_ids=ids_of(rows)))


def _aligned(
    rows: Rows, aligner: LinkSource, method: str
) -> Iterator[tuple[PairRow | RowError, Links | None]]:
    """Yield every row in order with its links, or with ``None`` if the row cannot be used."""
    at_once = METHODS[method].learns or not METHODS[method].by_shard
    for chunk in [rows] if at_once else chunks(rows):
        links = iter(aligner.align([row.pair for row in chunk if isinstance(row, PairRow)]))
        for row in chunk:
            yield row, next(links) if isinstance(row, PairRow) else None


def _pharaoh(row: PairRow | RowError, links: Links | None) -> str:
    from crosslabel.projection.links.given import format_pharaoh

    return "" if links is None else format_pharaoh(links)


def _scored(row: PairRow | RowError, links: Links | None) -> str:
    value = error_row(row) if isinstance(row, RowError) else {
        "id": row.pair.id, "links": _triples(links)
    }
    return json.dumps(value, ensure_ascii=False)


def _triples(links: Links | None) -> list[list[float]]:
    if links is None:
        return []
    scored = zip(links.pairs.tolist(), links.scores.tolist(), strict=True)
    return [[*pair, round(score, 6)] for pair, score in scored]
