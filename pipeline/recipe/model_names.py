"""The name of a model in a recipe, and the folder beside the recipe that it may stand for.

A name is looked for in this order: among the shipped models, as a folder relative to the recipe
file (as paths of data are), as a folder relative to the working directory, and on the hub. What
begins with ``./`` or ``../`` is always a folder. A name that is both a shipped model and another
folder beside the recipe is refused, because either could be meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from crosslabel.pipeline.models.find import folder_name, is_shipped
from crosslabel.pipeline.models.hub import HUB_NAME
from crosslabel.pipeline.storage.shipped import MODELS, names


class NamesAModel:
    """The mark of a field that names a model."""


ModelName = Annotated[str, Field(min_length=1), NamesAModel()]
OptionalModelName = Annotated[Annotated[str, Field(min_length=1)] | None, NamesAModel()]
FOLDER = "folder (relative to the recipe file)"
"""How a description of such a field calls a folder."""


def beside(name: str, start: Path) -> str:
    """Return the path of the folder that a name stands for, or the name if it is no folder there.

    Args:
        start: the folder that the recipe is in.

    Raises:
        ValueError: the name is that of a shipped model too.
    """
    check_unambiguous(name, start)
    folder = start / name
    try:
        if is_shipped(name):
            return name
        if folder.is_dir():
            return str(folder)
        elsewhere = Path(name).is_dir() or HUB_NAME.fullmatch(name)
    except OSError:  # no name of a file; the search for the model says so
        return name
    return name if elsewhere else str(folder)


def check_unambiguous(name: str, start: Path) -> None:
    """Refuse a name that is both a shipped model and another folder.

    Raises:
        ValueError: it is; the message says how to name either.
    """
    folder = start / name
    if name in names(MODELS) and folder.is_dir() and not folder.samefile(MODELS / name):
        raise ValueError(f"{name!r} is a shipped model and also the folder {folder}; write "
                         f"'./{name}' for the folder, or rename it to use the shipped model")


def without_folders(name: str) -> str:
    """Return the name of a model for a manifest: of a folder, its last part."""
    if not (Path(name).is_absolute() or Path(name).is_dir()):
        return name
    return folder_name(Path(name))
