"""Sources of ranked targets by name, each asking a translation model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from crosslabel.pipeline.methods.link_sources import LinkOptions, chosen_translation_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.projection.interface import TargetSource


@dataclass(frozen=True, slots=True)
class TargetOptions(LinkOptions):
    """Options of link sources and of target sources.

    Attributes:
        engine: how CTranslate2 runs the translation model, so that a model which already runs so is
            not loaded twice; by default ``device`` decides.
    """

    engine: Engine | None = None


def target_source(name: str, options: TargetOptions) -> TargetSource:
    """Return the source of that name, its model loaded once per process.

    Raises:
        InputError: the model is missing, or cannot do what the source asks of it.
    """
    return TARGET_SOURCES[name](options)


def _constrained(options: TargetOptions) -> TargetSource:
    return _constrained_by(chosen_translation_model(options), options.device)


@lru_cache(maxsize=2)
def _constrained_by(model: Model, device: str) -> TargetSource:
    from crosslabel.pipeline.methods.marker_model import DecoderModel
    from crosslabel.projection.constrained.source import ConstrainedDecoding

    return ConstrainedDecoding(DecoderModel(model, device=device))


def _markers(options: TargetOptions) -> TargetSource:
    from crosslabel.pipeline.methods.marked_translator import MarkedTranslator
    from crosslabel.pipeline.translation.translator import load_translator
    from crosslabel.projection.targets.marked_translation import MarkedTranslation

    translator = load_translator(chosen_translation_model(options), _engine(options))
    return MarkedTranslation(MarkedTranslator(translator, TranslationSection(beam=1)))


def _candidates(options: TargetOptions) -> TargetSource:
    return candidate_scoring(chosen_translation_model(options), _engine(options))


def candidate_scoring(model: Model, engine: Engine) -> TargetSource:
    """Return the source that scores phrases by a translation model, loaded once per process."""
    from crosslabel.pipeline.methods.phrase_scorer import PhraseScorer
    from crosslabel.pipeline.translation.translator import load_translator
    from crosslabel.projection.targets.candidate_scoring import CandidateScoring

    return CandidateScoring(PhraseScorer(load_translator(model, engine)))


def _engine(options: TargetOptions) -> Engine:
    return options.engine or Engine.model_validate({"device": options.device})


TARGET_SOURCES: Mapping[str, Callable[[TargetOptions], TargetSource]] = MappingProxyType({
    "constrained": _constrained,
    "markers": _markers,
    "candidates": _candidates,
})
