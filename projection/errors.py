"""Errors named by what the caller can do about them."""

from crosslabel.projection.plain import one_line


class CrosslabelError(Exception):
    """One line for a person: the file, the row and the way out.

    It is plain and short whatever it quotes (see :func:`crosslabel.projection.plain.one_line`).
    """

    def __str__(self) -> str:
        return one_line(super().__str__())


class InputError(CrosslabelError):
    """What the user gave (file, row, option, model) cannot be used; a retry will not help."""


class NoRowsError(InputError):
    """Every row was rejected, so that nothing was made; the rejects say why."""


class TransientError(CrosslabelError):
    """A disk, network or device failed for now; the same work may succeed later."""


class DamagedError(CrosslabelError):
    """A committed file is damaged; the message says how to make it again."""


def first_line(error: BaseException) -> str:
    """Return the first line of an error message, or its type name if the message is empty."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def at(file: object, row: int | None = None) -> str:
    """Name a place in a file as all messages do: ``pairs.jsonl, row 3``."""
    return f"{file}, row {row}" if row is not None else f"{file}"
