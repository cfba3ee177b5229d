"""Sources of ranked targets by name: what a translation model knows of spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.link_sources import DEFAULT_TRANSLATION, LinkOptions
from projection.interface import TargetSource

if TYPE_CHECKING:
    from pipeline.recipe import Engine, Translation


@dataclass(frozen=True, slots=True)
class TargetOptions(LinkOptions):
    """What target sources need to know as well.

    Attributes:
        translation: the translation model: shipped name, folder or hub name; ``None`` is the
            shipped one.
        translation_revision: hub revision of it.
        engine: how CTranslate2 runs it, so that a model which already runs so is not loaded twice;
            by default ``device`` decides.
    """

    translation: str | None = None
    translation_revision: str | None = None
    engine: Engine | None = None

    @property
    def translation_model(self) -> str:
        """Name of the translation model."""
        return self.translation or DEFAULT_TRANSLATION


def target_source(name: str, options: TargetOptions) -> TargetSource:
    """The source of that name, its model loaded once per process.

    Raises:
        InputError: the model is missing, or cannot do what the source asks of it.
    """
    return TARGET_SOURCES[name](options)


def _constrained(options: TargetOptions) -> TargetSource:
    return _constrained_by(
        options.translation_model, options.translation_revision, options.device
    )


@lru_cache(maxsize=2)
def _constrained_by(model: str, revision: str | None, device: str) -> TargetSource:
    from pipeline.marker_model import MarkerModel
    from projection.constrained.source import ConstrainedDecoding

    return ConstrainedDecoding(MarkerModel.load(model, revision=revision, device=device))


def _markers(options: TargetOptions) -> TargetSource:
    from pipeline.marked_translator import MarkedTranslator
    from projection.targets.marked_translation import MarkedTranslation

    return MarkedTranslation(MarkedTranslator.load(_greedy(options), _engine(options)))


def _candidates(options: TargetOptions) -> TargetSource:
    from pipeline.phrase_scorer import PhraseScorer
    from pipeline.translate import load_translator
    from projection.targets.candidate_scoring import CandidateScoring

    return CandidateScoring(PhraseScorer(load_translator(_greedy(options), _engine(options))))


def _greedy(options: TargetOptions) -> Translation:
    from pipeline.recipe import Translation

    return Translation(
        model=options.translation_model, revision=options.translation_revision, beam=1
    )


def _engine(options: TargetOptions) -> Engine:
    from pipeline.recipe import Engine

    return options.engine or Engine.model_validate({"device": options.device})


TARGET_SOURCES: Mapping[str, Callable[[TargetOptions], TargetSource]] = MappingProxyType({
    "constrained": _constrained,
    "markers": _markers,
    "candidates": _candidates,
})
