"""``crosslabel translate``: translate a text file line by line."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.completion import model_names
from crosslabel.cli.options import Device
from crosslabel.cli.pipes import STANDARD, input_file
from crosslabel.cli.terminal import print_data, warn
from crosslabel.library.names import TRANSLATION_MODEL

EXAMPLE = "Example: crosslabel translate letters.txt --to de --output letters.de.txt"


def translate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="UTF-8 text, one text per line; "
                                         "- for standard input.")],
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
    import crosslabel as cl
    from crosslabel.cli.row_output import report_bad_rows
    from crosslabel.library.lines import line_writer

    translator = cl.Translator.from_pretrained(model, revision=revision, device=device)
    with input_file(file) as (path, named):
        texts, problems = translator.translate_file(path, source=source_lang, target=to, beam=beam)
    prints = output in (None, STANDARD)
    with line_writer(output) if output and not prints else nullcontext(print_data) as write:
        for text in texts:
            write(text)
    if translator.warning:
        warn(f"crosslabel: {translator.warning}")
    report_bad_rows(named(problems))
