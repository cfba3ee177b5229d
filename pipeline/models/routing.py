"""How a translation model is asked for a language."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import langcodes
from pydantic import BaseModel, ConfigDict, Field

from crosslabel.pipeline.models.alternatives import alternatives
from crosslabel.pipeline.models.languages import find, refuse
from crosslabel.projection.errors import InputError


class Languages(BaseModel):
    """Languages by side; empty when the model does not say."""

    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


class Route(NamedTuple):
    """What goes around a text.

    Attributes:
        text: words in front of it.
        source: tokens in front of its tokens.
        target: tokens that begin the translation.
    """

    text: str
    source: list[str]
    target: list[str]


class Routing(BaseModel):
    """The fields of ``model.json`` that say which languages a model knows and how to ask for them.

    Attributes:
        languages: empty where the model does not say.
        directions: pairs of source and target language, where not every combination is meant.
        source_tokens, target_tokens, target_first, text_prefixes: how languages are asked for,
            see :class:`crosslabel.pipeline.models.families.Prompting`.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    languages: Languages = Languages()
    directions: tuple[tuple[str, str], ...] = ()
    source_tokens: dict[str, str] = Field(default_factory=dict)
    target_tokens: dict[str, str] = Field(default_factory=dict)
    target_first: bool = False
    text_prefixes: dict[str, str] = Field(default_factory=dict)

    def route(self, source: str, target: str) -> Route:
        """Return what to put around texts in ``source`` for a translation into ``target``.

        Args:
            source, target: any BCP-47 tags; the model's own nearest ones are taken.

        Raises:
            InputError: the model does not translate in this direction.
        """
        asked = self._language("from", source, self.source_tokens or self.languages.source)
        wanted = self._language("into", target, self.target_languages)
        if self.directions and (asked, wanted) not in self.directions:
            known = ", ".join(f"{a}-{b}" for a, b in self.directions)
            direction = f"{source}-{target}"
            raise InputError(f"{self.name}: does not translate {direction}; it knows: {known}")
        token = [self.target_tokens[wanted]] if self.target_tokens else []
        before = [self.source_tokens[asked]] if self.source_tokens else []
        return Route(
            text=self.text_prefixes.get(wanted, ""),
            source=before if self.target_first else [*before, *token],
            target=token if self.target_first else [],
        )

    def check(self, source: str, target: str) -> None:
        """Refuse a direction before any work is done.

        Raises:
            InputError: the model does not translate in it; the message names models that do.
        """
        try:
            self.route(source, target)
        except InputError as error:
            raise InputError(f"{error.args[0]}{alternatives(source, target)}") from None

    @property
    def target_languages(self) -> tuple[str, ...]:
        """The languages that the model writes; empty when it does not say."""
        return tuple(self.target_tokens or self.text_prefixes or self.languages.target)

    def _language(self, direction: str, tag: str, known: Collection[str]) -> str:
        if not langcodes.tag_is_valid(tag):
            raise InputError(f"{tag!r} is not a BCP-47 language tag, for example 'de' or 'pt-BR'")
        nearest = find(tag, known) if known else tag
        if nearest is None:
            raise InputError(refuse(self.name, direction, tag, known))
        return nearest
