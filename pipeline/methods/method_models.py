"""The models that a method of projection asks, looked up by name once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.e5_small.find import MissingEncoderError
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe.methods import METHODS, Method
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
        warning: what is lost where a method goes on without its encoder.
    """

    encoder: Model | None = None
    translation: Model | None = None
    warning: str | None = None


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
        InputError: there is no such model, or it is of another kind. That the shipped encoder is
            missing is a warning where the method can go on without it.
    """
    needs = METHODS[method]
    found, warning = _encoder(needs, encoder) if needs.needs_encoder else (None, None)
    return MethodModels(
        found,
        translation_model(*translation) if needs.needs_translation_model else None,
        warning,
    )


def _encoder(method: Method, name: ModelName) -> tuple[Model | None, str | None]:
    try:
        return encoder_model(*name), None
    except MissingEncoderError as error:
        if not method.spares_encoder:
            raise
        return None, (f"{method.name}: goes on without an encoder, by statistical links and "
                      "letters alone; fewer spans find their place, above all where there is "
                      f"little text to learn from and in rare words; {error}")


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
