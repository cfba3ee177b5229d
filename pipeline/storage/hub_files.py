"""Files of data sets on the hub, under the addresses that fsspec gives them:
``hf://datasets/owner/name[@revision][/path]``.

Files and listings are kept in the cache of ``huggingface_hub``, by commit: what was fetched once is
read again without a network. ``HF_ENDPOINT``, ``HF_TOKEN``, ``HF_HUB_CACHE`` and
``HF_HUB_OFFLINE`` count as everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crosslabel.pipeline.storage.hub_bars import terminal_bars
from crosslabel.pipeline.storage.location import Location, is_local, location
from crosslabel.projection.errors import InputError, TransientError, first_line

CARD = "README.md"
_FORM = "hf://datasets/OWNER/NAME[@REVISION][/PATH]"
_DATASET = "dataset"
_LOG_IN = "log in with 'hf auth login' or set HF_TOKEN"
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


@dataclass(frozen=True, slots=True)
class HubAddress:
    """The address of a data set on the hub, or of something in it.

    Attributes:
        repo: owner and name.
        revision: branch, tag or commit; ``None`` for the main branch.
        path: of a file or folder in it; empty for the whole.
    """

    repo: str
    revision: str | None = None
    path: str = ""

    def __str__(self) -> str:
        revision = f"@{self.revision}" if self.revision else ""
        return f"hf://datasets/{self.repo}{revision}/{self.path}".rstrip("/")

    def place(self, path: str) -> Location:
        """Return the location of a file of the data set, at this revision."""
        return location(str(replace(self, path=path)))


def is_on_hub(place: Location) -> bool:
    """Return whether a location is on the hub."""
    return not is_local(place) and place.protocol == "hf"


def address_of(place: Location) -> HubAddress:
    """Return the address that a location on the hub stands for.

    Raises:
        InputError: it is not the address of a data set; the message has the right form.
    """
    from huggingface_hub import parse_hf_uri

    written = str(place)
    try:
        parsed = parse_hf_uri(written)
    except ValueError:
        raise InputError(f"{written}: not the address of a data set; write {_FORM}") from None
    if parsed.type == "model":
        dataset = written.replace("hf://", "hf://datasets/", 1)
        raise InputError(f"{written}: names a model by its form; the data set is {dataset}")
    if parsed.type != _DATASET:
        raise InputError(f"{written}: not the address of a data set; write {_FORM}")
    return HubAddress(parsed.id, parsed.revision, parsed.path_in_repo.rstrip("/"))


def pinned(address: HubAddress) -> HubAddress:
    """Return an address with the commit that its revision points to at the moment.

    Without a network it is the commit that was seen last.

    Raises:
        InputError: the hub has no such data set or revision, or refuses access.
        TransientError: the hub cannot be reached.
    """
    with _explained(address):
        resolved = _api().resolve_revision(address.repo, repo_type=_DATASET,
                                           revision=address.revision, cache_dir=_cache())
    return replace(address, revision=resolved.resolved)


def file_names(address: HubAddress) -> list[str]:
    """Return the names of all files at the commit of an address, sorted; its card is fetched too.

    Raises:
        InputError, TransientError: as :func:`pinned`.
    """
    from huggingface_hub import get_cached_repo_tree

    with _explained(address):
        _api().snapshot_download(address.repo, repo_type=_DATASET, revision=address.revision,
                                 cache_dir=_cache(), allow_patterns=[CARD],
                                 tqdm_class=terminal_bars())
        listed = get_cached_repo_tree(address.repo, repo_type=_DATASET, revision=address.revision,
                                      cache_dir=_cache())
    return sorted(file.path for file in listed)


def fetched(address: HubAddress) -> Path:
    """Return the local path of a file in the cache, fetched first if it is not there.

    Raises:
        InputError, TransientError: as :func:`pinned`.
    """
    with _explained(address):
        return Path(_api().hf_hub_download(address.repo, address.path, repo_type=_DATASET,
                                           revision=address.revision, cache_dir=_cache(),
                                           tqdm_class=terminal_bars()))


def _api() -> Any:
    from huggingface_hub import HfApi

    return HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)


def _cache() -> str | None:
    return os.environ.get("HF_HUB_CACHE") or None


@contextmanager
def _explained(address: HubAddress) -> Iterator[None]:
    """Turn errors of the client in the block into one line with the way out."""
    from huggingface_hub import errors, is_offline_mode

    try:
        yield
    except errors.GatedRepoError as error:
        raise InputError(f"{address}: the hub gives it only to those who may read it; ask for "
                         f"access on its page, then {_LOG_IN}") from error
    except errors.RepositoryNotFoundError as error:
        raise InputError(f"{address}: the hub has no such data set, or it is private; check the "
                         f"name, or {_LOG_IN}") from error
    except errors.RevisionNotFoundError as error:
        raise InputError(f"{address}: the data set has no revision {address.revision!r}; give a "
                         "commit, a tag or a branch that it has") from error
    except errors.RemoteEntryNotFoundError as error:
        raise InputError(f"{address}: the data set has no such file; check the path") from error
    except Exception as error:  # the client and its transport raise dozens of types
        if is_offline_mode():
            variable = next((name for name in _OFFLINE if os.environ.get(name)), _OFFLINE[0])
            raise InputError(f"{address}: {variable} forbids to ask the hub for it; run this once "
                             f"with {variable}=0, or give a local copy") from error
        status = getattr(getattr(error, "response", None), "status_code", 500)
        kind = InputError if 400 <= status < 500 and status not in (408, 429) else TransientError
        raise kind(f"{address}: the hub does not give it ({first_line(error)}); check the "
                   "connection and run the same command again") from error
