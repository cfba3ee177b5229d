"""The models that a method of projection asks, looked up by name once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.pipeline.storage.shipped import ENCODER, TRANSLATION_MODEL


class ModelName(NamedTuple):
    """A shipped name, folder or hub name, and the hub revision."""

    name: str
    revision: str | None = None


SHIPPED_ENCODER, SHIPPED_TRANSLATION = ModelName(ENCODER), ModelName(TRANSLATION_MODEL)


@dataclass(frozen=True, slots=True)
class MethodModels:
    """The models that a method asks; ``None`` for those that it does not ask.

    Attributes:
        encoder: reads both texts.
        translation: the translation model that links, marks or scores spans.
    """

    encoder: Model | None = None
    translation: Model | None = None


NO_MODELS = MethodModels()


def method_models(
    method: str,
    encoder: ModelName = SHIPPED_ENCODER,
    translation: ModelName = SHIPPED_TRANSLATION,
) -> MethodModels:
    """Find the models of a method.

    Args:
        encoder: taken by methods that need an encoder.
        translation: taken by methods that ask a translation model.

    Raises:
        InputError: there is no such model, or it is of another kind.
    """
    needs = METHODS[method]
    return MethodModels(
        encoder_model(*encoder) if needs.needs_encoder else None,
        translation_model(*translation) if needs.needs_translation_model else None,
    )


def models_by_one_name(method: str, name: str | None) -> MethodModels:
    """Find the models of a method where one name stands for whichever model it asks.

    Args:
        name: of the encoder or the translation model; ``None`` for the shipped ones.

    Raises:
        InputError: there is no such model, or it is of another kind.
    """
    if name is None:
        return method_models(method)
    return method_models(method, ModelName(name), ModelName(name))
