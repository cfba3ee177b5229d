"""Objects of a store (``s3://`` and whatever else fsspec reaches): whole ones, one request each.

A store has no rename: an object is sent in one piece and is there when that has succeeded, so a
reader finds it whole or not at all. Requests that fail in passing are tried again with growing,
random pauses; what trying cannot mend is said at once.
"""

from __future__ import annotations

import errno
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from crosslabel.projection.errors import InputError, TransientError

if TYPE_CHECKING:
    from upath import UPath

Result = TypeVar("Result")

ATTEMPTS = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 15.0
_THREADS = 16
# Of the answers that blame the request, those that another try may turn.
_PASSING_STATUS = {408, 409, 425, 429}
_PASSING_CODES = {"RequestTimeout", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch",
                  "NoSuchUpload"}  # parts became an object, and the answer that said so was lost
_REFUSED = {401, 403}
_OWN_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# Errors of a driver below that say what a person has to set, by the name of their class.
_UNSET = {"NoCredentialsError", "PartialCredentialsError", "NoRegionError", "ProfileNotFound",
          "ParamValidationError", "InvalidEndpointConfigurationError"}


class StoreError(TransientError):
    """A store did not answer as it should, however often it was asked; later it may."""


def read(place: UPath) -> bytes:
    """The content of an object.

    Raises:
        FileNotFoundError: there is no such object.
        InputError: the store refuses, or there is no such bucket.
        StoreError: the store fails.
    """
    fs = _filesystem(place)
    # Without this the driver of S3 asks for the size first, to split what is large.
    whole = {"max_concurrency": 1} if "s3" in fs.protocol else {}
    content: bytes = _tried(lambda: fs.cat_file(place.path, **whole), place)
    return content


def fetch(place: UPath, file: Path) -> None:
    """Copy an object to the local disk; raises as :func:`read`."""
    fs = _filesystem(place)
    _tried(lambda: fs.get_file(place.path, str(file)), place)


def send(file: Path, place: UPath) -> None:
    """Copy a local file into the store in one piece.

    The driver of S3 sends files from 100 MiB on in parts, which become an object together or are
    given up; those of a process that is killed stay, unseen, until a rule of the bucket removes
    them.

    Raises:
        InputError: the store refuses, or there is no such bucket.
        StoreError: the store fails.
    """
    fs = _filesystem(place)
    try:
        _tried(lambda: fs.put_file(str(file), place.path), place)
    except FileNotFoundError:
        raise _no_bucket(place) from None


def write(place: UPath, content: bytes) -> None:
    """Write a small object whole, in place of what was there; raises as :func:`send`."""
    fs = _filesystem(place)
    _tried(lambda: fs.pipe_file(place.path, content), place)


def create(place: UPath, content: bytes) -> bool:
    """Write a small object if there is none of that name; whether it was. Raises as :func:`send`.
    """
    fs = _filesystem(place)

    def request() -> bool:
        try:
            fs.pipe_file(place.path, content, mode="create")
        except FileExistsError:
            return False
        return True

    return _tried(request, place)


def facts(place: UPath) -> dict[str, Any] | None:
    """What the store says of an object: ``type`` (``file`` or ``directory``) and ``size``.

    ``None`` if nothing is there; a folder is there while objects are below it.
    """
    fs = _filesystem(place)
    try:
        found: dict[str, Any] = _tried(lambda: fs.info(place.path), place)
    except FileNotFoundError:
        return None
    return found


def version(place: UPath) -> str:
    """Text that changes when the object does; raises as :func:`read`."""
    fs = _filesystem(place)
    return str(_tried(lambda: fs.checksum(place.path), place))


def below(folder: UPath) -> dict[str, int]:
    """Size in bytes of every object below a folder by its name from there, sorted by name."""
    fs = _filesystem(folder)
    root = folder.path.rstrip("/") + "/"
    try:
        found = _tried(lambda: fs.find(root, detail=True), folder)
    except FileNotFoundError:
        return {}
    sizes = {name.removeprefix(root): int(own["size"] or 0)
             for name, own in found.items() if name.startswith(root) and not name.endswith("/")}
    return dict(sorted(sizes.items()))


def children(folder: UPath) -> list[str]:
    """Names of the objects and folders right below a folder, sorted."""
    fs = _filesystem(folder)
    root = folder.path.rstrip("/")
    try:
        found = _tried(lambda: fs.ls(root, detail=False), folder)
    except FileNotFoundError:
        return []
    names = {name.rstrip("/").rpartition("/")[2] for name in found if name.rstrip("/") != root}
    return sorted(names)


def delete(places: Iterable[UPath]) -> None:
    """Delete objects, several at a time; one that is not there is no error."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="delete") as pool:
        for _ in pool.map(_delete, places):
            pass


def _delete(place: UPath) -> None:
    fs = _filesystem(place)
    try:
        _tried(lambda: fs.rm_file(place.path), place)
    except FileNotFoundError:
        return


def _filesystem(place: UPath) -> Any:
    fs = place.fs
    if hasattr(fs, "retries"):
        fs.retries = 1
    return fs


def _tried(request: Callable[[], Result], place: UPath) -> Result:
    """The answer to a request, asked again while what is wrong may pass."""
    pause = _FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return request()
        except Exception as error:  # drivers raise what their transports do
            _refuse_final(error, place)
            if attempt == ATTEMPTS:
                raise StoreError(
                    f"{place}: the store failed {ATTEMPTS} times, at last with: {_said(error)}; "
                    "run the same command again when it is back"
                ) from error
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(2 * pause, _LONGEST_PAUSE)
    raise AssertionError("unreachable")


def _refuse_final(error: Exception, place: UPath) -> None:
    """Raise what trying again cannot mend."""
    status, code = _answer(error)
    if code == "NoSuchBucket":
        raise _no_bucket(place) from error
    if isinstance(error, FileNotFoundError) and code not in _PASSING_CODES:
        raise error
    if isinstance(error, PermissionError) or status in _REFUSED:
        raise InputError(f"{place}: the store refuses access ({_said(error)}); check the "
                         "credentials and what they allow") from error
    if type(error).__name__ in _UNSET:
        raise InputError(f"{place}: cannot be asked for ({_said(error)}); check the settings of "
                         "the store in the environment") from error
    if 400 <= status < 500 and status not in _PASSING_STATUS and code not in _PASSING_CODES:
        raise InputError(f"{place}: the store does not take the request ({_said(error)}); check "
                         "the address") from error
    if isinstance(error, OSError) and error.errno in _OWN_DISK:
        raise error
    if not isinstance(error, OSError) and type(error).__module__ == "builtins":
        raise error


def _answer(error: Exception) -> tuple[int, str]:
    """HTTP status and code of an answer, from the driver's own error below; 0 where there is none.
    """
    for own in (error, error.__cause__):
        answer = getattr(own, "response", None)
        if isinstance(answer, dict):
            status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            return int(status), str(answer.get("Error", {}).get("Code", ""))
    return 0, ""


def _no_bucket(place: UPath) -> InputError:
    return InputError(f"{place}: there is no such bucket; create it first or check the address")


def _said(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
