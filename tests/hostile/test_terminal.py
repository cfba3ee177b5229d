"""What files say cannot steer a terminal, a table, a page or a picture."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from crosslabel.cli.highlight import highlighted
from crosslabel.cli.report import print_corpus
from crosslabel.cli.terminal import PlainLines, cell, print_data, print_json, say, warn
from crosslabel.library.corpus import open_corpus
from crosslabel.pipeline.corpus.records import Example, Span, Words
from crosslabel.projection.errors import CrosslabelError
from crosslabel.projection.plain import MAX_MESSAGE, one_line, plain
from tests.fuzzing.other_files import SHARD
from tests.fuzzing.seeds import MANIFESTS
from tests.fuzzing.tables import table_bytes

EVIL = "\x1b[2J\x9b31m\u202e[red]\r\nX\ud800\u2066\x07"
STEERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@given(st.text(st.characters(codec=None)))
def test_plain_text_is_one_printable_line(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text) and not STEERS.search(shown) and len(shown.splitlines()) < 2
    shown.encode("utf-8")


def test_plain_text_keeps_letters_and_joiners() -> None:
    for text in ("می\u200cخواهم", "क्\u200dष", "👩\u200d👧", "彼は", "a [b] é"):
        assert plain(text) == text


def test_a_message_is_cut_in_the_middle() -> None:
    shown = one_line(f"a.jsonl, row 3: {'x' * 1_000_000}; the way out")
    assert len(shown) <= MAX_MESSAGE
    assert shown.startswith("a.jsonl, row 3: ") and shown.endswith("; the way out")


def test_every_error_is_a_plain_line() -> None:
    shown = str(CrosslabelError(f"{EVIL}: cannot be read"))
    assert not STEERS.search(shown) and "\n" not in shown


def test_labels_fields_and_languages_are_shown_as_text() -> None:
    words = (Words("text", ((0, 1),)), Words(EVIL, ((0, 1),)))
    made = Example("1", "spans", "en", {"text": "ab", EVIL: f"a{EVIL}"},
                   (Span("0", "text", ((0, 1),), EVIL), Span("1", EVIL, ((0, 5),), EVIL)),
                   words=words)
    shown = highlighted(made, [EVIL]).plain
    assert not STEERS.search(shown) and shown.count("\n") == 1


def _evil_corpus(folder: Path) -> dict[str, Any]:
    (folder / SHARD).parent.mkdir()
    (folder / SHARD).write_bytes(table_bytes("shard"))
    manifest: dict[str, Any] = json.loads(json.dumps(MANIFESTS[0]))
    manifest["recipe"]["name"] = EVIL
    manifest["labels"] = [EVIL]
    counts = manifest["languages"]["de"]
    counts["reject_reasons"] = {EVIL: 1}
    counts["classes"] = {EVIL: 1}
    counts["spans"] = [{"label": EVIL, "status": "abstained", "reason": EVIL, "count": 1}]
    return manifest


def test_a_corpus_of_somebody_else_is_shown_as_text(tmp_path: Path) -> None:
    manifest = _evil_corpus(tmp_path)
    out = io.StringIO()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    corpus = open_corpus(tmp_path)
    print_corpus(corpus, Console(file=out, width=400))
    shown = out.getvalue()
    assert not STEERS.search(shown)
    assert shown.count("[red]") >= 5
    assert not STEERS.search(corpus._repr_html_())


def test_a_manifest_is_printed_as_json_without_what_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json({EVIL: [EVIL]})
    shown = capsys.readouterr().out
    assert not STEERS.search(shown) and json.loads(shown) == {EVIL: [EVIL]}


def test_lines_for_people_are_plain_and_data_in_a_pipe_is_not_touched(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(EVIL)
    warn(EVIL)
    print_data("a\u202eb")
    out, err = capsys.readouterr()
    said, data, _ = out.split("\n")
    assert not STEERS.search(said) and not STEERS.search(err) and err.count("\n") == 1
    assert data == "a\u202eb"


def test_cells_have_neither_markup_nor_escapes() -> None:
    out = io.StringIO()
    Console(file=out, force_terminal=True, highlight=False).print(cell(EVIL))
    assert "[red]" in out.getvalue() and not STEERS.search(out.getvalue())


def test_log_lines_are_plain() -> None:
    record = logging.LogRecord("a", logging.WARNING, "f", 1, "x%s", (EVIL,), None)
    assert not STEERS.search(PlainLines("%(message)s").format(record))


def test_the_command_names_a_file_with_an_evil_name_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "a\x1b[2J\u202e\nb.yaml"
    file.write_text("name: [\n")
    done = subprocess.run([sys.executable, "-m", "crosslabel", "build", str(file)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("crosslabel: ")
    assert not STEERS.search(done.stderr) and done.stderr.count("\n") == 1


def test_a_model_card_says_names_of_others_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from crosslabel.finetune.training.card import _escaped

    said = _escaped("<script>alert(1)</script> ![x](http://x) `y` \x1b[2J | a & b")
    assert re.search(r"(?<!\\)[<>`|&\[\]]", said) is None and "\x1b" not in said


def test_a_picture_shows_dollar_signs_and_angle_brackets_as_they_are(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from crosslabel.projection.evaluation.picture import draw
    from tests.projection.evaluation.rows import report_of

    out = io.BytesIO()
    name = "<script>$\\frac$ \x1b[2J & \ud800"
    draw({name: report_of([])}, out, "svg")
    drawn = out.getvalue().decode()
    assert "<script" not in drawn and "&lt;script" in drawn and not STEERS.search(drawn)
