"""The plan: what will be translated, in which parts, and where each segment's translation stands.

Planning is cheap and saved before work starts. Per language the distinct texts that the translation
memory lacks are cut into fixed parts; hits are resolved here, so that everything after reads parts
by place and needs no index. A saved plan is reused as it is: parts that a killed run left behind
change nothing in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.bitext import Bitext
from pipeline.convert import translation_model
from pipeline.labellers.load import known_labels
from pipeline.language_plan import LanguagePlan, plan_language
from pipeline.marked_translator import convention
from pipeline.methods import (
    needs_aligner,
    needs_calibrator,
    needs_encoder,
    needs_translation_model,
)
from pipeline.models import Model, encoder_model
from pipeline.projectors import CALIBRATOR
from pipeline.quality.planned import Checks, plan_checks
from pipeline.recipe import MODEL_MARKERS, NO_MARKERS, Recipe
from pipeline.records import Task
from pipeline.source import Source, plan_source
from pipeline.storage.files import write_json
from pipeline.storage.location import Location
from projection.errors import InputError
from projection.markers import CONVENTIONS, Markers

WORK = ".work"
CURRENT = "current.json"
"""Beside the plans: what the latest of them is made of."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run needs to know, small enough to hand around.

    Attributes:
        translator: the translation model; ``None`` if the translations are given and the projection
            method does not ask it either.
        encoder: ``None`` if the projection method needs none, or nothing is projected.
        calibrator: id of the calibrator; ``None`` in the same cases.
        labeller: what labels the translations; ``None`` if the source is labelled.
        task: what is labelled.
        labels: span or word labels, in the order of their tags.
        projects: whether there is anything to project; labels of whole texts are not.
        markers: what segments with spans are also translated with; ``None`` if they are not.
        checks: what translated rows must keep to; ``None`` if nothing is checked.
    """

    recipe: Recipe
    out: Location
    source: Source
    languages: dict[str, LanguagePlan]
    translator: Model | None
    encoder: Model | None
    calibrator: str | None
    labeller: Model | None
    task: Task
    labels: tuple[str, ...]
    projects: bool
    markers: Markers | None = None
    checks: Checks | None = None

    @property
    def warnings(self) -> list[str]:
        """What the licences of the models forbid, and what is wrong with given translations."""
        models = [model for model in (self.translator, self.labeller, self.encoder) if model]
        said = [model.manifest.warning for model in models]
        said += [language.warning for language in self.languages.values()]
        return [warning for warning in said if warning]

    def bitext(self, lang: str) -> Bitext | None:
        """Translated sentences that the recipe names for a language."""
        return _bitext(self.recipe, lang)


def plan(recipe: Recipe, out: Location, limit: int | None = None) -> Plan:
    """Plan a build into ``out``, or reload the plan an earlier run saved there.

    Args:
        limit: plan for this many input rows at the most.

    Raises:
        InputError: the corpus, a model, a language or given translations cannot be used.
    """
    work = out / WORK
    translator = _translator(recipe)
    encoder = _encoder(recipe)
    calibrator = _calibrator(recipe)
    labeller, given = known_labels(recipe.label) if recipe.label else (None, None)
    markers = _markers(recipe, translator)
    checks = plan_checks(recipe, translator)
    _check_bitext(recipe)
    source = plan_source(recipe, work, limit)
    if markers and source.task == "words":
        raise InputError(f"{recipe.source.path}: labels words, which are not marked one by one; "
                         "leave out translation.markers")
    task, labels = (given.task, given.labels) if given else (source.task, source.labels)
    projects = given.task != "text" if given else source.has_spans
    languages = {
        lang: plan_language(recipe, lang, translator, source, markers, projects, work)
        for lang in recipe.targets
    }
    planned = Plan(recipe, out, source, languages, translator, encoder if projects else None,
                   calibrator if projects else None, labeller, task,
                   labels if task != "text" else (), projects, markers, checks)
    write_json(work / CURRENT, _current(planned))
    return planned


def _current(plan: Plan) -> dict[str, Any]:
    """Names of the folders and given parts that a plan needs, for who clears away the rest."""
    return {
        "source": plan.source.folder.name,
        "labels": plan.labeller is not None,
        "languages": {
            lang: {"plan": own.folder.name, "memory": own.memory.folder.name,
                   "aligner": own.aligner.parent.name if own.aligner else None,
                   "given": list(own.parts) if own.given else None}
            for lang, own in plan.languages.items()
        },
    }


def _translator(recipe: Recipe) -> Model | None:
    """The translation model, which must know all languages, if something asks it."""
    if recipe.translation.given and not needs_translation_model(recipe.projection.method):
        return None
    translator = translation_model(recipe.translation.model, recipe.translation.revision)
    for lang in recipe.targets:
        translator.manifest.route(recipe.source.lang, lang)
    return translator


def _markers(recipe: Recipe, translator: Model | None) -> Markers | None:
    wanted = recipe.translation.markers
    if isinstance(wanted, Markers):
        return wanted
    if wanted == NO_MARKERS or translator is None:
        return None
    return convention(translator.manifest) if wanted == MODEL_MARKERS else CONVENTIONS[wanted]


def _encoder(recipe: Recipe) -> Model | None:
    projection = recipe.projection
    if not needs_encoder(projection.method):
        return None
    return encoder_model(projection.model, projection.revision)


def _calibrator(recipe: Recipe) -> str | None:
    """Id of the calibrator, which must know how to reach the wanted precision."""
    projection = recipe.projection
    if not needs_calibrator(projection.method):
        return None
    from projection.joint.calibrator import Calibrator

    calibrator = Calibrator.load(CALIBRATOR)
    for sources, model in calibrator.models.items():
        if sources.startswith("statistical"):  # the first of the cascade's sources
            model.threshold_for(projection.precision)
    return calibrator.id


def _check_bitext(recipe: Recipe) -> None:
    if needs_aligner(recipe.projection.method):
        for lang in recipe.targets:
            bitext = _bitext(recipe, lang)
            if bitext:
                bitext.check()


def _bitext(recipe: Recipe, lang: str) -> Bitext | None:
    side_a, side_b = recipe.sides(lang)
    path = recipe.projection.bitext.get(side_a)
    return Bitext(path, side_b, side_a) if path else None
