"""The methods of projection and what each needs: the one table that everything else asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from crosslabel.projection.errors import InputError

CASCADE = "cascade"


@dataclass(frozen=True, slots=True)
class Method:
    """A method of projection and what it needs of whoever runs it.

    Attributes:
        name: as recipes and commands write it.
        learns: whether a statistical aligner is trained for it before it projects.
        needs_encoder: whether it reads texts with an encoder, not the translation model's.
        spares_encoder: whether it can go on without it by what it has learned.
        needs_translation_model: whether it asks the recipe's translation model.
        calibrated: whether it gives probabilities, so that a precision can be asked for.
        by_shard: whether a build can use it, shard by shard; other methods need all pairs of a file
            at once.
    """

    name: str
    learns: bool = False
    needs_encoder: bool = False
    spares_encoder: bool = False
    needs_translation_model: bool = False
    calibrated: bool = False
    by_shard: bool = True


METHODS: Mapping[str, Method] = MappingProxyType({method.name: method for method in (
    Method(CASCADE, learns=True, needs_encoder=True, spares_encoder=True, calibrated=True),
    Method("inter", needs_encoder=True),
    Method("itermax", needs_encoder=True),
    Method("softmax", needs_encoder=True),
    Method("translation", needs_translation_model=True),
    Method("statistical", learns=True),
    Method("simalign", needs_encoder=True),
    Method("eflomal", by_shard=False),  # it would learn from one shard at a time
    Method("links", by_shard=False),  # links made elsewhere follow the rows of one file
    Method("constrained", needs_translation_model=True),
    Method("markers", needs_translation_model=True),
    Method("candidates", needs_translation_model=True),
)})

BUILD_METHODS = tuple(name for name, method in METHODS.items() if method.by_shard)
"""Methods that a recipe can name."""


def check_method(name: str) -> None:
    """Refuse a method that does not exist, before any work is done.

    Raises:
        InputError: names the methods there are.
    """
    if name not in METHODS:
        raise InputError(f"there is no method {name!r}; there are: {', '.join(METHODS)}")
