"""The location of a file or folder: on the local disk, or in a store that fsspec reaches.

A location with a scheme, such as ``s3://bucket/corpora/mine``, is a ``UPath``; all others are plain
paths. Both are joined with ``/`` and have ``name``, ``parent`` and ``with_suffix``; reading,
writing and listing go through :mod:`crosslabel.pipeline.storage.files`. Credentials and endpoints
come from fsspec and the driver: ``AWS_*``, ``FSSPEC_S3_ENDPOINT_URL`` and the like.
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
    Locations: TypeAlias = Location | tuple[Location, ...]
else:  # for commands and recipes; upath is loaded with the first location in a store
    Location = Locations = Any

_WITH_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z0-9+.:-]*)?)://(.*)", re.DOTALL)
_LOCAL_SCHEMES = ("file", "local")
_EXTRAS = {"s3": "s3", "s3a": "s3"}
# A cached listing would miss files that another process has written since.
_OPTIONS: dict[str, Any] = {"use_listings_cache": False}
# Requests are retried in one place, stores.py, and not by each library below it too.
_S3_OPTIONS: dict[str, Any] = {
    "config_kwargs": {"connect_timeout": 10, "read_timeout": 60,
                      "retries": {"total_max_attempts": 1}},
    "max_concurrency": 4,  # parts of 50 MiB of a large object that are in memory at once
}


def location(given: str | Location) -> Location:
    """Return the location that a text names; return a location as it is.

    Raises:
        InputError: no driver here reaches this scheme.
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
    """Return whether a location is on the local disk, not in a store."""
    return isinstance(location, Path)


def as_local(location: Location, name: str) -> Path:
    """Return the path of a location that must be local.

    Args:
        name: a noun for the location, for the message.

    Raises:
        InputError: the location is not on the local disk.
    """
    if isinstance(location, Path):
        return location
    raise InputError(f"{location}: {name} must be on the local disk; give a local path")


def relative(location: Location, folder: Location) -> str:
    """Return the part of a location below a folder, with ``/`` between names."""
    if isinstance(location, Path) and isinstance(folder, Path):
        return location.relative_to(folder).as_posix()
    return str(location).removeprefix(f"{folder}/")


def _check_driver(given: str, scheme: str) -> None:
    import fsspec

    if "::" in scheme:
        raise InputError(f"{given}: one scheme only; copy the file or give its plain address")
    try:
        fsspec.get_filesystem_class(scheme)
    except ValueError:
        raise InputError(f"{given}: no driver is known for {scheme}://; give a local path "
                         "or s3://bucket/folder") from None
    except ImportError as error:
        extra = _EXTRAS.get(scheme)
        way = f"pip install 'crosslabel[{extra}]'" if extra else str(error)
        raise InputError(f"{given}: the driver of {scheme}:// is not installed; {way}") from None


def _options(scheme: str) -> dict[str, Any]:
    """Return the options of a store, without those that the configuration of fsspec sets."""
    from fsspec.config import conf

    options = _OPTIONS | (_S3_OPTIONS if scheme in ("s3", "s3a") else {})
    return {name: value for name, value in options.items() if name not in conf.get(scheme, {})}


def _validated(value: object) -> Location:
    if not isinstance(value, str | Path) and not hasattr(value, "storage_options"):
        raise ValueError("a path or a URL is expected")
    try:
        return location(cast(Location, value))
    except InputError as error:
        raise ValueError(str(error)) from error


def _validated_some(value: object) -> Locations:
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError("at least one path is expected")
        return tuple(map(_validated, value))
    return _validated(value)


def _written(value: Locations) -> str | list[str]:
    return list(map(str, value)) if isinstance(value, tuple) else str(value)


LocationField = Annotated[
    Location,
    PlainValidator(_validated),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string"}),
]
"""A location as a field of a recipe."""

LocationsField = Annotated[
    Locations,
    PlainValidator(_validated_some),
    PlainSerializer(_written),
    WithJsonSchema({"anyOf": [
        {"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1},
    ]}),
]  # fmt: skip
"""A location or several as a field of a recipe."""
