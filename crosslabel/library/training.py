"""Fine-tuning of students on corpora."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from crosslabel.library.arguments import checked
from crosslabel.library.corpus import Corpus
from crosslabel.library.places import local_place
from crosslabel.library.progress import Display, Progress, StopRequest, run
from crosslabel.library.recipes import training_recipe
from crosslabel.library.student import Student

if TYPE_CHECKING:
    from pydantic import BaseModel

    from crosslabel.finetune.recipe import FinetuneRecipe
    from crosslabel.library.places import Place

    Data: TypeAlias = Corpus | Place | Mapping[str, Any]


@checked()
def fine_tune(
    recipe: str | Path | Mapping[str, Any] | BaseModel,
    out: Place | None = None,
    *,
    data: Data | Sequence[Data] | None = None,
    progress: Progress | bool = True,
    stop: StopRequest | None = None,
) -> Student:
    """Featurize corpora, train a teacher, write its soft labels, train a student and measure it.

    Steps that an earlier run finished are kept, and a training that was stopped goes on after its
    last step. It can be called from any thread and within a running event loop. Ctrl-C and SIGTERM
    end it after a checkpoint, where handlers of signals can be set; ``stop`` ends it everywhere.

    >>> student = cl.fine_tune("demo-filter", "out/filter", data=[corpus])

    Args:
        recipe: as :func:`load_recipe` takes it.
        out: a local folder; by default ``out/`` and the recipe's name.
        data: what to train on in place of the ``data`` of the recipe, one or a list: corpora, their
            folders, labelled files, or entries of ``data`` as mappings.
        progress: false shows nothing; a callback gets (stage, done, total).
        stop: ``stop.ask()`` ends the run from another thread.

    Returns:
        The student; its ``results`` are the figures on the gold files of the recipe, and ``None``
        in all processes but the first that ``accelerate launch`` started.

    Raises:
        InputError: the recipe, its data or its models cannot be used.
        StoppedError: the run was asked to stop; the same call goes on.
    """
    from crosslabel.finetune.run import finetune

    changes = {} if data is None else {"data": _entries(data)}
    loaded = training_recipe(recipe, changes)
    folder = local_place(Path("out") / loaded.name if out is None else out, "the folder of a model")

    def work(request: StopRequest, display: Display) -> dict[str, Any] | None:
        return finetune(loaded, folder, display.progress, request, display.tell)

    return trained(loaded, folder, run(work, stop, progress))


def trained(
    recipe: FinetuneRecipe, folder: Path, results: dict[str, Any] | None = None
) -> Student:
    """Return the student that a run has made, with the figures in its folder.

    Args:
        results: in place of those figures.
    """
    from crosslabel.finetune.inference.forward import Device
    from crosslabel.finetune.run import RESULTS, Run
    from crosslabel.pipeline.storage.files import read_json

    machine = recipe.machine
    return Student([Run(recipe, folder).model], Device(machine.device, machine.bf16),
                   read_json(folder / RESULTS) if results is None else results)


def _entries(data: Data | Sequence[Data]) -> list[Mapping[str, Any]]:
    many = data if isinstance(data, list | tuple) else [data]
    return [_entry(cast("Data", entry)) for entry in many]


def _entry(data: Data) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    return {"path": data.folder if isinstance(data, Corpus) else data}
