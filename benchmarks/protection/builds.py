"""Builds of texts, and what came out of them by row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import crosslabel as cl


def translated(
    texts: Sequence[str], lang: str, folder: Path, changes: Mapping[str, Any] | None = None,
    given: Sequence[str] | None = None,
) -> tuple[dict[int, str], dict[str, int]]:
    """Build a corpus of texts, and return the translations by row and the reasons of rejects.

    Args:
        changes: of the recipe.
        given: translations by people.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(folder / "texts.jsonl", texts)
    recipe: dict[str, Any] = {
        "name": "protection", "targets": [lang],
        "source": {"path": str(folder / "texts.jsonl"), "lang": "en", "duplicates": "keep"},
    }
    if given is not None:
        _write(folder / "given.jsonl", given)
        recipe |= {"translation": {"given": {lang: str(folder / "given.jsonl")}},
                   "segmentation": {"sentences": False}}
    corpus = cl.build(cl.load_recipe(recipe, dict(changes or {})), folder / "corpus")
    rows = {int(row["a"]["id"]): row["a"]["fields"][0]["text"] for row in corpus[lang].to_dataset()}
    reasons: dict[str, int] = {}
    for reject in corpus.rejects():
        for reason in reject.reasons:
            code = reason.partition(":")[0]
            reasons[code] = reasons.get(code, 0) + 1
    return rows, reasons


def _write(file: Path, texts: Sequence[str]) -> None:
    lines = (json.dumps({"id": str(number), "text": text}, ensure_ascii=False)
             for number, text in enumerate(texts))
    file.write_text("\n".join(lines) + "\n", "utf-8")
