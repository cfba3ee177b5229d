"""``-`` in place of a file: standard input and output."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crosslabel.cli.main import main
from tests.finetune.inference.tiny_models import IOB, TEXTS, tiny_model
from tests.pipeline.signalled_commands import Command
from tests.tiny_encoder import tiny_encoder

Run = Callable[..., tuple[int, str, str]]

PAIR = {"id": "1", "source": {"lang": "en", "text": "Anna left.",
                              "spans": [{"start": 0, "end": 4, "label": "PER"}]},
        "target": {"lang": "de", "text": "Anna ging."}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command in this process with these bytes as its standard input."""

    def run(given: bytes | None, *words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["crosslabel", *map(str, words)])
        stdin = None if given is None else io.TextIOWrapper(io.BytesIO(given), "utf-8")
        monkeypatch.setattr(sys, "stdin", stdin)
        capfdbinary.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        said = capfdbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return run


def test_standard_input_is_translated_as_a_file_is(run: Run, tmp_path: Path) -> None:
    given = b"Anna lives in Berlin.\n\nThe house is small.\r\nIt is old."
    file = tmp_path / "letters.txt"
    file.write_bytes(given)
    piped = run(given, "translate", "-", "--to", "de")
    assert piped == run(b"", "translate", file, "--to", "de")
    assert piped[0] == 0 and len(piped[1].splitlines()) == 4
    output = tmp_path / "out.txt"
    assert run(given, "translate", "-", "--to", "de", "--output", output) == (0, "", "")
    assert output.read_text("utf-8") == piped[1]


def test_lines_that_are_not_utf8_are_named_and_the_others_are_translated(run: Run) -> None:
    code, out, said = run(b"Anna left.\n\xff\xfe\nThe house is small.\n", "translate", "-",
                          "--to", "de")
    assert code == 3
    assert said == ("standard input, row 2: invalid-utf8: byte 0 is 0xff; convert the file to "
                    "UTF-8\n")
    assert [bool(line) for line in out.splitlines()] == [True, False, True]


def test_no_input_gives_no_output_and_a_closed_one_is_an_error(run: Run) -> None:
    assert run(b"", "translate", "-", "--to", "de") == (0, "", "")
    assert run(None, "translate", "-", "--to", "de") == (
        2, "", "crosslabel: standard input: is closed; give a file, or pipe one into the command\n")


def test_pairs_go_through_a_pipe(run: Run) -> None:
    given = f'{json.dumps(PAIR)}\n{{"id": "x"}}\n'.encode()
    for words, line in ((["align", "-"], "0-0 1-1 2-2"),
                        (["project", "-", "--method", "itermax"], '{"id": "1"')):
        code, out, said = run(given, *words, "--model", tiny_encoder(), "--output", "-")
        assert code == 3 and said.startswith("standard input, row 2: needs 'source'")
        assert out.startswith(line) and out.count("\n") == 2


def test_rows_of_a_pipe_are_predicted(run: Run, tmp_path: Path) -> None:
    model = tiny_model(tmp_path / "tagger", "token", IOB)
    given = "\n".join(TEXTS).encode()
    words = ["predict", model, "-", "--lang", "de", "--output", "-", "--format"]
    code, out, _ = run(given, *words, "text")
    rows: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["text"] for row in rows] == list(TEXTS)
    code, out, said = run(b"{}\n", *words, "jsonl")
    assert (code, out) == (3, "") and said.startswith("standard input, row 1: ")
    assert str(tmp_path.parent) not in said


def test_a_reader_that_has_ended_ends_the_command_without_a_word() -> None:
    ended = subprocess.Popen([sys.executable, "-m", "crosslabel", "recipes"], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ended.stdout and ended.stderr
    ended.stdout.close()
    assert (ended.wait(60), ended.stderr.read()) == (128 + signal.SIGPIPE, "")
    ended.stderr.close()


def test_control_c_while_input_is_awaited_leaves_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    stdin = os.dup(0)
    os.dup2(reading, 0)
    run = Command(["-m", "crosslabel", "align", "-", "--model", str(tiny_encoder()),
                   "--output", "-"], TMPDIR=str(tmp_path))
    os.dup2(stdin, 0)
    while not list(tmp_path.glob("crosslabel-*/standard input")):
        assert run.process.poll() is None, run.errors
        time.sleep(0.01)
    assert run.signal(signal.SIGINT)
    run.wait()
    for descriptor in (reading, writing, stdin):
        os.close(descriptor)
    assert (run.code, list(tmp_path.iterdir())) == (130, [])
