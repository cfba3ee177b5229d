"""Projection of labelled spans onto translations, by any method."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.library.arguments import PLACE, checked
from crosslabel.library.lines import chunks, line_writer
from crosslabel.library.names import DeviceName
from crosslabel.library.pairs import Fault, PairRow, Projected, checked_pairs
from crosslabel.library.places import local_place, local_place_or_none
from crosslabel.pipeline.methods.method_models import models_by_one_name
from crosslabel.pipeline.methods.projectors import ProjectorOptions, projector
from crosslabel.pipeline.recipe.methods import CASCADE, METHODS, check_method
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import read_pairs
from crosslabel.projection.spans.rules import SpanRules

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.pipeline.aligner.bitext import Bitext
    from crosslabel.projection.interface import Projector as Method
    from crosslabel.projection.interface import TextPair

Rows = Sequence[PairRow | RowError]


class Projector:
    """A method of projection with its models.

    >>> projector = cl.Projector.from_pretrained("cascade", precision=0.95)
    >>> pairs = [cl.pair("Anna left.", "Anna ging.", [(0, 4, "PER")], source="en", target="de")]
    >>> projector.project(pairs)[0].spans

    The methods ``cascade`` and ``statistical`` first learn from all pairs of a call, so give them
    many at once.

    Attributes:
        method: its name.
    """

    def __init__(self, method: str, options: ProjectorOptions, bitext: Path | None = None) -> None:
        self.method = method
        self._options = options
        self._bitext = bitext
        self._loaded: Method | None = None

    @classmethod
    @checked()
    def from_pretrained(
        cls,
        method: str = CASCADE,
        *,
        model: Place | None = None,
        layer: int | None = None,
        device: DeviceName = "auto",
        precision: float | None = None,
        bitext: Place | None = None,
        gap: int | None = None,
        rules: Mapping[str, Any] | None = None,
        links: Place | None = None,
        links_key: str | None = None,
    ) -> Projector:
        """Choose a method and find its models.

        Args:
            method: ``cascade``, ``statistical``, ``softmax``, ``inter``, ``itermax``,
                ``translation``, ``candidates``, ``markers``, ``constrained``, ``simalign``,
                ``eflomal`` or ``links``; ``docs/projection.md`` says how each decides.
            model: encoder or translation model of the method: shipped name, folder or hub name.
            layer: hidden layer of the encoder; by default the model's setting.
            device: ``auto``, ``cpu`` or ``cuda``.
            precision: share of the projected spans that must be right, 0 to 1; ``cascade`` abstains
                from the less certain ones.
            bitext: more translated sentences to learn from: a file of source, tab, target.
            gap: unaligned words that may be bridged within a span; methods by links alone.
            rules: how links become spans, such as ``{"fill": 0}``; methods by links alone.
            links: file of word links for the method ``links``, a line for each pair.
            links_key: name of the links within a file of JSON lines.

        Raises:
            InputError: there is no such method or model, or an option that the method does not use.
        """
        check_method(method)
        needs = METHODS[method]
        if links_key is not None and method != "links":
            raise InputError("a name of links is for a file of links; give the file too")
        if links is not None and method != "links":
            raise InputError("a file of links is for the method links; leave it or the method out")
        if bitext is not None and not needs.learns:
            raise InputError(f"bitext is for methods that learn from it, such as {CASCADE}")
        if precision is not None and not needs.calibrated:
            raise InputError(f"precision is for the method {CASCADE} only; leave it out")
        options = ProjectorOptions(
            models_by_one_name(method, None if model is None else str(model)), layer, device,
            links=local_place_or_none(links, "a file of links"),
            links_key=links_key, gap=gap, rules=SpanRules.of(dict(rules or {})),
            precision=precision,
        )
        return cls(method, options, local_place_or_none(bitext, "a bitext"))

    def project(self, pairs: Sequence[PairRow]) -> list[Projected]:
        """Project the spans of every pair onto its target text.

        Args:
            pairs: made by :func:`pair`.

        Returns:
            A result for each pair, in order; its ``spans`` have places, probabilities and reasons.

        Raises:
            InputError: a model or file that the method needs cannot be used.
        """
        return [result for result in self._results(checked_pairs(pairs), warnings.warn)
                if isinstance(result, Projected)]

    @checked(pairs=PLACE)
    def project_file(
        self, pairs: Place, output: Place, *, tell: Callable[[str], Any] = warnings.warn
    ) -> list[str]:
        """Project the spans of every row of a pair file; write a line of JSON for each row.

        Each span comes back with start and end (null without a target), status, reason and score,
        in the unit of the row: tokens if the target has tokens, else characters. A row that cannot
        be used is written as ``{"id", "row", "error"}``.

        Args:
            pairs: JSON lines, ``.gz`` too.
            output: a local file.
            tell: shows warnings.

        Returns:
            A message for each row that cannot be used.

        Raises:
            InputError: a file or a model cannot be used.
        """
        rows = list(read_pairs(local_place(pairs, "a pair file")))
        with line_writer(local_place(output, "the output file")) as write:
            for result in self._results(rows, tell):
                write(json.dumps(result.as_row(), ensure_ascii=False))
        return [str(row) for row in rows if isinstance(row, RowError)]

    def _results(self, rows: Rows, tell: Callable[[str], Any]) -> Iterator[Projected | Fault]:
        usable = [row.pair for row in rows if isinstance(row, PairRow)]
        options = replace(self._options, row_ids=ids_of(rows))
        if options.models.warning:
            tell(options.models.warning)
        with trained_for([self.method], options, usable, self._bitext, tell) as ready:
            method = self._method(ready)
            at_once = not METHODS[self.method].by_shard
            for chunk in [rows] if at_once else chunks(rows):
                pairs = [row.pair for row in chunk if isinstance(row, PairRow)]
                projected = iter(method.project(pairs))
                for row in chunk:
                    yield (Projected(row, tuple(next(projected))) if isinstance(row, PairRow)
                           else Fault(row))
        self._tell_dropped(method, tell)

    def _method(self, ready: ProjectorOptions) -> Method:
        """Return the method, loaded once unless it depends on the rows."""
        if METHODS[self.method].learns or self.method == "links":
            return projector(self.method, ready)
        if self._loaded is None:
            self._loaded = projector(self.method, ready)
        return self._loaded

    def _tell_dropped(self, method: Method, tell: Callable[[str], Any]) -> None:
        """Count unusable links of a file by reason."""
        from crosslabel.projection.links.given import GivenLinks

        source = getattr(method, "link_source", None)
        if isinstance(source, GivenLinks):
            for reason, count in sorted(source.dropped.items()):
                tell(f"{self._options.links}: {count} links dropped: {reason}")

    def __repr__(self) -> str:
        return f"Projector({self.method!r})"


def ids_of(rows: Rows) -> tuple[str | None, ...]:
    """Return the id of each row, ``None`` for one that cannot be used."""
    return tuple(row.pair.id if isinstance(row, PairRow) else None for row in rows)


@contextmanager
def trained_for(
    methods: Sequence[str],
    options: ProjectorOptions,
    pairs: Sequence[TextPair],
    bitext: Path | None,
    tell: Callable[[str], Any],
) -> Iterator[ProjectorOptions]:
    """Yield the options, with an aligner trained on the pairs if one of the methods needs it.

    The aligner is removed after the block.

    Args:
        bitext: TSV file in the languages of the pairs, as additional training data.
        tell: shows faults in lines of the bitext.

    Raises:
        InputError: the bitext cannot be used.
    """
    if not pairs or not any(METHODS[method].learns for method in methods):
        yield options
        return
    from crosslabel.pipeline.aligner.training import temporary_aligner

    corpus = [(pair.source, pair.target) for pair in pairs]
    with temporary_aligner(corpus, _in_languages_of(pairs, bitext)) as (path, trained):
        if trained.warning:
            tell(trained.warning)
        yield replace(options, statistical=path)


def _in_languages_of(pairs: Sequence[TextPair], path: Path | None) -> Bitext | None:
    """Return the bitext with its languages, or ``None`` without a file or without pairs."""
    from crosslabel.pipeline.aligner.bitext import Bitext

    languages = sorted({(pair.source.lang, pair.target.lang) for pair in pairs})
    if path is None or not languages:
        return None
    if len(languages) > 1:
        named = ", ".join(f"{source}-{target}" for source, target in languages)
        raise InputError(f"{path}: a bitext has one pair of languages, but the rows have {named}; "
                         "project one pair of languages at a time")
    bitext = Bitext(path, *languages[0])
    bitext.check()
    return bitext
