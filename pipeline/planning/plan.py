"""The plan: what will be translated, in which parts, and where each segment's translation stands.

Planning is cheap and saved before work starts. Per language the distinct texts that the translation
memory lacks are cut into fixed parts; hits are resolved here, so that everything after reads parts
by place and needs no index. A saved plan is reused as it is: parts that a killed run left behind
change nothing in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crosslabel.pipeline.corpus.layout import CURRENT, WORK
from crosslabel.pipeline.labellers.load import known_labels
from crosslabel.pipeline.methods.marked_translator import convention
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.planning.language import plan_language
from crosslabel.pipeline.planning.models import find_models, placing_models
from crosslabel.pipeline.planning.planned import Plan, recipe_bitext
from crosslabel.pipeline.planning.protection import Protection
from crosslabel.pipeline.planning.rows import plan_source
from crosslabel.pipeline.planning.shard_names import name_shards
from crosslabel.pipeline.quality.planned import plan_checks
from crosslabel.pipeline.recipe import MODEL_MARKERS, NO_MARKERS, Recipe
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import CONVENTIONS, Markers


def plan(
    recipe: Recipe,
    out: Location,
    limit: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> Plan:
    """Plan a build into ``out``, or reload the plan that an earlier run saved there.

    Args:
        limit: plan for this many input rows at most.
        check: raises an error to end the planning; called between shards and languages.

    Raises:
        InputError: the corpus, a model, a language or given translations cannot be used.
    """
    work = out / WORK
    models = find_models(recipe)
    labels = (known_labels(models.labeller, recipe.label)
              if models.labeller and recipe.label else None)
    markers = _markers(recipe, models.translator)
    checks = plan_checks(recipe, models.translator, models.back)
    _check_bitext(recipe)
    translates = None if recipe.translation.given else models.translator
    source = plan_source(recipe, work, limit, check, Protection(recipe.protect, translates))
    if markers and source.task == "words":
        raise InputError(f"{recipe.source.name}: labels words, which are not marked one by one; "
                         "leave out translation.markers")
    task, names = (labels.task, labels.labels) if labels else (source.task, source.labels)
    projects = labels.task != "text" if labels else source.has_spans
    # What is between tags is projected from the text, labels of a model from the translation.
    places = source.has_marks and labels is None
    languages = {}
    for lang in recipe.targets:
        check()
        languages[lang] = plan_language(recipe, lang, models.translator, source, markers,
                                        projects or places, work, limit)
    if not (projects or places):
        models = models.without_projection()
    if source.has_marks:
        models = replace(models, placing=placing_models(recipe))
    planned = Plan(recipe, out, source, languages, models, task,
                   names if task != "text" else (), projects, places, markers, checks)
    write_json(work / CURRENT, _current(planned))
    return replace(planned, shards={lang: name_shards(planned, lang) for lang in languages})


def _current(plan: Plan) -> dict[str, Any]:
    """Return the names of the folders and given parts that a plan needs; others may be pruned."""
    return {
        "source": plan.source.folder.name,
        "labels": plan.models.labeller is not None,
        "languages": {
            lang: {"plan": language.folder.name, "memory": language.memory.folder.name,
                   "aligner": language.aligner.parent.name if language.aligner else None,
                   "given": list(language.parts) if language.given else None}
            for lang, language in plan.languages.items()
        },
    }


def _markers(recipe: Recipe, translator: Model | None) -> Markers | None:
    wanted = recipe.translation.markers
    if isinstance(wanted, Markers):
        return wanted
    if wanted == NO_MARKERS or translator is None:
        return None
    return convention(translator.manifest) if wanted == MODEL_MARKERS else CONVENTIONS[wanted]


def _check_bitext(recipe: Recipe) -> None:
    if METHODS[recipe.projection.method].learns:
        for lang in recipe.targets:
            bitext = recipe_bitext(recipe, lang)
            if bitext:
                bitext.check()
