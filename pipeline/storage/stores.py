"""Objects of a store (``s3://`` or any other that fsspec reaches), each whole in one request.

A store has no rename: an object is sent in one piece and exists once that has succeeded, so a
reader finds it whole or not at all. Requests with a passing failure are retried with growing,
random pauses; errors that cannot be retried are raised at once.
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
# Answers that blame the request, but may differ on a retry.
_PASSING_STATUS = {408, 409, 425, 429}
_PASSING_CODES = {"RequestTimeout", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch",
                  "NoSuchUpload"}  # the parts became an object, but the answer was lost
_REFUSED = {401, 403}
_OWN_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# Class names of a driver's errors about settings that a person has to make.
_UNSET = {"NoCredentialsError", "PartialCredentialsError", "NoRegionError", "ProfileNotFound",
          "ParamValidationError", "InvalidEndpointConfigurationError"}


class StoreError(TransientError):
    """A failure of a store in spite of all retries; a later run may succeed."""


def read(place: UPath) -> bytes:
    """Return the content of an object.

    Raises:
        FileNotFoundError: there is no such object.
        InputError: the store refuses, or there is no such bucket.
        StoreError: the store fails.
    """
    fs = _filesystem(place)
    # Without this the driver of S3 asks for the size first, to split large objects.
    whole = {"max_concurrency": 1} if "s3" in fs.protocol else {}
    content: bytes = _tried(lambda: fs.cat_file(place.path, **whole), place)
    return content


def fetch(place: UPath, file: Path) -> None:
    """Copy an object to the local disk; raises as :func:`read`."""
    fs = _filesystem(place)
    _tried(lambda: fs.get_file(place.path, str(file)), place)


def send(file: Path, place: UPath) -> None:
    """Copy a local file into the store in one piece.

    The driver of S3 sends files of 100 MiB or more in parts, which become one object or are given
    up; the parts of a killed process stay, invisible, until a rule of the bucket removes them.

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
    """Write a small object whole, in place of any old one; raises as :func:`send`."""
    fs = _filesystem(place)
    _tried(lambda: fs.pipe_file(place.path, content), place)


def create(place: UPath, content: bytes) -> bool:
    """Write a small object if it does not exist; return whether it was written.

    Raises as :func:`send`.
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
    """Return an object's ``type`` (``file`` or ``directory``) and ``size``, ``None`` if missing.

    A folder exists while objects are below it.
    """
    fs = _filesystem(place)
    try:
        info: dict[str, Any] = _tried(lambda: fs.info(place.path), place)
    except FileNotFoundError:
        return None
    return info


def version(place: UPath) -> str:
    """Return a text that changes with the object; raises as :func:`read`."""
    fs = _filesystem(place)
    return str(_tried(lambda: fs.checksum(place.path), place))


def below(folder: UPath) -> dict[str, int]:
    """Return the size in bytes of every object below a folder, by sorted name from there."""
    fs = _filesystem(folder)
    root = folder.path.rstrip("/") + "/"
    try:
        objects = _tried(lambda: fs.find(root, detail=True), folder)
    except FileNotFoundError:
        return {}
    sizes = {name.removeprefix(root): int(info["size"] or 0)
             for name, info in objects.items() if name.startswith(root) and not name.endswith("/")}
    return dict(sorted(sizes.items()))


def children(folder: UPath) -> list[str]:
    """Return the names of the objects and folders directly below a folder, sorted."""
    fs = _filesystem(folder)
    root = folder.path.rstrip("/")
    try:
        paths = _tried(lambda: fs.ls(root, detail=False), folder)
    except FileNotFoundError:
        return []
    names = {path.rstrip("/").rpartition("/")[2] for path in paths if path.rstrip("/") != root}
    return sorted(names)


def delete(places: Iterable[UPath]) -> None:
    """Delete objects, several at a time; a missing object is no error."""
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
    """Return the answer to a request, retried while its failure may pass."""
    pause = _FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return request()
        except Exception as error:  # drivers raise errors of their transports
            _refuse_final(error, place)
            if attempt == ATTEMPTS:
                raise StoreError(
                    f"{place}: the store failed {ATTEMPTS} times, last with: {_line(error)}; "
                    "run the same command again when it is back"
                ) from error
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(2 * pause, _LONGEST_PAUSE)
    raise AssertionError("unreachable")


def _refuse_final(error: Exception, place: UPath) -> None:
    """Raise an error that cannot be retried."""
    status, code = _answer(error)
    if code == "NoSuchBucket":
        raise _no_bucket(place) from error
    if isinstance(error, FileNotFoundError) and code not in _PASSING_CODES:
        raise error
    if isinstance(error, PermissionError) or status in _REFUSED:
        raise InputError(f"{place}: the store refuses access ({_line(error)}); check the "
                         "credentials and their permissions") from error
    if type(error).__name__ == "OfflineModeIsEnabled":
        raise InputError(f"{place}: HF_HUB_OFFLINE forbids to ask the hub for it; run this once "
                         "with HF_HUB_OFFLINE=0, or give a local copy") from error
    if type(error).__name__ in _UNSET:
        raise InputError(f"{place}: cannot be requested ({_line(error)}); check the settings of "
                         "the store in the environment") from error
    if 400 <= status < 500 and status not in _PASSING_STATUS and code not in _PASSING_CODES:
        raise InputError(f"{place}: the store rejects the request ({_line(error)}); check "
                         "the address") from error
    if isinstance(error, OSError) and error.errno in _OWN_DISK:
        raise error
    if not isinstance(error, OSError) and type(error).__module__ == "builtins":
        raise error


def _answer(error: Exception) -> tuple[int, str]:
    """Return HTTP status and code of an answer from the driver's error, or 0 without an answer."""
    for raised in (error, error.__cause__):
        answer = getattr(raised, "response", None)
        if isinstance(answer, dict):
            status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            return int(status), str(answer.get("Error", {}).get("Code", ""))
        if isinstance(status := getattr(answer, "status_code", None), int):  # of the hub's client
            return status, ""
    return 0, ""


def _no_bucket(place: UPath) -> InputError:
    return InputError(f"{place}: there is no such bucket; create it first or check the address")


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
