"""The plan: what will be translated, in which parts, and where each segment's translation stands.

Planning is cheap and saved before work starts. Per language the distinct texts that the translation
memory lacks are cut into fixed parts; hits are resolved here, so that everything after reads parts
by place and needs no index. A saved plan is reused as it is: parts that a killed run left behind
change nothing in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline import aligner
from pipeline.bitext import Bitext
from pipeline.convert import translation_model
from pipeline.marked_segments import VERSION as MARKED_VERSION
from pipeline.marked_translator import convention
from pipeline.memory import Memory
from pipeline.methods import needs_aligner, needs_calibrator, needs_encoder
from pipeline.models import Model, encoder_model
from pipeline.placement import Place, Placement, marked_places_file, places_file, texts_file
from pipeline.projectors import CALIBRATOR
from pipeline.recipe import MODEL_MARKERS, NO_MARKERS, Recipe
from pipeline.source import Source, plan_source
from pipeline.storage import key, read_json, sha256, write_json
from projection.markers import CONVENTIONS, Markers

VERSION = 1
WORK = ".work"
_MARKER = "plan.json"


@dataclass(frozen=True, slots=True)
class LanguagePlan:
    """What one target language needs.

    Attributes:
        folder: the saved plan.
        memory: translation memory of this language, model and decoding.
        parts: keys of all parts that hold a needed text; places refer to them by position.
        new: positions in ``parts`` of those this plan adds.
        hits: segments whose translation was in the memory already.
        texts: distinct texts in the new parts.
        aligner: file of the statistical aligner; ``None`` if the method needs none. Its folder is
            named by all that decides what is learnt.
        marked: whether segments with spans are also translated with markers.
    """

    lang: str
    folder: Path
    memory: Memory
    parts: tuple[str, ...]
    new: tuple[int, ...]
    hits: int
    texts: int
    aligner: Path | None = None
    marked: bool = False

    def part_texts(self, slot: int) -> list[str]:
        """Source texts of a new part."""
        with texts_file(self.folder, slot).open("rb") as lines:
            return [json.loads(line) for line in lines]

    def places(self, shard: int) -> list[Place]:
        """(position in ``parts``, row) of each segment of a shard, in order."""
        places = read_json(places_file(self.folder, shard))
        return [(slot, row) for slot, row in places]

    def marked_places(self, shard: int) -> list[Place | None]:
        """The same of each segment with markers; ``None`` for one that is not marked."""
        if not self.marked:
            return [None] * len(self.places(shard))
        places = read_json(marked_places_file(self.folder, shard))
        return [(place[0], place[1]) if place else None for place in places]

    def slots(self, shard: int) -> set[int]:
        """Positions in ``parts`` of all parts that a shard reads."""
        return {place[0] for place in (*self.places(shard), *self.marked_places(shard)) if place}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run needs to know, small enough to hand around.

    Attributes:
        encoder: ``None`` if the projection method needs none.
        calibrator: id of the calibrator; ``None`` if the projection method needs none.
        markers: what segments with spans are also translated with; ``None`` if they are not.
    """

    recipe: Recipe
    out: Path
    source: Source
    languages: dict[str, LanguagePlan]
    translator: Model
    encoder: Model | None
    calibrator: str | None
    markers: Markers | None = None

    @property
    def warnings(self) -> list[str]:
        """What the licences of the models forbid."""
        models = [model for model in (self.translator, self.encoder) if model]
        said = [model.manifest.warning for model in models]
        return [warning for warning in said if warning]

    def bitext(self, lang: str) -> Bitext | None:
        """Translated sentences that the recipe names for a language."""
        return _bitext(self.recipe, lang)


def plan(recipe: Recipe, out: Path, limit: int | None = None) -> Plan:
    """Plan a build into ``out``, or reload the plan an earlier run saved there.

    Args:
        limit: plan for this many input rows at the most.

    Raises:
        InputError: the corpus, a model or a language cannot be used.
    """
    work = out / WORK
    translator = translation_model(recipe.translation.model, recipe.translation.revision)
    for lang in recipe.targets:
        translator.manifest.route(recipe.source.lang, lang)
    encoder = _encoder(recipe)
    calibrator = _calibrator(recipe)
    markers = _markers(recipe, translator)
    _check_bitext(recipe)
    source = plan_source(recipe, work, limit)
    languages = {
        lang: _plan_language(recipe, lang, translator.fingerprint, source, markers, work)
        for lang in recipe.targets
    }
    return Plan(recipe, out, source, languages, translator, encoder, calibrator, markers)


def _markers(recipe: Recipe, translator: Model) -> Markers | None:
    wanted = recipe.translation.markers
    if isinstance(wanted, Markers):
        return wanted
    if wanted == MODEL_MARKERS:
        return convention(translator.manifest)
    return None if wanted == NO_MARKERS else CONVENTIONS[wanted]


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
    path = recipe.projection.bitext.get(lang)
    return Bitext(path, recipe.source.lang, lang) if path else None


def _plan_language(
    recipe: Recipe, lang: str, model: str, source: Source, markers: Markers | None, work: Path
) -> LanguagePlan:
    decoding = recipe.translation.model_dump(
        mode="json", exclude={"model", "revision", "part_texts", "markers", "keep"}
    )
    space = key(VERSION, model, decoding, recipe.source.lang, lang)
    memory = Memory(work / "translations" / f"{lang}-{space}")
    # A text with markers is a text like others: one memory holds both.
    marking = (MARKED_VERSION, asdict(markers)) if markers else ()
    name = key(VERSION, source.folder.name, space, recipe.translation.part_texts, *marking)
    folder = work / "plans" / f"{lang}-{name}"
    if read_json(folder / _MARKER) is None:
        with memory.open_index() as index:
            placement = Placement(folder, index, recipe.translation.part_texts)
            saved = placement.run(source, markers)
        write_json(folder / _MARKER, saved)
    saved = read_json(folder / _MARKER)
    plain = saved["parts"][:saved.get("plain_parts")]
    return LanguagePlan(
        lang, folder, memory, tuple(saved["parts"]), tuple(saved["new"]), saved["hits"],
        saved["texts"], _aligner(recipe, lang, source, memory, plain, work),
        marked=markers is not None,
    )


def _aligner(
    recipe: Recipe, lang: str, source: Source, memory: Memory, parts: list[str], work: Path
) -> Path | None:
    projection = recipe.projection
    if not needs_aligner(projection.method):
        return None
    path = projection.bitext.get(lang)
    name = key(aligner.VERSION, recipe.source.lang, lang, source.hashes, memory.folder.name, parts,
               projection.max_pairs, sha256(path) if path else None)
    return work / "aligners" / f"{lang}-{name}" / aligner.FILE
