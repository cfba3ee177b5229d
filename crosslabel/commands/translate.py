"""``crosslabel translate``: lines of text in, as many lines of translation out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: crosslabel translate letters.txt --to de --output letters.de.txt"


def translate(
    file: Annotated[Path, typer.Argument(help="UTF-8 text, one text per line.")],
    to: Annotated[str, typer.Option(help="Target language, e.g. de.")],
    source_lang: Annotated[str, typer.Option("--from", help="Source language.")] = "en",
    model: Annotated[
        str, typer.Option(help="Shipped name, folder or hub name.")
    ] = "mt-en-de-es",
    beam: Annotated[int, typer.Option(min=1, help="Beam size.")] = 4,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    output: Annotated[Path | None, typer.Option(help="Output file; standard output if not given.")
                      ] = None,
) -> None:
    """Translate a text file line by line; a line that cannot be translated stays empty."""
    from pipeline.readers.text import read_lines
    from pipeline.recipe import Engine, Translation
    from pipeline.storage import committed
    from pipeline.texts import translate_texts

    lines = read_lines(file)
    engine = Engine.model_validate({"device": device})
    decoding = Translation(model=model, beam=beam)
    results = translate_texts(lines, source_lang, to, decoding, engine)
    text = "".join(result.fields.get("text", "") + "\n" for result in results)
    if output:
        with committed(output) as out:
            out.write(text.encode())
    else:
        sys.stdout.write(text)
    for number, result in enumerate(results, start=1):
        for reason in result.reasons:
            print(f"{file}, row {number}: not translated: {reason}", file=sys.stderr)
    if any(result.reasons for result in results):
        raise typer.Exit(3)
