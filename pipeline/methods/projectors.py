"""Projection methods by name, their models loaded.

``cascade`` weighs all evidence. Other methods project by one source: of word links, and the rules
of :mod:`crosslabel.projection.spans`, or of ranked targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crosslabel.pipeline.methods.link_sources import chosen_encoder, link_source
from crosslabel.pipeline.methods.method_models import method_models
from crosslabel.pipeline.methods.target_sources import (
    TARGET_SOURCES,
    TargetOptions,
    candidate_scoring,
    target_source,
)
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.recipe.methods import CASCADE, check_method
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.spans.rules import DEFAULT_RULES, SpanRules

if TYPE_CHECKING:
    from crosslabel.projection.interface import LinkSource, Projector, TargetSource

WEAKEST = 0.01
"""Links below this probability are no evidence."""


@dataclass(frozen=True, slots=True)
class ProjectorOptions(TargetOptions):
    """Options of methods; each takes those that concern it.

    Attributes:
        gap: in place of the gaps of ``rules``.
        rules: how links become spans; methods by links alone.
        precision: wanted share of right targets among those projected; ``cascade`` alone.
        words: every word of a text is a span. ``cascade`` then judges by links: scoring so many
            single words costs seconds for a sentence, and its weights were fitted on phrases.
    """

    gap: int | None = None
    rules: SpanRules = DEFAULT_RULES
    precision: float | None = None
    words: bool = False


def projector(method: str, options: ProjectorOptions) -> Projector:
    """Return the projector of that name, its models loaded.

    Raises:
        InputError: there is no such method, or what it needs is missing.
    """
    check_method(method)
    if method == CASCADE:
        return _cascade(options)
    if method in TARGET_SOURCES:
        from crosslabel.projection.targets.projector import RankedProjector

        return RankedProjector(target_source(method, options))
    from crosslabel.projection.spans import AlignmentProjector

    return AlignmentProjector(link_source(method, options), options.rules, options.gap)


def _cascade(options: ProjectorOptions) -> Projector:
    from crosslabel.projection.joint.calibrator import Calibrator
    from crosslabel.projection.joint.projector import JointProjector

    return JointProjector(
        evidence(options), Calibrator.load(CALIBRATOR), options.precision,
        target_sources=() if options.words or options.models.warning
        else target_evidence(options),
    )


def target_evidence(options: ProjectorOptions) -> list[TargetSource]:
    """Return the target sources of ``cascade``, asked where links are not enough.

    On the fitting data constrained decoding is as good as scored phrases at five times the cost,
    and together they are no better.
    """
    scorer = options.models.scorer or method_models(CASCADE).scorer
    assert scorer is not None
    engine = options.engine or Engine.model_validate({"device": options.device})
    return [candidate_scoring(scorer, engine)]


def evidence(options: ProjectorOptions) -> list[LinkSource]:
    """Return the link sources of ``cascade``, cheapest first, weak links included.

    The statistical aligner takes part if the options name a trained one, and then the encoder may
    be missing.

    Raises:
        InputError: there is neither.
    """
    from crosslabel.projection.links.statistical import StatisticalAligner

    sources: list[LinkSource] = []
    if options.statistical is not None:
        sources.append(StatisticalAligner.load(options.statistical, WEAKEST))
    if not (sources and options.models.warning):
        sources.append(_embedding(chosen_encoder(options), options.layer, options.device))
    return sources


@lru_cache(maxsize=2)
def _embedding(model: Model, layer: int | None, device: str) -> LinkSource:
    """One encoder for all languages of a process, which remembers the source side it saw last."""
    from crosslabel.projection.links.embedding import EmbeddingAligner
    from crosslabel.projection.links.encoder import TransformerEncoder
    from crosslabel.projection.links.matching import Softmax

    encoder = TransformerEncoder(str(model.path), layer=layer, device=device)
    return EmbeddingAligner(encoder, "softmax", softmax=Softmax(threshold=WEAKEST))
