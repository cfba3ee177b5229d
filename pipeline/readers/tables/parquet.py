"""Batches of a Parquet file, unpacked in a separate process with limited memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crosslabel.pipeline.readers.tables.parquet_process import OUT_OF_MEMORY
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_PARQUET_MEMORY, MAX_RECORD_BYTES

_ROWS = 100
"""Rows in a batch; all of them may hold the longest text of the file."""

_PROGRAM = Path(__file__).with_name("parquet_process.py")
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1",
               "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Settings against threads and pools, which reserve memory that counts towards the limit."""


def parquet_batches(path: Path) -> Iterator[Any]:
    """Yield the record batches of a file, a few rows in each.

    Raises:
        InputError: the file is damaged, or takes more memory than a table of text.
    """
    import pyarrow as pa

    numbers = map(str, (MAX_PARQUET_MEMORY, _ROWS, MAX_RECORD_BYTES))
    command = [sys.executable, "-P", str(_PROGRAM), str(path), *numbers]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=os.environ | _ONE_THREAD) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            yield from pa.ipc.open_stream(process.stdout)
        except pa.ArrowInvalid:
            pass  # the stream broke off; the process says why
        except GeneratorExit:
            process.kill()
            raise
        message = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise InputError(f"{path}: {_why(process.returncode, message)}")


def _why(code: int, message: str) -> str:
    if code in (OUT_OF_MEMORY, -signal.SIGABRT):
        return (f"takes more than {MAX_PARQUET_MEMORY >> 20:,} MiB of memory to unpack; write it "
                "anew with smaller row groups, or as JSON lines, if you trust it")
    reason = message.strip() or f"unpacking it ended with code {code}"
    return f"cannot be read on ({reason}); check the file"
