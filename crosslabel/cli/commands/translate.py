"""``crosslabel translate``: translate a text file line by line."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import Device
from crosslabel.cli.terminal import print_data, warn
from crosslabel.pipeline.storage.shipped import TRANSLATION_MODEL
from crosslabel.projection.errors import InputError, at

EXAMPLE = "Example: crosslabel translate letters.txt --to de --output letters.de.txt"


def translate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="UTF-8 text, one text per line.")],
    to: Annotated[str, typer.Option(metavar="LANG", help="Target language, e.g. de.")],
    source_lang: Annotated[str, typer.Option("--from", metavar="LANG",
                                             help="Source language.")] = "en",
    model: Annotated[
        str, typer.Option(metavar="MODEL", autocompletion=model_names,
                          help="Shipped name, folder or hub name.")
    ] = TRANSLATION_MODEL,
    revision: Annotated[str | None, typer.Option(help="Hub revision.")] = None,
    beam: Annotated[int, typer.Option(min=1, help="Beam size.")] = 4,
    device: Device = "auto",
    output: Annotated[Path | None, typer.Option(metavar="FILE",
                                                help="Output file; standard output if not given.")
                      ] = None,
) -> None:
    """Translate a text file line by line; a line that cannot be translated stays empty."""
    from crosslabel.cli.row_output import line_writer, report_bad_rows
    from crosslabel.pipeline.models.convert import translation_model
    from crosslabel.pipeline.recipe import Engine, TranslationSection
    from crosslabel.pipeline.translate_texts import translate_texts

    texts, problems = _read(file)
    engine = Engine(device=device)
    translator = translation_model(model, revision)
    section = TranslationSection(beam=beam)
    results = translate_texts(texts, source_lang, to, translator, section, engine)
    with line_writer(output) if output else nullcontext(print_data) as write:
        for result in results:
            write(result.fields.get("text", ""))
    if translator.manifest.warning:
        warn(f"crosslabel: {translator.manifest.warning}")
    for number, result in enumerate(results, start=1):
        problems += [f"{at(file, number)}: not translated: {reason}" for reason in result.reasons]
    report_bad_rows(problems)


def _read(file: Path) -> tuple[list[str], list[str]]:
    """Return the lines of a file, empty if not UTF-8, and the errors of such lines."""
    from crosslabel.projection.files.lines import decode, lines

    texts, problems = [], []
    for number, line in lines(file):
        try:
            texts.append(decode(line))
        except InputError as error:
            texts.append("")
            problems.append(f"{at(file, number)}: {error}")
    return texts, problems
