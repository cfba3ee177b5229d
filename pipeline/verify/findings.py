"""Problems in an output folder, and the check of one committed file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from crosslabel.pipeline.storage.arrow_sizes import largest_unpacked
from crosslabel.pipeline.storage.files import opened, read_bytes
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import DamagedError

if TYPE_CHECKING:
    import pyarrow as pa

BUILD = "run the same command again"
REPAIR = f"move it aside with 'crosslabel verify --repair', then {BUILD}"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in an output folder.

    Attributes:
        file: file or folder with the problem.
        what: the problem, in a few words.
        way_out: advice to a person.
        broken: files to move out of the way, markers first, before they are made anew; empty if the
            next build solves the problem without that.
    """

    file: Location
    what: str
    way_out: str
    broken: tuple[Location, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.what}; {self.way_out}"


class UnsoundError(Exception):
    """The problem of a file that is not as it should be, in a few words."""


def read_as(kind: type[M], file: Location) -> M:
    """Return the JSON in a file as a value of this kind.

    Raises:
        UnsoundError: the file cannot be read or is not of this kind.
    """
    try:
        return kind.model_validate_json(read_bytes(file))
    except ValidationError as error:
        raise UnsoundError(str(first_problem(error))) from None
    except FileNotFoundError:
        raise UnsoundError("is missing") from None
    except OSError as error:
        raise _unread(error) from None


@contextmanager
def as_written(file: Location, digest: str) -> Iterator[BufferedReader]:
    """Open a file that must have this sha256.

    Raises:
        UnsoundError: the file cannot be read, or has another sha256.
    """
    with ExitStack() as stack:
        try:
            content = stack.enter_context(opened(file, digest))
        except FileNotFoundError:
            raise UnsoundError("is missing, though its marker is there") from None
        except DamagedError:
            raise UnsoundError("is not what was written: its sha256 differs") from None
        except OSError as error:
            raise _unread(error) from None
        yield content


def _unread(error: OSError) -> UnsoundError:
    return UnsoundError(f"cannot be read ({error.strerror or error})")


def schema_and_rows(content: BufferedReader) -> tuple[pa.Schema, int]:
    """Return the schema and the number of rows of an Arrow stream.

    Raises:
        UnsoundError: the content is not an Arrow stream, or is compressed.
    """
    import pyarrow as pa

    try:
        source = pa.PythonFile(content)
        if largest_unpacked(source):
            raise UnsoundError("is compressed, but crosslabel never compresses its files")
        with pa.ipc.open_stream(source) as stream:
            return stream.schema, sum(batch.num_rows for batch in stream)
    except pa.ArrowException as error:
        raise UnsoundError(f"is not an Arrow stream ({str(error).splitlines()[0]})") from None
