"""``crosslabel models``: list, convert, tune and check models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from crosslabel.cli.commands import tune_markers
from crosslabel.cli.completion import model_names
from crosslabel.cli.leaving import at_once
from crosslabel.cli.terminal import print_json, say, warn

_LISTED = 20
"""Most languages that a table lists by name; --json has all."""

app = typer.Typer(help="List, convert, tune and check models.", no_args_is_help=True)
app.command("tune-markers", epilog=tune_markers.EXAMPLE)(at_once(tune_markers.tune_markers))


@app.command("list", epilog="Example: crosslabel models list --json")
@at_once
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the models that ship with crosslabel."""
    import crosslabel as cl

    models = cl.models.shipped()
    if as_json:
        described = [model.manifest.model_dump(mode="json", exclude_none=True) for model in models]
        print_json(described)
        return
    from crosslabel.cli.tables import FittedTable

    table = FittedTable("name", "kind", "family", "from", "to", "licence", "MB", numbers=("MB",))
    for model in models:
        manifest = model.manifest
        size = sum(file.stat().st_size for file in model.path.rglob("*") if file.is_file()) / 1e6
        table.add_row(
            manifest.name, manifest.kind, manifest.family, _listed(manifest.languages.source),
            _listed(manifest.languages.target), manifest.licence, f"{size:.1f}",
        )
    table.show()


def _listed(languages: Sequence[str]) -> str:
    """Return languages by name, or their number if they are too many to read."""
    if len(languages) > _LISTED:
        return f"{len(languages)} languages"
    return ", ".join(languages)


@app.command(
    epilog="Example: crosslabel models convert Helsinki-NLP/opus-mt-en-de --output models/en-de"
)
@at_once
def convert(
    model: Annotated[str, typer.Argument(metavar="MODEL",
                                         help="Folder or hub name of a transformers checkpoint.")],
    output: Annotated[Path, typer.Option(metavar="DIR",
                                         help="New folder for the converted model.")],
    revision: Annotated[str | None, typer.Option(help="Hub revision.")] = None,
    quantization: Annotated[
        str, typer.Option(help="Stored weights: float32, float16, int8, ...")
    ] = "float16",
) -> None:
    """Convert a translation model to CTranslate2."""
    import crosslabel as cl

    manifest = cl.models.convert(model, output, revision=revision, quantization=quantization)
    if manifest.warning:
        warn(f"crosslabel: {manifest.warning}")
    say(f"{output}: ready; use it with --set translation.model={output}")


@app.command(epilog="Example: crosslabel models check mt-en-de-es")
@at_once
def check(
    model: Annotated[str, typer.Argument(metavar="MODEL", autocompletion=model_names,
                                         help="Shipped name, folder or hub name.")],
    revision: Annotated[str | None, typer.Option(help="Hub revision.")] = None,
    text: Annotated[str, typer.Option(help="Sentence to try it on.")] = "The house is small.",
    lang: Annotated[str, typer.Option("--from", help="Language of the sentence.")] = "en",
) -> None:
    """Verify a model's files, load it, show its abilities and try it on a sentence.

    If its transformers checkpoint is available too, compare greedy translations of both.
    """
    import crosslabel as cl

    for line in cl.models.check(model, revision=revision, text=text, source=lang):
        say(line)
