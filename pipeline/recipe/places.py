"""The places that a recipe names: relative to its file, or to the working directory.

Paths of data and folders of models start at the file that names them. Those that a change of the
recipe gives start at the working directory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from crosslabel.pipeline.recipe.model_names import NamesAModel, beside, check_unambiguous
from crosslabel.projection.errors import InputError

Key = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the relative places of a recipe start.

    Attributes:
        folder: the folder of the recipe file.
        given_here: keys whose places are relative to the working directory.
        shown: returns the place of a key in the recipe, for messages.
    """

    folder: Path
    given_here: Sequence[str]
    shown: Callable[[Key], str]

    def resolved(self, value: Any, key: Key = ()) -> Any:
        """Return the recipe, or a part of it at a key, with all its places resolved.

        Raises:
            InputError: a model could be either of two.
        """
        if isinstance(value, BaseModel):
            fields = type(value).model_fields
            return value.model_copy(update={
                name: self._field(fields[name], child, (*key, name))
                for name, child in value if name in value.model_fields_set})
        if isinstance(value, Mapping):
            return {name: self.resolved(child, (*key, name)) for name, child in value.items()}
        if isinstance(value, tuple):
            return tuple(self.resolved(child, (*key, step)) for step, child in enumerate(value))
        if isinstance(value, Path):
            return value.resolve() if self._is_given_here(key) else self.folder / value
        return value

    def _field(self, field: FieldInfo, value: Any, key: Key) -> Any:
        if isinstance(value, str) and any(isinstance(mark, NamesAModel) for mark in field.metadata):
            return self._model(value, key)
        return self.resolved(value, key)

    def _model(self, name: str, key: Key) -> str:
        try:
            if not self._is_given_here(key):
                return beside(name, self.folder)
            check_unambiguous(name, Path.cwd())
        except ValueError as error:
            raise InputError(f"{self.shown(key)}: {error}") from None
        return name

    def _is_given_here(self, key: Key) -> bool:
        dotted = ".".join(map(str, key)) + "."
        return any(dotted.startswith(f"{given}.") for given in self.given_here)
