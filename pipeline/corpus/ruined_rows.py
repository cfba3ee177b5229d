"""The lines that name rows with ruined translations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosslabel.pipeline.corpus.first_rejects import Shown, lines


def shown(file: str, row: int, id: str, why: str, sentence: str) -> Shown:
    """Return what is shown of a row with a ruined translation, in the form of a reject.

    Args:
        why: what is wrong with the translation.
        sentence: that was to be translated.
    """
    return {"file": file, "row": row, "id": id, "reasons": [f"ruined: {why}"],
            "sentence": sentence}


def ruined_lines(languages: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return lines for a person: by language the rows with ruined translations, the first of which
    are named; none without any.

    Args:
        languages: of a manifest.
    """
    said: list[str] = []
    for lang, counts in languages.items():
        if counts.get("ruined"):
            said += [f"ruined in {lang}: {line}"
                     for line in lines(counts.get("first_ruined", ()))]
            said.append(_in_all(lang, counts["ruined"]))
    return said


def _in_all(lang: str, counts: Mapping[str, int]) -> str:
    rows, segments = counts["rows"], counts["segments"]
    return (f"{lang}: {segments} ruined {'translation' if segments == 1 else 'translations'} in "
            f"{rows} {'row' if rows == 1 else 'rows'}; their spans have the reason 'ruined' and "
            "their words no label (quality.ruined: false keeps both)")
