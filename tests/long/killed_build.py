"""``crosslabel`` that kills itself with SIGKILL while it writes a file.

Usage: ``python -m tests.long.killed_build PATTERN MOMENT NTH WORD...``: the words are the command
line of ``crosslabel``; it dies with the NTH file whose path fits the regular expression PATTERN, at
a MOMENT of writing it:

- ``half``: half of it is in its temporary file;
- ``whole``: all of it is, and on the disk;
- ``renamed``: it has its name, and nothing came after.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crosslabel.cli.main import main


def kill_while_writing(pattern: str, moment: str, nth: int) -> None:
    """Have this process die with the n-th file that fits."""
    flush, rename = os.fsync, os.replace
    seen: set[str] = set()

    def is_the_one(file: str) -> bool:
        fits = re.search(pattern, file) is not None
        seen.update([file] if fits else [])
        return fits and len(seen) == nth

    def fsync(descriptor: int) -> None:
        flush(descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return  # folders are flushed, too
        file = _final(Path(f"/proc/self/fd/{descriptor}").readlink())
        if moment != "renamed" and is_the_one(file):
            if moment == "half":
                os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    def replace(source: Any, target: Any) -> None:
        rename(source, target)
        if moment == "renamed" and is_the_one(str(target)):
            os.kill(os.getpid(), signal.SIGKILL)

    _patch("fsync", fsync)
    _patch("replace", replace)


def _patch(name: str, function: Callable[..., None]) -> None:
    setattr(os, name, function)


def _final(temporary: Path) -> str:
    """The path that a temporary file ``.name.something.tmp`` will have."""
    found = re.fullmatch(r"\.(.+)\.[0-9a-f]+\.tmp", temporary.name)
    return str(temporary.with_name(found[1])) if found else str(temporary)


if __name__ == "__main__":
    pattern, moment, nth, *words = sys.argv[1:]
    kill_while_writing(pattern, moment, int(nth))
    sys.argv = ["crosslabel", *words]
    main()
