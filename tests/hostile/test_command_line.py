"""Whatever stands on the command line, what a command says of it is one plain line."""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crosslabel.cli.main import main
from crosslabel.cli.row_output import EXIT_BAD_ROWS
from crosslabel.projection.plain import MAX_MESSAGE

STEERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
                    r"\ud800-\udfff]")
_LONGEST = len("crosslabel: ") + MAX_MESSAGE

COMMANDS = """
build X | build demo-ner --set X | build demo-ner --set X=1 | build demo-ner --set name=X
build demo-ner --set source.path=X | build demo-ner --set source.labels=X | build demo-ner --limit X
work X | translate X --to de | translate F --to X | translate F --to de --from X
translate F --to de --model X | translate F --to de --device X | translate F --to de --beam X
align X --output O | align F --output F/X | align F --output O --source X
align F --output O --links X --source links | align F --output O --model X
project X --output O | project F --output O --method X | project F --output O --rule X
project F --output O --rule X=1 | project F --output O --bitext X --method statistical
evaluate X | evaluate projection --gold X --pred X | evaluate projection --gold F --method X
evaluate projection --gold F --pred F --picture X | evaluate task --gold X --pred X
inspect X | inspect X --json | verify X | verify X --repair | export X --format jsonl
export D --format X | featurize X --out O --task token | featurize F --out O --task X
featurize F --out O --task token --lang X | featurize F --out O --task token --lang en --format X
featurize F --out O --task token --lang en --column X
featurize F --out O --task token --lang en --translations X
featurize F --out O --task token --lang en --student X | soften X --teacher X --out O
finetune X | finetune demo-filter --set X | predict X X --output O | combine X X --output O
combine F F --output O --weights X | combine F F --output O --by X | models X
models convert X --output O | models check X | models tune-markers X --bitext X --to de --output O
models tune-markers F --bitext F --to X --output O | cache prune X | flow build X
flow build demo-ner --on X | flow finetune X | X | --X | build X X
"""
TEMPLATES = [own.strip() for line in COMMANDS.strip().splitlines() for own in line.split("|")]

Kind = Literal["nothing", "file", "folder"]
_LETTERS = st.characters(codec=None, exclude_characters="\0/")
_NAMES = st.one_of(
    st.text(st.one_of(st.sampled_from("\x1b\x9b\u202e\u2066\n\r\x07[]\udcff-"), _LETTERS),
            min_size=1, max_size=60),
    st.text(_LETTERS, min_size=1, max_size=5).map(lambda text: text * 1000),
)


def _argument(name: str) -> str:
    """What of a name the operating system can pass on."""
    return os.fsdecode(name.encode("utf-8", "replace")) if re.search(
        "[\ud800-\udc7f\udd00-\udfff]", name) else name


@contextmanager
def _there(name: str, kind: Kind) -> Iterator[None]:
    """A folder to work in, with a good file ``F``, a folder ``D``, and something of that name."""
    with TemporaryDirectory() as folder, chdir(folder):
        Path("F").write_text('{"id": "1"}\n')
        Path("D").mkdir()
        try:
            if kind == "file":
                Path(name).write_bytes(b"\x1b[2J\xff\n[}\n")
            elif kind == "folder":
                Path(name).mkdir()
        except (OSError, ValueError):
            pass  # not a name that a file can have
        yield
        shutil.rmtree(folder, ignore_errors=True)


def run(words: list[str]) -> tuple[object, str, str]:
    """Exit code and what is said, of the command as it is started by a shell."""
    out, err = io.StringIO(), io.StringIO()
    handlers = list(logging.root.handlers)
    try:
        with patch.object(sys, "argv", ["crosslabel", *words]), redirect_stdout(out), \
                redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
    finally:
        logging.root.handlers[:] = handlers
    return ended.value.code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_wrong_is_one_plain_line(template: str) -> None:
    @settings(max_examples=2, deadline=None, derandomize=True, database=None)
    @example("a\x1b[2J\x9b31m\u202e[red]\r\nX\udcff\u2066\x07", "nothing")
    @example("a\x1b[2J\x9b31m\u202e[red]\r\nX\udcff\u2066\x07", "file")
    @example("\n" + "x" * 5000, "nothing")
    @given(_NAMES, st.sampled_from(("nothing", "file", "folder")))
    def holds(name: str, kind: Kind) -> None:
        name = _argument(name) + "\x1b"  # never the name of a model that a hub could have
        with _there(name, kind):
            code, out, err = run([word.replace("X", name) for word in template.split()])
        assert code in (1, 2, 3), (code, out, err)
        assert not STEERS.search(out) and not STEERS.search(err), (out, err)
        said, last = err.split("\n")[:-1], err.split("\n")[-1]
        assert not last and max(map(len, said)) <= _LONGEST
        assert len(said) == 1 or code == EXIT_BAD_ROWS, err  # then each bad row has its line

    holds()
