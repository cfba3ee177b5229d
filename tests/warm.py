"""Processes that start warm: each is forked from one that has imported the slow libraries.

Python with torch and transformers takes seconds of a processor to start. Tests of what a process
does otherwise, of its exit code, streams, locks and sudden end, need not wait for that every time.
What a cold start does is checked by ``tests/cli/test_cli.py`` and ``tests/packaging``, and what it
imports by ``tests/test_imports.py``.

``python -m tests.warm DESCRIPTOR`` is the process that the others are forked from. It gets the
words to run with the descriptors of their streams over a socket, and tells who has ended.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

SLOW = (
    "numba", "torch", "spacy", "datasets", "ctranslate2", "sentencepiece", "safetensors.torch",
    "transformers.models.auto.modeling_auto", "transformers.models.auto.tokenization_auto",
    "transformers.models.xlm_roberta.modeling_xlm_roberta",
    "transformers.models.xlm_roberta.tokenization_xlm_roberta",
)
_NEWS = 1 << 16


@dataclass(slots=True)
class Warm:
    """A running process, with what ``subprocess.Popen`` offers for one."""

    pid: int
    stdout: Any
    stderr: Any
    _parent: _Parent
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._parent.ended(self.pid)
        return self.returncode

    def wait(self, timeout: float = 240) -> int:
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(9)

    def communicate(self, timeout: float = 240) -> tuple[str, str]:
        """What it still writes to its streams until it ends."""
        said: dict[str, str] = {}

        def read(name: str) -> None:
            with getattr(self, name) as stream:
                said[name] = stream.read()

        readers = [threading.Thread(target=read, args=[name], daemon=True)
                   for name in ("stdout", "stderr")]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join(timeout)
        return said["stdout"], said["stderr"]


@dataclass(slots=True)
class _Parent:
    """The process that the others are forked from."""

    line: socket.socket
    process: subprocess.Popen[bytes]
    known: dict[int, int] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    def start(self, request: dict[str, Any]) -> Warm:
        streams = os.pipe(), os.pipe()
        with self.lock:
            socket.send_fds(self.line, [json.dumps(request).encode()],
                            [write for _, write in streams])
            news = self._heard()
            while "started" not in news:
                self._note(news)
                news = self._heard()
        for _, write in streams:
            os.close(write)
        out, err = (open(read, encoding="utf-8") for read, _ in streams)  # noqa: PTH123, SIM115
        return Warm(news["started"], out, err, self)

    def ended(self, pid: int) -> int | None:
        """Exit code of a process, negative if a signal ended it; ``None`` while it runs."""
        with self.lock:
            while select.select([self.line], [], [], 0)[0]:
                self._note(self._heard())
        return self.known.pop(pid, None)

    def _heard(self) -> dict[str, int]:
        content = self.line.recv(_NEWS)
        assert content, f"what starts processes has ended: {self.process.poll()}"
        news: dict[str, int] = json.loads(content)
        return news

    def _note(self, news: dict[str, int]) -> None:
        self.known[news["ended"]] = news["code"]


@lru_cache(maxsize=2)
def _parent(hub: str | None) -> _Parent:
    """One for each address of a hub, which is read at an import."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen([sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                                   pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                                   cwd=Path(__file__).parents[1])
    return _Parent(ours, process)


def start(module: str, *words: object, cwd: Path | None = None) -> Warm:
    """``python -m MODULE WORD...`` in the environment of now."""
    return _parent(os.environ.get("HF_ENDPOINT")).start({
        "module": module, "words": list(map(str, words)), "folder": str(cwd or Path.cwd()),
        "environment": dict(os.environ),
    })


def run(
    module: str, *words: object, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The same, until it has ended."""
    process = start(module, *words, cwd=cwd)
    out, err = process.communicate()
    return subprocess.CompletedProcess([module, *map(str, words)], process.wait(), out, err)


def _serve(line: socket.socket) -> Callable[[], object] | None:
    """Fork a process for each request until nobody asks any more.

    Returns:
        What such a process has to do; nothing in the one that forks.
    """
    children: set[int] = set()
    while True:
        if select.select([line], [], [], 0.01 if children else None)[0]:
            content, streams, _, _ = socket.recv_fds(line, _NEWS, 2)
            if not content:
                return None
            pid = os.fork()
            if not pid:
                line.close()
                return _prepared(json.loads(content), streams)
            for stream in streams:
                os.close(stream)
            children.add(pid)
            _tell(line, {"started": pid})
        for child in sorted(children):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                children.remove(child)
                _tell(line, {"ended": child, "code": os.waitstatus_to_exitcode(status)})


def _tell(line: socket.socket, news: dict[str, int]) -> None:
    line.send(json.dumps(news).encode())


def _prepared(request: dict[str, Any], streams: list[int]) -> Callable[[], object]:
    for stream, number in zip(streams, (1, 2), strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = [request["module"], *request["words"]]
    return lambda: _run(request["module"])


def _run(module: str) -> None:
    """Do the work and what Python does at its end, except to take apart all that was imported."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code: Any = 0
    except SystemExit as end:
        code = end.code
    if code is None or isinstance(code, int):
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)
    sys.exit(code)


def _load_identifier() -> None:
    """Load the model of the language identifier once for all, which takes half a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    load = lru_cache(LanguageIdentifier.from_model_file)
    load(MODEL_FILE, norm_probs=True)
    LanguageIdentifier.from_model_file = load  # type: ignore[method-assign]


if __name__ == "__main__":
    for name in SLOW:
        importlib.import_module(name)
    _load_identifier()
    gc.freeze()  # a collection in a fork would copy the memory that they share
    work = _serve(socket.socket(fileno=int(sys.argv[1])))
    if work is None:
        os._exit(0)
    work()
