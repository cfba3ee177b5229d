"""Projection methods by name, their models loaded.

``cascade`` weighs all evidence. Other methods project by one source: of word links, and the rules
of :mod:`crosslabel.projection.spans`, or of ranked targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crosslabel.pipeline.methods.encoders import fast_encoder
from crosslabel.pipeline.methods.link_sources import chosen_encoder, link_source
from crosslabel.pipeline.methods.target_sources import (
    TARGET_SOURCES,
    TargetOptions,
    target_source,
)
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe.methods import CASCADE, check_method
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.spans.rules import DEFAULT_RULES, SpanRules

if TYPE_CHECKING:
    from crosslabel.projection.interface import LinkSource, Projector

WEAKEST = 0.01
"""Links below this probability are no evidence."""


@dataclass(frozen=True, slots=True)
class ProjectorOptions(TargetOptions):
    """Options of methods; each takes those that concern it.

    Attributes:
        gap: in place of the gaps of ``rules``.
        rules: how links become spans; methods by links alone.
        precision: wanted share of right targets among those projected; ``cascade`` alone.
    """

    gap: int | None = None
    rules: SpanRules = DEFAULT_RULES
    precision: float | None = None


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

    return JointProjector(evidence(options), Calibrator.load(CALIBRATOR), options.precision)


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
        threads = options.engine.threads if options.engine else 0
        model = chosen_encoder(options)
        sources.append(_embedding(model, options.layer, options.device, threads))
    return sources


@lru_cache(maxsize=2)
def _embedding(model: Model, layer: int | None, device: str, threads: int) -> LinkSource:
    """One encoder for all languages of a process, which remembers the source side it saw last."""
    from crosslabel.projection.links.embedding import EmbeddingAligner
    from crosslabel.projection.links.softmax import Softmax

    encoder = fast_encoder(model, layer, device, threads)
    return EmbeddingAligner(encoder, "softmax", softmax=Softmax(threshold=WEAKEST))
