"""The plan of a build: everything that a run needs to know; it is sent to other machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crosslabel.pipeline.aligner.bitext import Bitext
from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.planning.language import LanguagePlan
from crosslabel.pipeline.planning.models import PlanModels, models_here
from crosslabel.pipeline.planning.rows import PlannedSource
from crosslabel.pipeline.quality.planned import Checks
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.markers import Markers


@dataclass(frozen=True, slots=True)
class PlannedShard:
    """One shard of one language, and where it will be.

    Attributes:
        folder: of the language that labels are projected onto.
        name: of its files there, without an ending.
        slots: positions in the plan of its language of the parts that it reads, sorted.
        labels: file of the labels of its translations, for builds with a labeller.
    """

    folder: Location
    name: str
    slots: tuple[int, ...]
    labels: Location


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a build.

    Attributes:
        models: every model of the build, looked up once.
        task: what is labelled.
        labels: span or word labels, in the order of their tags.
        projects: whether there is anything to project; labels of whole texts are not.
        places: whether the projector of the build also places marks, such as tags.
        markers: what segments with spans are also translated with; ``None`` if they are not.
        checks: what translated rows must keep to; ``None`` if nothing is checked.
        shards: by target language.
    """

    recipe: Recipe
    out: Location
    source: PlannedSource
    languages: dict[str, LanguagePlan]
    models: PlanModels
    task: Task
    labels: tuple[str, ...]
    projects: bool
    places: bool = False
    markers: Markers | None = None
    checks: Checks | None = None
    shards: Mapping[str, tuple[PlannedShard, ...]] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes of texts that the source has, in the order of their numbers; none if a labeller
        gives them."""
        return () if self.models.labeller else self.source.classes

    @property
    def warnings(self) -> list[str]:
        """How the input was read, what the licences of the models forbid, and what is wrong with
        given translations."""
        given = (line for language in self.languages.values() for line in language.warnings)
        return [*self.source.notes, *self.models.warnings(), *given]

    def bitext(self, lang: str) -> Bitext | None:
        """Return the translated sentences that the recipe names for a language."""
        return recipe_bitext(self.recipe, lang)

    def on_this_machine(self) -> Plan:
        """Return the plan with the models as this machine has them.

        The process that made the plan gets it back unchanged.

        Raises:
            InputError: a model is missing here, or its files differ from those it was planned with.
        """
        models = models_here(self.models, self.recipe, projects=self.projects or self.places)
        return self if models is self.models else replace(self, models=models)


def recipe_bitext(recipe: Recipe, lang: str) -> Bitext | None:
    """Return the translated sentences that a recipe names for a language."""
    side_a, side_b = recipe.sides(lang)
    path = recipe.projection.bitext.get(side_a)
    return Bitext(path, side_b, side_a) if path else None
