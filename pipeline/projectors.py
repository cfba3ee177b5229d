"""Projection methods by name: the one table that commands and recipes choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from projection.errors import InputError

if TYPE_CHECKING:
    from projection.interface import LinkSource, Projector

DEFAULT_MODEL = "encoder-multilingual"


@dataclass(frozen=True, slots=True)
class ProjectorOptions:
    """What methods need to know; each takes what concerns it.

    Attributes:
        model: encoder: shipped name, folder or hub name.
        layer: its hidden layer; ``None`` is the model's own choice.
        device: ``auto``, ``cpu`` or ``cuda``.
        gap: unaligned words that may be bridged within a span.
        links: file of links made elsewhere: lines of ``i-j``, or JSON lines with ``links_key``.
        links_key: name of the links within a JSON-lines file.
        row_ids: id of the pair in each row of the pair file, which the lines of ``links`` follow;
            ``None`` for a row that is not used.
    """

    model: str = DEFAULT_MODEL
    layer: int | None = None
    device: str = "auto"
    gap: int = 3
    links: Path | None = None
    links_key: str | None = None
    row_ids: tuple[str | None, ...] = ()


def projector(method: str, options: ProjectorOptions) -> Projector:
    """The projector of that name, its models loaded.

    Raises:
        InputError: there is no such method, or what it needs is missing.
    """
    from projection.spans import AlignmentProjector

    return AlignmentProjector(link_source(method, options), gap=options.gap)


def link_source(method: str, options: ProjectorOptions) -> LinkSource:
    """The word links that a method projects by.

    Raises:
        InputError: there is no such method, or what it needs is missing.
    """
    check_method(method)
    return METHODS[method](options)


def check_method(method: str) -> None:
    """Refuse a method that does not exist, before any work is done.

    Raises:
        InputError: names the methods there are.
    """
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}; there are: {', '.join(METHODS)}")


def _embedding(matching: Literal["inter", "itermax"], options: ProjectorOptions) -> LinkSource:
    from pipeline.models import locate_encoder
    from projection.links.embedding import EmbeddingAligner
    from projection.links.encoder import TransformerEncoder

    path = locate_encoder(options.model)
    encoder = TransformerEncoder(path, layer=options.layer, device=options.device)
    return EmbeddingAligner(encoder, matching)


def _given(options: ProjectorOptions) -> LinkSource:
    from projection.links.given import GivenLinks

    if options.links is None:
        raise InputError("the method 'links' reads a file of links; add --links FILE")
    if options.links_key is not None:
        return GivenLinks.from_jsonl(options.links, options.links_key)
    return GivenLinks.from_pharaoh(options.links, options.row_ids)


METHODS: Mapping[str, Callable[[ProjectorOptions], LinkSource]] = MappingProxyType({
    "inter": partial(_embedding, "inter"),
    "itermax": partial(_embedding, "itermax"),
    "links": _given,
})
