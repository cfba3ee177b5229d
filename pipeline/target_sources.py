"""Sources of ranked targets by name: what a translation model knows of spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from pipeline.link_sources import DEFAULT_TRANSLATION, LinkOptions
from projection.interface import TargetSource


@dataclass(frozen=True, slots=True)
class TargetOptions(LinkOptions):
    """What target sources need to know as well.

    Attributes:
        translation: the translation model: shipped name, folder or hub name; ``None`` is the
            shipped one.
        translation_revision: hub revision of it.
    """

    translation: str | None = None
    translation_revision: str | None = None

    @property
    def translation_model(self) -> str:
        """Name of the translation model."""
        return self.translation or DEFAULT_TRANSLATION


def target_source(name: str, options: TargetOptions) -> TargetSource:
    """The source of that name, its model loaded once per process.

    Raises:
        InputError: the model is missing, or cannot do what the source asks of it.
    """
    return TARGET_SOURCES[name](
        options.translation_model, options.translation_revision, options.device
    )


@lru_cache(maxsize=2)
def _constrained(model: str, revision: str | None, device: str) -> TargetSource:
    from pipeline.marker_model import MarkerModel
    from projection.constrained.source import ConstrainedDecoding

    return ConstrainedDecoding(MarkerModel.load(model, revision=revision, device=device))


@lru_cache(maxsize=2)
def _markers(model: str, revision: str | None, device: str) -> TargetSource:
    from pipeline.marked_translator import MarkedTranslator
    from pipeline.recipe import Engine, Translation
    from projection.targets.marked_translation import MarkedTranslation

    decoding = Translation(model=model, revision=revision)
    return MarkedTranslation(MarkedTranslator.load(decoding, Engine(device=device)))


@lru_cache(maxsize=2)
def _candidates(model: str, revision: str | None, device: str) -> TargetSource:
    from pipeline.phrase_scorer import PhraseScorer
    from pipeline.recipe import Engine, Translation
    from pipeline.translate import load_translator
    from projection.targets.candidate_scoring import CandidateScoring

    decoding = Translation(model=model, revision=revision)
    return CandidateScoring(PhraseScorer(load_translator(decoding, Engine(device=device))))


TARGET_SOURCES: Mapping[str, Callable[[str, str | None, str], TargetSource]] = MappingProxyType({
    "constrained": _constrained,
    "markers": _markers,
    "candidates": _candidates,
})
