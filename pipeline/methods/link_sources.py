"""Sources of word links by name: the one table that commands and methods choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from crosslabel.pipeline.methods.encoders import fast_encoder
from crosslabel.pipeline.methods.method_models import NO_MODELS, MethodModels, method_models
from crosslabel.pipeline.models.manifest import Model
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import LinkSource

if TYPE_CHECKING:
    from crosslabel.projection.links.embedding import Method


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """Options of link sources; each takes those that concern it.

    Attributes:
        models: the models to use; by default the shipped ones.
        layer: hidden layer of the model; ``None`` for the layer that the model names.
        device: ``auto``, ``cpu`` or ``cuda``.
        bitext: pairs of word lists, source side first, that a statistical source also learns from.
        links: file of links made elsewhere: lines of ``i-j``, or JSON lines with ``links_key``.
        links_key: name of the links within a JSON-lines file.
        row_ids: id of the pair in each row of the pair file, which the lines of ``links`` follow;
            ``None`` for a row that is not used.
        statistical: file of a trained statistical aligner.
    """

    models: MethodModels = NO_MODELS
    layer: int | None = None
    device: str = "auto"
    bitext: Sequence[tuple[Sequence[str], Sequence[str]]] = ()
    links: Path | None = None
    links_key: str | None = None
    row_ids: tuple[str | None, ...] = ()
    statistical: Path | None = None


def link_source(name: str, options: LinkOptions | None = None) -> LinkSource:
    """Return the source of that name, its models loaded.

    Raises:
        InputError: there is no such source, or what it needs is missing.
    """
    check_source(name)
    return SOURCES[name](options or LinkOptions())


def check_source(name: str) -> None:
    """Refuse a source that does not exist, before any work is done.

    Raises:
        InputError: names the sources there are.
    """
    if name not in SOURCES:
        raise InputError(f"there is no source {name!r} of links; there are: {', '.join(SOURCES)}")


def chosen_encoder(options: LinkOptions) -> Model:
    """Return the encoder of the options, or the shipped one."""
    encoder = options.models.encoder or method_models("softmax").encoder
    assert encoder is not None
    return encoder


def chosen_translation_model(options: LinkOptions) -> Model:
    """Return the translation model of the options, or the shipped one."""
    translation = options.models.translation or method_models("translation").translation
    assert translation is not None
    return translation


def _embedding(method: Method, options: LinkOptions) -> LinkSource:
    from crosslabel.projection.links.embedding import EmbeddingAligner
    from crosslabel.projection.links.encoder import TransformerEncoder

    model = chosen_encoder(options)
    if method == "softmax":
        return EmbeddingAligner(fast_encoder(model, options.layer, options.device), method)
    # The links of the SimAlign methods equal those of its package, to the last one.
    encoder = TransformerEncoder(str(model.path), layer=options.layer, device=options.device)
    return EmbeddingAligner(encoder, method)


def _translation(options: LinkOptions) -> LinkSource:
    from crosslabel.pipeline.methods.translation_encoder import (
        TranslationAligner,
        TranslationEncoder,
    )

    return TranslationAligner(TranslationEncoder(
        chosen_translation_model(options), layer=options.layer, device=options.device,
    ))


def _statistical(options: LinkOptions) -> LinkSource:
    from crosslabel.projection.links.statistical import SelfTaughtAligner, StatisticalAligner

    if options.statistical is None:
        return SelfTaughtAligner(options.bitext)
    return StatisticalAligner.load(options.statistical)


def _simalign(options: LinkOptions) -> LinkSource:
    from crosslabel.projection.links.simalign_package import SimalignPackage

    model = chosen_encoder(options)
    layer = model.manifest.layer if options.layer is None else options.layer
    return SimalignPackage(str(model.path), layer=layer, device=options.device)


def _eflomal(options: LinkOptions) -> LinkSource:
    from crosslabel.projection.links.eflomal_package import EflomalPackage

    return EflomalPackage(options.bitext)


def _given(options: LinkOptions) -> LinkSource:
    from crosslabel.projection.links.given import GivenLinks

    if options.links is None:
        raise InputError("the source 'links' reads a file of links; give one")
    if options.links_key is not None:
        return GivenLinks.from_jsonl(options.links, options.links_key)
    return GivenLinks.from_pharaoh(options.links, options.row_ids)


SOURCES: Mapping[str, Callable[[LinkOptions], LinkSource]] = MappingProxyType({
    "inter": partial(_embedding, "inter"),
    "itermax": partial(_embedding, "itermax"),
    "softmax": partial(_embedding, "softmax"),
    "translation": _translation,
    "statistical": _statistical,
    "simalign": _simalign,
    "eflomal": _eflomal,
    "links": _given,
})
