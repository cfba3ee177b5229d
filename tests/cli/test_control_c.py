"""Ctrl-C ends a command that is no run at once: code 130, one line, and no file is left behind."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from crosslabel.cli.leaving import at_once
from crosslabel.pipeline.storage.unfinished import remove_unfinished, unfinished
from tests.pipeline.signalled_commands import Command, many_pairs
from tests.tiny_encoder import tiny_encoder

LINE = "crosslabel: stopped by SIGINT; run it again to go on\n"


def test_a_command_leaves_no_part_of_its_output(tmp_path: Path) -> None:
    pairs, out = many_pairs(tmp_path / "pairs.jsonl", 20), tmp_path / "out"
    run = Command(["-m", "crosslabel", "align", str(pairs), "--model", str(tiny_encoder()),
                   "--output", str(out / "links")])
    while not list(out.glob(".links.*.tmp")):
        assert run.process.poll() is None, run.errors
        time.sleep(0.01)
    assert run.signal(signal.SIGINT)
    run.wait()
    assert (run.code, run.errors) == (130, LINE)
    assert not list(out.iterdir())


def test_a_command_has_its_result_and_its_errors_from_the_thread_that_does_the_work() -> None:
    @at_once
    def command(name: str, *, fails: bool = False) -> None:
        """Do something."""
        assert threading.current_thread() is not threading.main_thread()
        if fails:
            raise ValueError(name)

    command("fine")
    assert (command.__name__, command.__doc__) == ("command", "Do something.")
    with pytest.raises(ValueError, match="wrong"):
        command("wrong", fails=True)


def test_what_is_being_written_can_be_removed(tmp_path: Path) -> None:
    file, folder, kept = tmp_path / "file", tmp_path / "folder", tmp_path / "kept"
    folder.mkdir()
    for path in (file, folder / "within", kept):
        path.write_text("text")
    with unfinished(kept):
        pass
    with unfinished(file), unfinished(folder), unfinished(tmp_path / "missing"):
        remove_unfinished()
    assert list(tmp_path.iterdir()) == [kept]
