"""The models of a build: looked up when it is planned, and compared on every other machine.

A recipe names models, and the same name may stand for another folder on another machine, or for
another revision in its cache. So a process that receives a plan looks the models up where it runs,
and compares their fingerprints with the plan before it does any work.
"""

from __future__ import annotations

import platform
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crosslabel.pipeline.methods.method_models import (
    NO_MODELS,
    SHIPPED_ENCODER,
    MethodModels,
    ModelName,
    method_models,
)
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.e5_small.find import MissingEncoderError
from crosslabel.pipeline.models.find import labeller_model
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.quality.round_trip import require_sacrebleu
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.errors import InputError

LINKS_OF_MARKS = "softmax"
"""The method that places marks where the method of the build does not."""
_THIS_PROCESS = secrets.token_hex(16)
_finding = threading.Lock()
_models_here: dict[str, PlanModels] = {}


@dataclass(frozen=True, slots=True)
class PlanModels:
    """The models of a build; ``None`` for models that it does not need.

    Attributes:
        translator: translates; also asked by projection methods that need a translation model.
        method: models of the projection method; empty if nothing is projected.
        calibrator: id of the weights of a calibrated method.
        labeller: labels the translations.
        back: translates back for the check ``round_trip_chrf``.
        placing: the encoder that places marks in translations; empty if there are none.
        process: token of the process that looked them up.
    """

    translator: Model | None
    method: MethodModels
    calibrator: str | None
    labeller: Model | None
    back: Model | None
    placing: MethodModels = NO_MODELS
    process: str = _THIS_PROCESS

    def fingerprints(self) -> dict[str, str]:
        """Return the key of the bytes of each model, by its use and its name."""
        by_use = {"translation model": self.translator, "encoder": self.method.encoder,
                  "labeller": self.labeller, "model that translates back": self.back,
                  "encoder for marks": self.placing.encoder}
        keys = {f"{use} {model.manifest.name}": model.fingerprint
                for use, model in by_use.items() if model}
        if self.method.warning:
            keys["encoder"] = "none"
        return keys | ({"calibrator": self.calibrator} if self.calibrator else {})

    def without_projection(self) -> PlanModels:
        """Return the models of a build that projects nothing."""
        return replace(self, method=NO_MODELS, calibrator=None)

    def warnings(self) -> Iterator[str]:
        """Yield one line per model whose licence forbids commercial use or that is missed."""
        models = (self.translator, self.labeller, self.method.encoder, self.back,
                  self.placing.encoder)
        warnings = (model.manifest.warning for model in models if model)
        missed = self.method.warning, self.placing.warning
        yield from dict.fromkeys(line for line in (*warnings, *missed) if line)


def find_models(recipe: Recipe) -> PlanModels:
    """Find all models that a recipe names.

    Raises:
        InputError: there is no such model, it is of another kind, or does not know a language.
    """
    translator = _translator(recipe)
    projection = recipe.projection
    asked = method_models(
        projection.method, ModelName(projection.model, projection.revision),
        ModelName(recipe.translation.model, recipe.translation.revision),
    )
    return PlanModels(translator, asked, _calibrator(recipe), _labeller(recipe), _back(recipe))


def placing_models(recipe: Recipe) -> MethodModels:
    """Find the encoder that places marks; without one there is a warning of what is lost.

    Raises:
        InputError: there is no such model, or it is of another kind.
    """
    projection = recipe.projection
    needs = METHODS[projection.method].needs_encoder
    return encoder_of_marks(
        ModelName(projection.model, projection.revision) if needs else SHIPPED_ENCODER)


def encoder_of_marks(name: ModelName = SHIPPED_ENCODER) -> MethodModels:
    """Find an encoder that places marks; as :func:`placing_models`."""
    try:
        return method_models(LINKS_OF_MARKS, name)
    except MissingEncoderError as error:
        return MethodModels(warning="tags, emoji and other marks keep their share of a sentence "
                            f"instead of the place of their words, without an encoder; {error}")


def models_here(planned: PlanModels, recipe: Recipe, *, projects: bool) -> PlanModels:
    """Return the models of a plan as this machine has them.

    The process that made the plan gets the same models back; another process looks them up once.

    Args:
        projects: whether the build projects anything.

    Raises:
        InputError: a model of that name is missing here, or is not the one of the plan.
    """
    if planned.process == _THIS_PROCESS:
        return planned
    key = planned.process + recipe.model_dump_json()
    with _finding:
        if key not in _models_here:
            _models_here[key] = find_models(recipe)
    here = _models_here[key] if projects else _models_here[key].without_projection()
    if planned.placing != NO_MODELS:
        here = replace(here, placing=placing_models(recipe))
    _compare(planned, here)
    return here


def _compare(planned: PlanModels, here: PlanModels) -> None:
    have = here.fingerprints()
    for model, fingerprint in planned.fingerprints().items():
        if have.get(model) != fingerprint:
            raise InputError(f"{platform.node()}: the {model} there is not the one that the build "
                             f"was planned with (fingerprint {have.get(model)}, planned "
                             f"{fingerprint}); put the same files there and restart its worker")


def _translator(recipe: Recipe) -> Model | None:
    """Find the translation model, which must know all languages, if anything asks it."""
    needed = METHODS[recipe.projection.method].needs_translation_model
    if recipe.translation.given and not needed:
        return None
    model = translation_model(recipe.translation.model, recipe.translation.revision)
    for lang in recipe.targets:
        model.manifest.check(recipe.source.lang, lang)
    return model


def _calibrator(recipe: Recipe) -> str | None:
    """Return the id of the calibrator, which must know how to reach the wanted precision."""
    projection = recipe.projection
    if not METHODS[projection.method].calibrated:
        return None
    from crosslabel.projection.joint.calibrator import Calibrator

    calibrator = Calibrator.load(CALIBRATOR)
    for sources, model in calibrator.models.items():
        if sources.startswith("statistical"):  # the first of the cascade's sources
            model.threshold_for(projection.precision)
    return calibrator.id


def _labeller(recipe: Recipe) -> Model | None:
    return labeller_model(recipe.label.model, recipe.label.revision) if recipe.label else None


def _back(recipe: Recipe) -> Model | None:
    """Find the model that translates back, which must know all languages."""
    quality = recipe.quality
    if quality.round_trip_chrf is None:
        return None
    name = ModelName(recipe.translation.model, recipe.translation.revision)
    if quality.back_model:
        name = ModelName(quality.back_model, quality.back_revision)
    require_sacrebleu()
    model = translation_model(*name)
    for lang in recipe.targets:
        try:
            model.manifest.check(lang, recipe.source.lang)
        except InputError as error:
            raise InputError(f"quality.round_trip_chrf: {error}; name a model that translates "
                             f"{lang}-{recipe.source.lang} in quality.back_model") from None
    return model
