"""The way from a translation model and bitext to the folder of a model that keeps markers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from crosslabel.pipeline.marker_tuning.card import card
from crosslabel.pipeline.marker_tuning.checkpoint import AdamLearner, TrainableCheckpoint
from crosslabel.pipeline.marker_tuning.feed import MOST_RANGES, BitextDirection, ExampleMix, batches
from crosslabel.pipeline.marker_tuning.learning import TuningProgress, learn
from crosslabel.pipeline.marker_tuning.lessons import lessons
from crosslabel.pipeline.marker_tuning.measuring import Measured, measure
from crosslabel.pipeline.marker_tuning.tuning import Tuned, Tuning
from crosslabel.pipeline.models.convert import convert, translation_model
from crosslabel.pipeline.models.find import folder_name, locate
from crosslabel.pipeline.models.hub import resolved_revision
from crosslabel.pipeline.models.manifest import MANIFEST, Manifest, Model, describe
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.storage.files import write_json
from crosslabel.pipeline.storage.unfinished import unfinished
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.projection.errors import InputError, TransientError, first_line
from crosslabel.projection.halving import out_of_memory
from crosslabel.projection.markers import CONVENTIONS

WARM_UP = 50
_BATCH_TOKENS = {"cpu": 2048, "cuda": 8192}

Report = Callable[[TuningProgress], None]


def tune_markers(
    name: str, revision: str | None, tuning: Tuning, output: Path, report: Report
) -> Tuned:
    """Tune a model, measure it before and after, and write it to the new folder ``output``.

    The folder holds the files of CTranslate2, ``model.json`` with the convention, ``torch/`` (the
    checkpoint for transformers) and a card; it appears once it is complete.

    Args:
        name: shipped name, folder or hub name of a model that has a transformers checkpoint.
        report: is called after every step.

    Raises:
        InputError: the model or a file cannot be used, an option makes no sense, or ``output``
            exists already.
    """
    tuning.check()
    if output.exists():
        raise InputError(f"{output}: exists already; give another folder")
    model = translation_model(name, revision)
    weights = model.torch_weights("it cannot be tuned")
    checkpoint = TrainableCheckpoint(weights, model.manifest, tuning.device)
    _check_vocabulary(name, checkpoint, tuning)
    learned, held_out = lessons(tuning.bitexts, model.manifest)
    steps = _learn(checkpoint, learned, model.manifest, tuning, report)
    output.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=output.parent, prefix=".tune-") as work,
        unfinished(Path(work)),
    ):
        folder = Path(work) / "model"
        manifest = model.manifest.model_copy(update={
            "name": output.name, "markers": tuning.markers,
            "source": folder_name(Path(name)) if Path(name).is_dir() else name,
            "revision": resolved_revision(locate(name, revision), revision),
            "quantization": tuning.quantization, "same_translations_as": None,
        })
        _write(checkpoint, manifest, folder)
        before, after = (_measured(variant, held_out, tuning)
                         for variant in (model, describe(folder)))
        tuned = Tuned(manifest, steps, before, after)
        (folder / "README.md").write_text(card(tuned, tuning), encoding="utf-8")
        folder.rename(output)
    return tuned


def _check_vocabulary(name: str, checkpoint: TrainableCheckpoint, tuning: Tuning) -> None:
    languages = tuning.bitexts[0].source_lang, tuning.bitexts[0].target_lang

    def fits(convention: str) -> bool:
        pairs = (CONVENTIONS[convention].pair(number) for number in range(MOST_RANGES))
        return all(checkpoint.can_write(" ".join(pair), *languages) for pair in pairs)

    if not fits(tuning.markers):
        fitting = [convention for convention in CONVENTIONS if fits(convention)]
        opening, closing = CONVENTIONS[tuning.markers].pair(0)
        raise InputError(f"{name}: its vocabulary cannot write {opening} {closing}; markers that "
                         f"it can write: {', '.join(fitting) or 'none'}")


def _learn(
    checkpoint: TrainableCheckpoint, directions: Sequence[BitextDirection], manifest: Manifest,
    tuning: Tuning, report: Report,
) -> int:  # fmt: skip
    from torch import manual_seed

    mix = ExampleMix(
        CONVENTIONS[tuning.markers], tuning.plain, _BATCH_TOKENS[checkpoint.device],
        min(manifest.max_source_tokens, manifest.max_target_tokens), tuning.seed,
    )  # fmt: skip
    manual_seed(tuning.seed)  # for dropout
    learner, steps = AdamLearner(checkpoint, tuning.learning_rate), 0
    feed = batches(checkpoint, directions, mix)
    try:
        for progress in learn(learner, feed, tuning.budget, WARM_UP):
            report(progress)
            steps = progress.step
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise TransientError(
            f"{checkpoint.device}: no memory to learn from {mix.batch_tokens} tokens at once "
            f"({first_line(error)}); free some memory and run it again, or choose another device"
        ) from error
    return steps


def _write(checkpoint: TrainableCheckpoint, manifest: Manifest, folder: Path) -> None:
    """Write the model's folder without its card; facts that the original lacks are left out."""
    weights = folder.with_name("torch")
    checkpoint.save(weights)
    convert(weights, folder, name=manifest.name, quantization=manifest.quantization or "float16")
    weights.rename(folder / "torch")
    stated = manifest.model_dump(mode="json", exclude_none=True, include=set(Manifest.model_fields))
    write_json(folder / MANIFEST, stated)


def _measured(model: Model, held_out: Sequence[BitextDirection], tuning: Tuning) -> list[Measured]:
    translator = Translator(model, Engine.model_validate({"device": tuning.device}))

    def measured(direction: BitextDirection) -> Measured:
        def translate(texts: Sequence[str]) -> list[str]:
            translations = translator.translate(
                texts, direction.source_lang, direction.target_lang, TranslationSection()
            )
            return [translation.text or "" for translation in translations]

        return measure(direction, translate, CONVENTIONS[tuning.markers])

    return [measured(direction) for direction in held_out]
