"""Projection methods by name: the one table that commands and recipes choose from.

``cascade`` weighs all evidence. Other methods project by one source: of word links, and the rules
of :mod:`projection.spans`, or of ranked targets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.link_sources import DEFAULT_ENCODER, SOURCES, link_source
from pipeline.shipped import CALIBRATORS
from pipeline.target_sources import TARGET_SOURCES, TargetOptions, target_source
from projection.errors import InputError
from projection.spans.rules import DEFAULT_RULES, SpanRules

if TYPE_CHECKING:
    from projection.interface import LinkSource, Projector, TargetSource

CASCADE = "cascade"
METHODS = (CASCADE, *SOURCES, *TARGET_SOURCES)
DEFAULT_MODEL = DEFAULT_ENCODER
CALIBRATOR = CALIBRATORS / "projection.json"
WEAKEST = 0.01
"""Links below this probability are no evidence."""


@dataclass(frozen=True, slots=True)
class ProjectorOptions(TargetOptions):
    """What methods need to know; each takes what concerns it.

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
    """The projector of that name, its models loaded.

    Raises:
        InputError: there is no such method, or what it needs is missing.
    """
    check_method(method)
    if method == CASCADE:
        return _cascade(options)
    if method in TARGET_SOURCES:
        from projection.targets.projector import RankedProjector

        return RankedProjector(target_source(method, options))
    from projection.spans import AlignmentProjector

    return AlignmentProjector(link_source(method, options), options.rules, options.gap)


def check_method(method: str) -> None:
    """Refuse a method that does not exist, before any work is done.

    Raises:
        InputError: names the methods there are.
    """
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}; there are: {', '.join(METHODS)}")


def _cascade(options: ProjectorOptions) -> Projector:
    from projection.joint.calibrator import Calibrator
    from projection.joint.projector import JointProjector

    return JointProjector(
        evidence(options), Calibrator.load(CALIBRATOR), options.precision,
        target_sources=() if options.words else target_evidence(options),
    )


def target_evidence(options: ProjectorOptions) -> list[TargetSource]:
    """The target sources of ``cascade``, asked where links are not enough.

    Phrases are always scored by the shipped translation model, which the calibrator was fitted
    with; pairs in other languages than its own are left to the links. On the fitting data
    constrained decoding is as good at five times the cost, and together they are no better.
    """
    shipped = TargetOptions(device=options.device, engine=options.engine)
    return [target_source("candidates", shipped)]


def evidence(options: ProjectorOptions) -> list[LinkSource]:
    """The link sources of ``cascade``, cheapest first, weak links included.

    The statistical aligner takes part if the options name a trained one.
    """
    from projection.links.statistical import StatisticalAligner

    model, layer = options.model or DEFAULT_ENCODER, options.layer
    embedding = _embedding(model, options.revision, layer, options.device)
    if options.statistical is None:
        return [embedding]
    return [StatisticalAligner.load(options.statistical, WEAKEST), embedding]


@lru_cache(maxsize=2)
def _embedding(model: str, revision: str | None, layer: int | None, device: str) -> LinkSource:
    """One encoder for all languages of a process, which remembers the source side it saw last."""
    from pipeline.models import encoder_model
    from projection.links.embedding import EmbeddingAligner
    from projection.links.encoder import TransformerEncoder
    from projection.links.matching import Softmax

    path = encoder_model(model, revision).path
    encoder = TransformerEncoder(str(path), layer=layer, device=device)
    return EmbeddingAligner(encoder, "softmax", softmax=Softmax(threshold=WEAKEST))
