"""Models: those that ship, and how to convert, tune and try others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.library.arguments import checked
from crosslabel.library.places import local_place
from crosslabel.library.progress import Progress, shown
from crosslabel.pipeline.models.find import locate, shipped_models
from crosslabel.pipeline.models.manifest import Manifest, Model
from crosslabel.pipeline.storage.shipped import ENCODER, TRANSLATION_MODEL
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.pipeline.marker_tuning.measuring import Measured as Measured
    from crosslabel.pipeline.marker_tuning.tuning import Tuned as Tuned

__all__ = ["ENCODER", "TRANSLATION_MODEL", "Manifest", "Model", "check", "convert", "shipped",
           "tune_markers"]

_MINUTES = 30.0


def shipped() -> list[Model]:
    """Return the models that ship with crosslabel; ``manifest`` describes each."""
    return shipped_models()


@checked()
def convert(
    model: Place, output: Place, *, revision: str | None = None, quantization: str = "float16"
) -> Manifest:
    """Convert a translation model to CTranslate2.

    Args:
        model: folder or hub name of a transformers checkpoint.
        output: new local folder for the converted model.
        revision: of a model of the hub.
        quantization: of the stored weights: ``float32``, ``float16``, ``int8``, ...

    Returns:
        What ``model.json`` says of the model.

    Raises:
        InputError: there is no such checkpoint, or it cannot be converted.
    """
    from crosslabel.pipeline.models.convert import convert as convert_checkpoint

    given = str(model)
    path = locate(given, revision)
    name = path.name if Path(given).is_dir() else given
    return convert_checkpoint(path, local_place(output, "the folder of a model"), name=name,
                              revision=revision, quantization=quantization)


@checked()
def check(
    model: Place, *, revision: str | None = None, text: str = "The house is small.",
    source: str = "en",
) -> Iterator[str]:
    """Verify the files of a model, load it, and try it on a sentence; yield lines on each step.

    If its transformers checkpoint is available too, greedy translations of both are compared.

    Args:
        model: shipped name, folder or hub name.
        text: the sentence.
        source: its language.

    Raises:
        InputError: the model is broken; the message names the way out.
    """
    from crosslabel.pipeline.verify.model import check_model

    yield from check_model(str(model), revision, text, source)


@checked()
def tune_markers(
    model: Place,
    output: Place,
    *,
    bitexts: Sequence[Place],
    targets: Sequence[str],
    source: str = "en",
    minutes: float | None = None,
    steps: int | None = None,
    markers: str = "letters",
    plain: float = 0.5,
    learning_rate: float = 5e-5,
    seed: int = 0,
    device: str = "auto",
    revision: str | None = None,
    quantization: str = "float16",
    progress: Progress | bool = True,
) -> Tuned:
    """Teach a translation model to keep markers around spans.

    Phrases with consistent word links are marked on both sides of the bitext; the model learns from
    them and from plain text, in both directions if it translates both ways. Part of the bitext is
    held out to measure the model before and after.

    Args:
        model: shipped name, folder or hub name.
        output: new local folder for the tuned model.
        bitexts: files of translated sentences: source, tab, target; ``.gz`` too.
        targets: the language of the targets in each file.
        source: language of the sources.
        minutes, steps: how long to tune; 30 minutes by default.
        markers: a convention: letters, indexed, brackets, labelpigeon or easyproject.
        plain: share of examples without markers.
        learning_rate: the highest one.
        seed: of all random choices.
        device: ``auto``, ``cpu`` or ``cuda``.
        quantization: of the stored weights.

    Raises:
        InputError: the model or a file cannot be used, or ``output`` exists.
    """
    from crosslabel.pipeline.aligner.bitext import Bitext
    from crosslabel.pipeline.marker_tuning.learning import Budget
    from crosslabel.pipeline.marker_tuning.tune import tune_markers as tune
    from crosslabel.pipeline.marker_tuning.tuning import Tuning

    if len(bitexts) != len(targets):
        raise InputError(f"{len(bitexts)} bitexts and {len(targets)} languages of targets; give "
                         "one language for each file")
    texts = tuple(Bitext(local_place(file, "a bitext"), source, lang)
                  for file, lang in zip(bitexts, targets, strict=True))
    budget = Budget(_MINUTES if minutes is None and steps is None else minutes, steps)
    tuning = Tuning(texts, budget, markers, plain, seed, learning_rate, device, quantization)
    with shown(progress) as display:
        return tune(str(model), revision, tuning, local_place(output, "the folder of a model"),
                    lambda now: display.progress("tuning", round(100 * now.used), 100))
