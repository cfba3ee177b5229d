"""Locks on the disk: for output folders, units of a shared build, and GPUs.

They are locks of the operating system (``flock``), so that a killed process loses its locks at
once; they hold between machines where the network file system supports them, as NFS does.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any

from crosslabel.projection.errors import CrosslabelError, InputError


class DiskLocks:
    """Locks by name, each a file in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(
        self, name: str, says: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[object] | None:
        """Hold a lock until the result is closed; return ``None`` if somebody else holds it."""
        opened = _open(self._folder / f"{name}.lock")
        if _locked(opened, fcntl.LOCK_EX):
            _sign(opened, says)
            return opened
        opened.close()
        return None

    def other(self, kind: str, says: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the content of a held lock that differs from ``says``, ``None`` if there is none.

        Files of locks that nobody holds are removed.
        """
        for file in self._folder.glob(f"{kind}-*.lock"):
            with _open(file) as opened:
                if _locked(opened, fcntl.LOCK_EX):
                    file.unlink(missing_ok=True)
                elif (content := _content(opened)) and content != says:
                    return content
        return None


@contextmanager
def hold(file: Path, *, exclusive: bool) -> Iterator[None]:
    """Hold the lock of the working folder of a build, alone or together with others.

    Raises:
        CrosslabelError: another run holds it.
    """
    with _open(file) as opened:
        if not _locked(opened, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH):
            raise CrosslabelError(f"{file.parent.parent}: {_owner(opened)} is working in it; wait "
                                  "until it has ended, or give another output folder")
        _sign(opened, {"host": platform.node(), "pid": os.getpid()} if exclusive else None)
        yield


def _open(file: Path) -> FileIO:
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileIO(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+")


def _locked(file: FileIO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise InputError(f"{Path(str(file.name)).parent}: its file system has no locks; give a "
                             "folder on a local disk, NFS or an object store") from error
        raise
    return True


def _sign(file: FileIO, says: Mapping[str, Any] | None) -> None:
    """Write into a lock for others to read; a full disk is no reason to give up here."""
    with suppress(OSError):
        file.truncate(0)
        if says:
            file.write(json.dumps(says).encode())


def _content(file: FileIO) -> dict[str, Any]:
    """Return the content of a lock, empty if it could not be written."""
    try:
        content = json.loads(file.read())
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _owner(file: FileIO) -> str:
    content = _content(file)
    if (content.get("pid"), content.get("host")) == (os.getpid(), platform.node()):
        return "an earlier run of this process that was interrupted"
    if {"pid", "host"} <= content.keys():
        return f"another run (process {content['pid']} on {content['host']})"
    return "another run"
