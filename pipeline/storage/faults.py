"""Failures of disks, networks and devices: whether a retry may help, and the way out.

=======================================  =========  =============================================
failure                                  retry      why
=======================================  =========  =============================================
disk or quota full, too many open files  yes        someone frees them
input/output error, time-out, reset      yes        networks and network disks come back
out of memory, on the device too         yes        other programs end; batches can shrink
read-only, no permission, not a folder   no         stays so until someone changes it
wrong input; damaged files               no         the same bytes give the same error
anything else                            no         a fault of the program
=======================================  =========  =============================================
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from crosslabel.projection.errors import CrosslabelError, InputError, TransientError
from crosslabel.projection.halving import out_of_memory

GO_ON = "run the same command again to go on"

_SPACE = f"free some space, then {GO_ON}"
_HEALS: Mapping[int, str] = MappingProxyType({
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: f"raise the limit on the size of files, then {GO_ON}",
    errno.EMFILE: f"raise the limit on open files (ulimit -n), then {GO_ON}",
    errno.ENFILE: f"raise the limit on open files, then {GO_ON}",
    errno.ENOMEM: f"free some memory, then {GO_ON}",
    **dict.fromkeys(
        (errno.EIO, errno.EAGAIN, errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET,
         errno.ECONNREFUSED, errno.ECONNABORTED, errno.EPIPE, errno.ENETDOWN, errno.ENETUNREACH,
         errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.EREMOTEIO),
        f"when the disk or network works again, {GO_ON}"),
})
_STAYS: Mapping[int, str] = MappingProxyType({
    errno.EROFS: "make it writable, or choose another place",
    errno.EACCES: "get the permission for it, or choose another place",
    errno.EPERM: "get the permission for it, or choose another place",
    errno.ENOTDIR: "choose another place",
    errno.EISDIR: "choose another place",
    errno.ENAMETOOLONG: "choose a shorter name",
})
_DATABASE: Mapping[int, int] = MappingProxyType({
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_BUSY: errno.EBUSY,
})


def heals(error: BaseException) -> bool:
    """Return whether the same work may succeed if it is retried."""
    if isinstance(error, CrosslabelError):
        return isinstance(error, TransientError)
    if isinstance(error, OSError):
        return error.errno is None or error.errno in _HEALS  # network clients give no number
    return out_of_memory(error)


def explained(error: OSError, file: object = None) -> CrosslabelError:
    """Return the error with a message of one line that names the file and the way out.

    Args:
        file: the file that was worked on, if the error does not name it.
    """
    named = file if file is not None else error.filename
    problem = error.strerror or str(error) or type(error).__name__
    line = f"{named}: {problem}" if named is not None else problem
    if error.errno is not None and error.errno in _STAYS:
        return InputError(f"{line}; {_STAYS[error.errno]}")
    if heals(error):
        return TransientError(f"{line}; {_HEALS.get(error.errno or 0, GO_ON)}")
    return CrosslabelError(line)


def explained_database(error: sqlite3.OperationalError, file: object) -> CrosslabelError:
    """Return the same as :func:`explained` if a database cannot be used but is not damaged."""
    number = _DATABASE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    return explained(OSError(number, str(error)) if number else OSError(str(error)), file)
