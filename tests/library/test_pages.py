"""What README and the page of the library show does what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import crosslabel as cl
from tests.library.corpora import ROWS

ROOT = Path(__file__).resolve().parents[2]


def _programs(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_lines_of_the_readme_run_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my.jsonl").write_text("".join(json.dumps({**row, "lang": "en"}) + "\n" for row in ROWS))
    names: dict[str, Any] = {}
    [program] = _programs("README.md")
    exec(program, names)
    assert len(names["corpus"]) == 4 and names["corpus"].languages == ("de", "es")
    assert {path.name for path in Path("out/conll").iterdir()} == {"de.conll", "es.conll"}


def test_the_page_of_the_library_names_only_what_there_is() -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    assert set(re.findall(r"cl\.([A-Za-z_]+)", page)) <= set(cl.__all__)
    missing = set(cl.__all__) - set(re.findall(r"cl\.([A-Za-z_]+)", page)) - {"__version__"}
    assert missing == {"Corpus"}
    for program in _programs("docs/library.md"):
        compile(program, "docs/library.md", "exec")


def test_texts_of_the_page_are_translated_and_projected() -> None:
    names: dict[str, Any] = {"cl": cl}
    program = next(one for one in _programs("docs/library.md") if "Translator" in one)
    exec(program.partition("cl.projection_scores")[0], names)
    [result] = names["projector"].project(names["pairs"])
    assert [(span.label, span.text) for span in result.spans] == [("PER", "Anna")]


