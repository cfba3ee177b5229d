"""The end of a build that has no row left in a language."""

from __future__ import annotations

from typing import Any

from crosslabel.pipeline.corpus.first_rejects import lines, rejects_place
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import NoRowsError


def check_rows_left(out: Location, manifest: dict[str, Any]) -> None:
    """Refuse a finished corpus without any row in one of its languages.

    Raises:
        NoRowsError: names the languages, the first rejects and where all of them are.
    """
    empty = {lang: counts for lang, counts in manifest["languages"].items() if not counts["rows"]}
    if not empty:
        return
    lang, counts = next(iter(empty.items()))
    others = "".join(f"; {name} has {of['rows']} rows"
                     for name, of in manifest["languages"].items() if of["rows"])
    raise NoRowsError(
        f"{out}: all {counts['rows_in']} rows were rejected in {', '.join(empty)}, for example "
        f"{lines(counts['first_rejects'])[0]}; see {rejects_place(out, lang)}{others}")
