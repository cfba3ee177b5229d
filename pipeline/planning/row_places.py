"""The file of every row of a corpus and its number there, and ids that two rows share."""

from __future__ import annotations

from array import array

from crosslabel.pipeline.corpus.records import Example


class Places:
    """File and number of the rows of a corpus, in 8 bytes each.

    Args:
        several: whether the corpus has several files.
    """

    def __init__(self, several: bool) -> None:
        self._several = several
        self._files: list[str] = []
        self._file_of, self._number_of = array("I"), array("I")

    def add(self, file: str, number: int) -> None:
        """Note the place of the next row; rows of a file follow one another."""
        if not self._files or self._files[-1] != file:
            self._files.append(file)
        self._file_of.append(len(self._files) - 1)
        self._number_of.append(number)

    def of(self, number: int) -> tuple[str, int]:
        """Return the file of the row with this number in the corpus, from 1, and its number there.
        """
        return self._files[self._file_of[number - 1]], self._number_of[number - 1]

    def named(self, number: int) -> str:
        """Return the place of a row for a person: ``row 3``, or ``row 3 of b.jsonl``."""
        file, row = self.of(number)
        return f"row {row} of {file}" if self._several else f"row {row}"


class Ids:
    """The ids of a corpus, which may hold variants of its language: ``en`` and ``en-GB``.

    Readers see to it that an id is unique among the rows with the same tag.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def reason(self, example: Example) -> str | None:
        """Return why a row cannot have its id, or ``None``."""
        if example.id in self._seen:
            return (f"duplicate-id: {example.id!r} is also the id of a row whose tag is another "
                    f"than {example.lang!r}; ids must be unique in a corpus")
        self._seen.add(example.id)
        return None
