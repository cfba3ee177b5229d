"""The program that unpacks a Parquet file: an Arrow stream of small batches on standard output.

``python parquet_process.py FILE MEMORY ROWS BYTES``. It takes at most MEMORY bytes, whatever is in
the file; its batches have at most ROWS rows, and batches of several rows about BYTES bytes. It
imports nothing of this package, so that it starts at once.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Iterator
from typing import Any

OUT_OF_MEMORY = 3


def unpack(file: str, rows: int, size: int) -> None:
    """Write the batches of a file to standard output."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    opened = pq.ParquetFile(file, buffer_size=1 << 20)
    batches = opened.iter_batches(rows, use_threads=False)
    with pa.ipc.new_stream(sys.stdout.buffer, opened.schema_arrow) as out:
        for batch in batches:
            for part in parts(batch, size):
                out.write_batch(part)


def parts(batch: Any, size: int) -> Iterator[Any]:
    """Yield the parts of a batch, halved until they are small or single rows."""
    half = batch.num_rows // 2
    if not half or batch.nbytes <= size:
        yield batch
        return
    yield from parts(batch.slice(0, half), size)
    yield from parts(batch.slice(half), size)


def main() -> None:
    """Unpack the file of the command line, or write to stderr in one line why that fails."""
    file, memory, rows, size = sys.argv[1], *map(int, sys.argv[2:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the reading process decides when to stop
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        unpack(file, rows, size)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    except Exception as error:  # damaged files raise dozens of types
        sys.exit(f"{type(error).__name__}: {error}"[:1000])


if __name__ == "__main__":
    main()
