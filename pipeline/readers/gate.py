"""The gate every input row passes: through it comes an Example or a Reject, never nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.readers.options import Options
from pipeline.records import Example, Reject, check
from projection.errors import InputError

_RAW_CHARACTERS = 300
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


class Gate:
    """Checks rows one by one and remembers the ids of the good ones.

    Args:
        file: name of the input, for rejects.
        options: what the caller allows.
    """

    def __init__(self, file: str, options: Options) -> None:
        self._file = file
        self._options = options
        self._seen: dict[tuple[str, str], int] = {}

    def admit(
        self, row: int, raw: str, build: Callable[[], Example], id: str | None = None
    ) -> Example | Reject:
        """Build the example of a row and check it.

        Args:
            row: 1-based number of the row in its file.
            raw: the row as read, for the reject.
            build: makes the example; an :class:`InputError` of it rejects the row.
            id: the row's id if it could be read.
        """
        try:
            example = build()
        except InputError as error:
            return self.reject(row, raw, str(error), id=id)
        reasons = list(self._reasons(example))
        if reasons:
            return self.reject(row, raw, *reasons, id=example.id)
        self._seen[example.lang, example.id] = row
        return example

    def reject(self, row: int, raw: str, *reasons: str, id: str | None = None) -> Reject:
        """Turn a row away."""
        cut = raw if len(raw) <= _RAW_CHARACTERS else raw[:_RAW_CHARACTERS] + "…"
        return Reject(file=self._file, row=row, id=id, reasons=reasons, raw=cut)

    def _reasons(self, example: Example) -> Iterator[str]:
        before = self._seen.get((example.lang, example.id))
        if before is not None:
            yield (f"duplicate-id: {example.id!r} is also the id of row {before}; ids must be "
                   "unique among the rows of a language")
        if not _LANGUAGE.fullmatch(example.lang):
            yield f"bad-language: {example.lang!r} is not a language tag such as 'en' or 'pt-BR'"
        yield from self._text_reasons(example)
        yield from self._label_reasons(example)
        try:
            check(example)
        except InputError as error:
            yield str(error)

    def _text_reasons(self, example: Example) -> Iterator[str]:
        limit = self._options.max_characters
        for name, text in example.fields.items():
            if not text.strip():
                yield f"empty-text: field {name!r} has no text"
            if len(text) > limit:
                yield (f"text-too-long: field {name!r} has {len(text)} characters, "
                       f"the limit (max_characters) is {limit}")

    def _label_reasons(self, example: Example) -> Iterator[str]:
        allowed = self._options.labels
        if allowed is None:
            return
        found = {span.label for span in example.spans}
        if example.label is not None and example.task == "text":
            found.add(example.label)
        if example.task == "words":
            found |= {label for words in example.words for label in words.labels if label}
        for label in sorted(found - allowed):
            yield f"unknown-label: {label!r} is not one of {', '.join(sorted(allowed))}"
