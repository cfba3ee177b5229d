"""Builds: from a recipe, or from rows in memory, to a corpus."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.library.arguments import UNCHECKED, checked
from crosslabel.library.corpus import Corpus
from crosslabel.library.places import place
from crosslabel.library.progress import Display, Progress, StopRequest, run
from crosslabel.library.recipes import corpus_recipe
from crosslabel.pipeline.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

    from crosslabel.library.places import Place
    from crosslabel.library.sources import Rows
    from crosslabel.pipeline.planning.planned import Plan
    from crosslabel.pipeline.run.account import Account
    from crosslabel.pipeline.storage.location import Location



@checked(source=UNCHECKED)
def build(
    recipe: str | Path | Mapping[str, Any] | BaseModel,
    out: Place | None = None,
    *,
    source: Place | Rows | None = None,
    limit: int | None = None,
    fresh: bool = False,
    progress: Progress | bool = True,
    stop: StopRequest | None = None,
) -> Corpus:
    """Translate a labelled corpus, project its labels and write Arrow shards.

    A build continues the work that an earlier one left in ``out``. It can be called from any thread
    and within a running event loop. Ctrl-C and SIGTERM end it once the work under way is finished,
    where handlers of signals can be set; ``stop`` ends it everywhere.

    >>> corpus = cl.build("demo-ner", "out/demo", limit=100)
    >>> corpus = cl.build("demo-ner", "out/mine", source=[
    ...     {"text": "Anna lives in Hamburg.", "spans": [{"start": 0, "end": 4, "label": "PER"}]}])

    Args:
        recipe: as :func:`load_recipe` takes it.
        out: output folder, local or a URL; by default ``out/`` and the recipe's name.
        source: rows in place of those that the recipe names: a ``datasets.Dataset`` or
            ``DatasetDict``, a pandas frame, a list of dicts, or a file, folder, pattern or address
            on the hub, or a list of these as ``pathlib.Path``. Their labels need not be those of
            the recipe.
        limit: take at most this many rows.
        fresh: forget earlier work in ``out`` first, including translations.
        progress: false shows nothing; a callback gets (stage, done, total).
        stop: ``stop.ask()`` ends the build from another thread.

    Raises:
        InputError: the recipe, rows, models or output folder cannot be used.
        NoRowsError: every row was rejected in a language; ``open_corpus(out)`` has the rejects.
        StoppedError: the build was asked to stop; the same call goes on.
        CrosslabelError: another run works in ``out``, or a unit of work failed.
    """
    from crosslabel.pipeline.build import build as build_in_process

    with _with_source(corpus_recipe(recipe), source) as (loaded, renamed):
        folder = _folder(loaded, out)

        def work(request: StopRequest, display: Display) -> Corpus:
            shown = Display(display.progress, lambda line: display.tell(renamed(line)))
            return _built(folder, shown, build_in_process(
                loaded, folder, limit=limit, fresh=fresh, progress=display.progress, stop=request,
                tell=shown.tell), renamed)

        return run(work, stop, progress)


@checked()
def work(
    recipe: str | Path | Mapping[str, Any] | BaseModel,
    out: Place | None = None,
    *,
    limit: int | None = None,
    progress: Progress | bool = True,
    stop: StopRequest | None = None,
) -> Corpus:
    """Take part in a build that several processes share, until it is finished.

    Call it in one process per GPU, on one machine or many, with the same arguments. Each process
    takes work that no other does; one may be killed or join late.

    Args:
        recipe, out, limit, progress, stop: as for :func:`build`, the same in all processes.

    Raises:
        InputError, NoRowsError, StoppedError, CrosslabelError: as :func:`build`.
    """
    from crosslabel.pipeline.work import work as work_in_process

    loaded = corpus_recipe(recipe)
    folder = _folder(loaded, out)

    def take_part(request: StopRequest, display: Display) -> Corpus:
        return _built(folder, display, work_in_process(
            loaded, folder, limit=limit, progress=display.progress, stop=request,
            tell=display.tell))

    return run(take_part, stop, progress)


def _folder(recipe: Recipe, out: Place | None) -> Location:
    return Path("out") / recipe.name if out is None else place(out)


def _built(
    folder: Location,
    display: Display,
    result: tuple[Plan, dict[str, Any], Account],
    renamed: Callable[[str], str] = str,
) -> Corpus:
    planned, _, account = result
    for line in account.warnings:
        display.tell(line)
    # Rejects are not told here, because the summary of the corpus names them.
    warnings = map(renamed, (*planned.warnings, *account.warnings, *account.rejects))
    return Corpus(folder, account=account, warnings=tuple(warnings))


@contextmanager
def _with_source(
    recipe: Recipe, source: Place | Rows | None
) -> Iterator[tuple[Recipe, Callable[[str], str]]]:
    """Provide the recipe with its source, and a function that names rows in memory in messages."""
    if source is None:
        yield recipe, str
        return
    from crosslabel.library.sources import as_file, places_of

    places = places_of(source)
    with nullcontext((places, str)) if places else as_file(source) as (path, renamed):
        changed = recipe.source.model_copy(
            update={"path": path, "format": "auto", "labels": None})
        yield recipe.model_copy(update={"source": changed}), renamed
