"""``crosslabel models tune-markers``: teach a translation model to keep markers around spans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import Device
from crosslabel.cli.terminal import say, warn

if TYPE_CHECKING:
    from crosslabel.library.models import Measured

EXAMPLE = (
    "Example: crosslabel models tune-markers Helsinki-NLP/opus-mt-en-de --bitext en-de.tsv.gz "
    "--to de --output models/en-de-markers --minutes 30"
)


def tune_markers(
    model: Annotated[str, typer.Argument(metavar="MODEL", autocompletion=model_names,
                                         help="Shipped name, folder or hub name.")],
    bitext: Annotated[list[Path], typer.Option(
        metavar="FILE",
        help="Translated sentences: source, tab, target; .gz too. Repeat it with --to for a model "
        "with several languages.")],
    to: Annotated[list[str], typer.Option(
        metavar="LANG", help="Language of the targets; the n-th --to is for the n-th file.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="New folder for the tuned model.")],
    source_lang: Annotated[str, typer.Option("--from", metavar="LANG",
                                             help="Language of the sources.")] = "en",
    minutes: Annotated[float | None, typer.Option(
        help="Minutes to tune; 30 without --steps.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps to tune, instead of minutes.")] = None,
    markers: Annotated[str, typer.Option(
        metavar="NAME",
        help="Convention: letters, indexed, brackets, labelpigeon or easyproject.")] = "letters",
    plain: Annotated[float, typer.Option(help="Share of examples without markers.")] = 0.5,
    learning_rate: Annotated[float, typer.Option(help="The highest learning rate.")] = 5e-5,
    seed: Annotated[int, typer.Option(help="Seed of all random choices.")] = 0,
    device: Device = "auto",
    revision: Annotated[str | None, typer.Option(help="Hub revision.")] = None,
    quantization: Annotated[
        str, typer.Option(help="Stored weights: float32, float16, int8, ...")
    ] = "float16",
) -> None:
    """Teach a translation model to keep markers around spans.

    Phrases with consistent word links are marked on both sides of the bitext; the model learns from
    them and from plain text, in both directions if it translates both ways. Part of the bitext is
    held out to measure the model before and after; the card of the new model lists the figures.
    """
    import crosslabel as cl

    if len(bitext) != len(to):
        raise cl.InputError(f"{len(bitext)} --bitext and {len(to)} --to; give one --to for each "
                            "file")
    tuned = cl.models.tune_markers(
        model, output, bitexts=bitext, targets=to, source=source_lang, minutes=minutes,
        steps=steps, markers=markers, plain=plain, learning_rate=learning_rate, seed=seed,
        device=device, revision=revision, quantization=quantization,
    )
    for measured in tuned.after:
        say(_line(measured))
    if tuned.manifest.warning:
        warn(f"crosslabel: {tuned.manifest.warning}")
    say(f"{output}: ready after {tuned.steps} steps; use it with "
        f"--set translation.model={output}")


def _line(measured: Measured) -> str:
    """Return the figures of one direction as a line for people."""
    kept = ", ".join(f"{count}: {survival.survived:.0%}"
                     for count, survival in measured.survival.items())
    quality = measured.quality
    scores = f"BLEU {quality.bleu:.1f}, chrF {quality.chrf:.1f}" if quality else (
        "BLEU and chrF not measured: sacrebleu is not installed")
    return (f"{measured.source_lang}-{measured.target_lang}: {scores}; "
            f"texts that keep all tags, by number of tags: {kept or 'none to measure'}")
