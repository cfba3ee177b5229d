"""The reason why the hub does not give a model, and the way out, in one line."""

from __future__ import annotations

import os

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.projection.errors import first_line

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_LOG_IN = "log in with 'hf auth login' or set HF_TOKEN"


def why_not(name: str, revision: str | None, error: Exception) -> str:
    """Return the reason and the way out, to stand after ``no such folder, and``.

    Args:
        name: of the model.
        error: raised by the client of the hub or by its transport, which have dozens of types.
    """
    from huggingface_hub import constants, errors

    if isinstance(error, errors.GatedRepoError):
        return (f"the hub gives it only to those who may read it; ask for access on "
                f"{constants.ENDPOINT}/{name}, then {_LOG_IN}")
    if isinstance(error, errors.RepositoryNotFoundError):
        return ("the hub did not give it: there is none of this name, or it is private; check the "
                f"name, give one of these or a hub name such as Helsinki-NLP/opus-mt-en-de, or "
                f"{_LOG_IN}")
    if isinstance(error, errors.RevisionNotFoundError):
        return (f"the hub did not give it: it has no revision {revision!r}; give a commit, a tag "
                "or a branch that it has")
    if constants.is_offline_mode():
        variable = next((name for name in _OFFLINE if os.environ.get(name)), _OFFLINE[0])
        return (f"{variable} forbids to fetch it from the hub, and {cache_folder() / 'hub'} does "
                f"not hold it; run this once with {variable}=0, or give the folder of a copy")
    if isinstance(error, errors.LocalEntryNotFoundError):
        return (f"the hub did not give it: {constants.ENDPOINT} cannot be reached "
                f"({_cause(error)}); check the network and run it again, or give the folder of a "
                "copy")
    return (f"the hub did not give it ({first_line(error)}); run it again, or give the folder of a "
            "copy or a hub name such as Helsinki-NLP/opus-mt-en-de")


def _cause(error: Exception) -> str:
    return first_line(error.__cause__ or error)
