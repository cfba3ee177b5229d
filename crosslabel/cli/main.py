"""The ``crosslabel`` command: registers the subcommands and turns errors into exit codes."""

from __future__ import annotations

import logging
import sys
from typing import Annotated, NoReturn

import typer

import crosslabel
from crosslabel.cli.commands import (
    align,
    build,
    cache,
    combine,
    evaluate,
    export,
    featurize,
    finetune,
    flow,
    inspect,
    models,
    predict,
    project,
    recipes,
    soften,
    verify,
    work,
)
from crosslabel.cli.commands import translate as translate_command
from crosslabel.cli.leaving import EXIT_SIGNAL, at_once, leave
from crosslabel.cli.row_output import EXIT_BAD_ROWS
from crosslabel.cli.terminal import PlainLines
from crosslabel.library.errors import CrosslabelError, InputError, NoRowsError, explained

EXIT_ERROR = 1
EXIT_INPUT = 2

app = typer.Typer(
    name="crosslabel",
    help="Translate labelled corpora and project their span labels onto the translations.\n\n"
    "Exit codes: 0 done, 1 failed, 2 the input, recipe or model cannot be used, 3 rows were "
    "unusable: all of a language in a build or export, or some elsewhere, 128+n stopped by signal "
    "n.",
    epilog="Example: crosslabel build demo-ner",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command(epilog=recipes.EXAMPLE)(at_once(recipes.recipes))
app.command(epilog=build.EXAMPLE)(build.build)
app.command(epilog=work.EXAMPLE)(work.work)
app.command(epilog=translate_command.EXAMPLE)(at_once(translate_command.translate))
app.command(epilog=align.EXAMPLE)(at_once(align.align))
app.command(epilog=project.EXAMPLE)(at_once(project.project))
app.add_typer(evaluate.app, name="evaluate")
app.command(epilog=inspect.EXAMPLE)(at_once(inspect.inspect))
app.command(epilog=verify.EXAMPLE)(at_once(verify.verify))
app.command(epilog=export.EXAMPLE)(at_once(export.export))
app.command(epilog=featurize.EXAMPLE)(at_once(featurize.featurize))
app.command(epilog=soften.EXAMPLE)(at_once(soften.soften))
app.command(epilog=finetune.EXAMPLE)(finetune.finetune)
app.command(epilog=predict.EXAMPLE)(at_once(predict.predict))
app.command(epilog=combine.EXAMPLE)(at_once(combine.combine))
app.add_typer(models.app, name="models")
app.add_typer(cache.app, name="cache")
app.add_typer(flow.app, name="flow")


def _print_version(asked: bool) -> None:
    if asked:
        print(f"crosslabel {crosslabel.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True,
                           help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; print errors that a person can fix as one line on stderr."""
    log = logging.StreamHandler()
    log.setFormatter(PlainLines("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[log])
    try:
        sys.exit(app(prog_name="crosslabel", standalone_mode=False))
    except (KeyboardInterrupt, typer.Abort):
        leave()
    except typer.TyperException as error:
        _fail_usage(error)
    except CrosslabelError as error:
        _fail(error)
    except OSError as error:
        explanation = explained(error)
        if type(explanation) is CrosslabelError:  # not an error that a person can fix
            raise
        _fail(explanation)


def _fail_usage(error: typer.TyperException) -> NoReturn:
    """Print the error in the command line, unless help was shown because words are missing."""
    message = error.format_message().replace("Value error, ", "").rstrip(".")
    if not message:
        sys.exit(EXIT_INPUT)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "crosslabel"
    _fail(InputError(f"{message} (see '{command} --help')"))


def _fail(error: CrosslabelError) -> NoReturn:
    print(f"crosslabel: {error}", file=sys.stderr)
    sys.exit(_exit_code(error))


def _exit_code(error: CrosslabelError) -> int:
    if isinstance(error, NoRowsError):
        return EXIT_BAD_ROWS
    if isinstance(error, InputError):
        return EXIT_INPUT
    number = getattr(error, "signal", None)
    return EXIT_SIGNAL + number if number else EXIT_ERROR
