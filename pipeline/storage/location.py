"""Where a file or folder is: on the local disk, or in a store that fsspec reaches.

A location with a scheme, such as ``s3://bucket/corpora/mine``, is a ``UPath``; all others are plain
paths. Both are joined with ``/`` and have ``name``, ``parent`` and ``with_suffix``; what is read,
written and listed goes through :mod:`crosslabel.pipeline.storage.files`. Credentials and endpoints are those
of fsspec and of the driver: ``AWS_*``, ``FSSPEC_S3_ENDPOINT_URL`` and the like.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import TypeIs
    from upath import UPath

    Location: TypeAlias = Path | UPath
else:  # what commands and recipes see of it; the library is loaded with the first such location
    Location = Any

_WITH_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z0-9+.:-]*)?)://(.*)", re.DOTALL)
_LOCAL_SCHEMES = ("file", "local")
_EXTRAS = {"s3": "s3", "s3a": "s3"}
# Another process may have written what a listing remembered from before does not have.
_OPTIONS: dict[str, Any] = {"use_listings_cache": False}
# Requests are tried again in one place, stores.py, and not by each library below it too.
_S3_OPTIONS: dict[str, Any] = {
    "config_kwargs": {"connect_timeout": 10, "read_timeout": 60,
                      "retries": {"total_max_attempts": 1}},
    "max_concurrency": 4,  # parts of 50 MiB of a large object that are in memory at once
}


def location(given: str | Location) -> Location:
    """The location that a text names; a location is given back as it is.

    Raises:
        InputError: nothing here reaches what has this scheme.
    """
    if not isinstance(given, str):
        return given
    named = _WITH_SCHEME.fullmatch(given)
    if named is None:
        return Path(given)
    scheme, rest = named[1].lower(), named[2].rstrip("/")
    if scheme in _LOCAL_SCHEMES:
        return Path(named[2])
    if not rest:
        raise InputError(f"{given}: names no place; write {scheme}://bucket/folder")
    _check_driver(given, scheme)
    from upath import UPath

    return cast("UPath", UPath(f"{scheme}://{rest}", **_options(scheme)))


def is_local(location: Location) -> TypeIs[Path]:
    """Whether it is on the local disk, not in a store."""
    return isinstance(location, Path)


def as_local(location: Location, what: str) -> Path:
    """The path of a location where only a local one will do.

    Args:
        what: it is, for the message.

    Raises:
        InputError: it is not on the local disk.
    """
    if isinstance(location, Path):
        return location
    raise InputError(f"{location}: {what} must be on the local disk; give a local path")


def relative(location: Location, folder: Location) -> str:
    """The part of a location below a folder, with ``/`` between names."""
    if isinstance(location, Path) and isinstance(folder, Path):
        return location.relative_to(folder).as_posix()
    return str(location).removeprefix(f"{folder}/")


def _check_driver(given: str, scheme: str) -> None:
    import fsspec

    if "::" in scheme:
        raise InputError(f"{given}: one scheme only; copy the file or name where it is")
    try:
        fsspec.get_filesystem_class(scheme)
    except ValueError:
        raise InputError(f"{given}: nothing is known that reaches {scheme}://; give a local path "
                         "or s3://bucket/folder") from None
    except ImportError as error:
        extra = _EXTRAS.get(scheme)
        way = f"pip install 'crosslabel[{extra}]'" if extra else str(error)
        raise InputError(f"{given}: the driver of {scheme}:// is not installed; {way}") from None


def _options(scheme: str) -> dict[str, Any]:
    """Options of a store; what the configuration of fsspec says of its own goes first."""
    from fsspec.config import conf

    own = _OPTIONS | (_S3_OPTIONS if scheme in ("s3", "s3a") else {})
    return {name: value for name, value in own.items() if name not in conf.get(scheme, {})}


def _validated(value: object) -> Location:
    if not isinstance(value, str | Path) and not hasattr(value, "storage_options"):
        raise ValueError("a path or a URL is expected")
    try:
        return location(cast(Location, value))
    except InputError as error:
        raise ValueError(str(error)) from error


LocationField = Annotated[
    Location,
    PlainValidator(_validated),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""A location as a field of a recipe."""
