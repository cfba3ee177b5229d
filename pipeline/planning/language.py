"""The plan of one language: where the translation of every segment stands, or will stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from crosslabel.pipeline.aligner.files import FILE as ALIGNER
from crosslabel.pipeline.aligner.training import VERSION as ALIGNER_VERSION
from crosslabel.pipeline.aligner.training import spread
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.planning.given_file import VERSION as GIVEN_VERSION
from crosslabel.pipeline.planning.given_file import GivenTranslations
from crosslabel.pipeline.planning.given_placement import GivenPlacement
from crosslabel.pipeline.planning.marked_segments import VERSION as MARKED_VERSION
from crosslabel.pipeline.planning.placement import (
    CARRIED_PLACES,
    Place,
    Placement,
    carried_places_file,
    marked_places_file,
    places_file,
    texts_file,
)
from crosslabel.pipeline.planning.rows import PlannedSource
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.methods import METHODS
from crosslabel.pipeline.storage.files import (
    damaged,
    opened,
    read_bytes,
    read_marker_file,
    sha256,
    write_json,
)
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location, is_local
from crosslabel.pipeline.translation.memory import Memory
from crosslabel.projection.markers import Markers

VERSION = 1
_LAYOUT = 3
"""Counts up when the form of a saved plan changes."""
_MARKER = "plan.json"


@dataclass(frozen=True, slots=True)
class LanguagePlan:
    """The plan of one target language.

    Attributes:
        folder: folder of the saved plan.
        memory: translation memory of this language, model and decoding.
        parts: keys of all parts that hold a needed text; places refer to them by position.
        new: positions in ``parts`` of the parts that this plan adds.
        hits: number of segments whose translation was in the memory already.
        texts: number of distinct texts in the new parts.
        segments: number of all segments.
        aligner: file of the statistical aligner; ``None`` if the method needs none. The name of
            its folder is the key of everything that the aligner depends on.
        learnt: positions in ``parts`` of the parts that the aligner learns from, sorted.
        carried: numbers of the shards with segments that the model does not get as they are.
        marked: whether segments with spans are also translated with markers.
        given: sha256 of the file of given translations; ``None`` if texts are translated.
        warnings: lines about lines of that file that cannot be used or belong to no row.
    """

    lang: str
    folder: Location
    memory: Memory
    parts: tuple[str, ...]
    new: tuple[int, ...]
    hits: int
    texts: int
    aligner: Location | None = None
    learnt: tuple[int, ...] = ()
    carried: frozenset[int] = frozenset()
    marked: bool = False
    given: str | None = None
    warnings: tuple[str, ...] = ()
    segments: int = 0

    def part_texts(self, slot: int) -> list[str]:
        """Return the source texts of a new part.

        Raises:
            DamagedError: they are not the texts that the part is named by.
        """
        file = texts_file(self.folder, slot)
        try:
            with opened(file) as lines:
                texts = [json.loads(line) for line in lines]
        except (ValueError, FileNotFoundError):
            texts = []
        if key(texts) != self.parts[slot]:
            raise damaged(file, "does not hold the texts of its part")
        return texts

    def places(self, shard: int) -> list[Place]:
        """Return the place (position in ``parts``, row) of each segment of a shard, in order.

        Raises:
            DamagedError: the file of places is damaged.
        """
        return [place for place in self._places(places_file(self.folder, shard)) if place]

    def carried_places(self, shard: int) -> list[Place]:
        """Return the place of each text that the model gets for a segment with protected parts."""
        if shard not in self.carried:
            return []
        return [place for place in self._places(carried_places_file(self.folder, shard)) if place]

    def marked_places(self, shard: int) -> list[Place | None]:
        """Return the place of each segment with markers; ``None`` for one that is not marked."""
        if not self.marked:
            return [None] * len(self.places(shard))
        return list(self._places(marked_places_file(self.folder, shard)))

    def slots(self, shard: int) -> set[int]:
        """Return the positions in ``parts`` of all parts that a shard reads."""
        marked = self.marked_places(shard) if self.marked else ()
        every = *self.places(shard), *self.carried_places(shard), *marked
        return {place[0] for place in every if place}

    def _places(self, file: Location) -> Sequence[Place | None]:
        read = _places if is_local(file) else _places_in_store
        return read(file, self.parts)


def _places(file: Location, parts: tuple[str, ...]) -> Sequence[Place | None]:
    try:
        read = json.loads(read_bytes(file))
        places = [(place[0], place[1]) if place else None for place in read]
        if all(0 <= place[0] < len(parts) for place in places if place):
            return places
    except (ValueError, TypeError, IndexError, FileNotFoundError):
        pass
    raise damaged(file, "does not say where translations stand")


# A shard reads its places several times, and each time would be a request.
_places_in_store = lru_cache(maxsize=64)(_places)


def plan_language(
    recipe: Recipe,
    lang: str,
    translator: Model | None,
    source: PlannedSource,
    markers: Markers | None,
    projects: bool,
    work: Location,
    limit: int | None = None,
) -> LanguagePlan:
    """Place every segment of a language, or reload the plan that an earlier run saved.

    Args:
        translator: ``None`` if the translations are given.
        projects: whether there is anything to project.
        work: folder of plans, translations and aligners.
        limit: most rows of the corpus that were read.

    Raises:
        InputError: given translations or the bitext cannot be read.
    """
    file = _given(recipe, lang)
    space = _space(recipe, lang, translator)
    memory = Memory(work / "translations" / f"{lang}-{space}")
    # A text with markers is a text like others: one memory holds both.
    marking = (MARKED_VERSION, asdict(markers)) if markers else ()
    known = file.fingerprint() if file else None
    name = key(VERSION, _LAYOUT, source.folder.name, space, recipe.translation.part_texts, *marking,
               *([known] if known else []))
    folder = work / "plans" / f"{lang}-{name}"
    saved = read_marker_file(folder / _MARKER)
    if saved is None or _lacks_parts(saved, memory):
        saved = (_given_placed(recipe, folder, memory, source, file, limit) if file
                 else _placed(recipe, folder, memory, source, markers))
        write_json(folder / _MARKER, saved)
    parts = tuple(saved["parts"])
    learns = projects and METHODS[recipe.projection.method].learns
    learnt = spread(saved["rows"], recipe.projection.max_pairs) if learns else ()
    read = [parts[slot] for slot in learnt]
    return LanguagePlan(
        lang, folder, memory, parts, tuple(saved["new"]), saved["hits"], saved["texts"],
        _aligner(recipe, lang, source, memory, read, work) if learns else None, learnt,
        carried=_carried(saved), marked=markers is not None, given=known,
        warnings=tuple(saved.get("warnings", ())), segments=saved["segments"],
    )


def _carried(saved: dict[str, Any]) -> frozenset[int]:
    names = (name for name in saved["sha256"] if name.startswith(CARRIED_PLACES))
    return frozenset(int(name.removeprefix(CARRIED_PLACES).partition(".")[0]) for name in names)


def _given(recipe: Recipe, lang: str) -> GivenTranslations | None:
    path = recipe.translation.given.get(lang)
    return GivenTranslations(path, lang) if path else None


def _space(recipe: Recipe, lang: str, translator: Model | None) -> str:
    """Return the key of everything that the translation of a text depends on."""
    if recipe.translation.given or translator is None:
        return key(VERSION, GIVEN_VERSION, "given", recipe.source.lang, lang)
    decoding = recipe.translation.model_dump(
        mode="json", exclude={"model", "revision", "part_texts", "given", "markers", "keep"}
    )
    return key(VERSION, translator.translations_key, decoding, recipe.source.lang, lang)


def _placed(
    recipe: Recipe,
    folder: Location,
    memory: Memory,
    source: PlannedSource,
    markers: Markers | None,
) -> dict[str, Any]:
    """Give every segment its place and return what the plan saves."""
    with memory.open_index() as index:
        return Placement(folder, index, recipe.translation.part_texts).run(source, markers)


def _given_placed(
    recipe: Recipe,
    folder: Location,
    memory: Memory,
    source: PlannedSource,
    file: GivenTranslations,
    limit: int | None,
) -> dict[str, Any]:
    """Give every segment the place of its given translation and return what the plan saves."""
    return GivenPlacement(folder, memory, recipe.translation.part_texts).run(source, file, limit)


def _lacks_parts(saved: dict[str, Any], memory: Memory) -> bool:
    """Return whether the memory has lost parts that a saved plan takes from it."""
    old = set(saved["parts"]).difference(saved["parts"][slot] for slot in saved["new"])
    return bool(old) and not old.issubset(memory.parts())


def _aligner(
    recipe: Recipe,
    lang: str,
    source: PlannedSource,
    memory: Memory,
    parts: list[str],
    work: Location,
) -> Location:
    """Return the file of the aligner that learns from these parts."""
    projection = recipe.projection
    side_a, side_b = recipe.sides(lang)
    path = projection.bitext.get(side_a)
    name = key(ALIGNER_VERSION, side_b, side_a, source.hashes, memory.folder.name, parts,
               projection.max_pairs, sha256(path) if path else None)
    return work / "aligners" / f"{lang}-{name}" / ALIGNER
