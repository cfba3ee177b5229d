"""All signals of ruin in a batch of translations, as numbers that thresholds are set on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crosslabel.pipeline.models.sayable import Sayable, load_sayable
from crosslabel.pipeline.quality.ruined.garbage import broken_characters
from crosslabel.pipeline.quality.ruined.halves import edge_lost, length
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.quality.ruined.loops import more_repeats
from crosslabel.pipeline.quality.ruined.scripts import foreign_letters
from crosslabel.pipeline.quality.ruined.seen_pairs import SeenPairs, load_seen_pairs

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ModelKnowledge:
    """What is known of the model that translated.

    Attributes:
        pairs: ``None`` if nobody counted its training text.
    """

    sayable: Sayable
    pairs: SeenPairs | None


def knowledge_of(folder: Path) -> ModelKnowledge:
    """Return what is known of the model in a folder."""
    return ModelKnowledge(load_sayable(folder), load_seen_pairs(folder))


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals of one segment; those of the model are empty for given translations.

    Attributes:
        broken: characters that are no text, as a share of the translation.
        repeats: times that the most repeated piece occurs in a row.
        foreign: share of letters in another script.
        length: logarithm, relative to the usual one.
        edge_lost: whether the mark at the end or the capital at the start is lost.
        unreadable: characters that the model could not read and that it did not repeat.
        unseen: pairs of pieces per word that training never saw; ``None`` if unknown.
        below_usual: how far the score is below those of nearly all translations of this length;
            ``None`` without scores.
    """

    broken: float
    repeats: float
    foreign: float
    length: float
    edge_lost: bool
    unreadable: tuple[str, ...] = field(default=())
    unseen: float | None = None
    below_usual: float | None = None


def signals(
    segments: Sequence[Judged],
    langs: tuple[str, str],
    usual: Mapping[str, float],
    model: ModelKnowledge | None = None,
) -> list[Signals]:
    """Return the signals of segments.

    Args:
        langs: of the texts and of the translations.
        usual: as for :func:`~crosslabel.pipeline.quality.ruined.halves.length`.
        model: that translated; ``None`` for given translations.
    """
    loops = more_repeats(segments)
    return [_signals(segment, float(times), langs, usual, model)
            for segment, times in zip(segments, loops, strict=True)]


def _signals(
    segment: Judged,
    times: float,
    langs: tuple[str, str],
    usual: Mapping[str, float],
    model: ModelKnowledge | None,
) -> Signals:
    human, machine = segment.human, segment.machine
    foreign, letters = foreign_letters(human, machine, langs[1])
    pairs = model.pairs if model else None
    return Signals(
        broken=broken_characters(human, machine) / max(1, len(machine)),
        repeats=times,
        foreign=foreign / max(1, letters),
        length=length(human, machine, usual, langs),
        edge_lost=edge_lost(human, machine),
        unreadable=_unreadable(human, machine, model.sayable) if model else (),
        unseen=pairs.unseen(_own_words(human, machine), langs[1]) if pairs else None,
        below_usual=_below_usual(segment, pairs) if pairs else None,
    )


def _unreadable(human: str, machine: str, sayable: Sayable) -> tuple[str, ...]:
    """Return the characters that the model could not read and that are not in the translation; what
    is there went round the model."""
    given = Counter(sayable.unsayable(human))
    return tuple((given - Counter(machine)).elements()) if given else ()


def _below_usual(segment: Judged, pairs: SeenPairs) -> float | None:
    lowest = pairs.lowest_usual_score(segment.machine)
    return None if lowest is None or segment.score is None else lowest - segment.score


def _own_words(human: str, machine: str) -> list[str]:
    """Return the words of a translation that were not copied."""
    copied = set(human.split())
    return [word for word in _SPACES.split(machine) if word and word not in copied]
