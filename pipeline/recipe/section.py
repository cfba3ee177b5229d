"""The base class of all sections of a recipe."""

from __future__ import annotations

from typing import Annotated

import langcodes
from pydantic import AfterValidator, BaseModel, ConfigDict

from crosslabel.projection.files.limits import MAX_FOLDER_NAME


def _language(tag: str) -> str:
    if len(tag) > MAX_FOLDER_NAME or not langcodes.tag_is_valid(tag):
        raise ValueError(f"{tag!r} is not a valid BCP-47 language tag, for example 'de' or 'pt-BR'")
    return str(langcodes.standardize_tag(tag))


Language = Annotated[str, AfterValidator(_language)]


class Section(BaseModel):
    """A section of a recipe; unknown keys are errors, and values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
