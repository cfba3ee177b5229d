"""A local S3 server as a process of its own, behind a proxy that can lose what passes through it.
"""

from __future__ import annotations

import http.client
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

BUCKET = "corpora"
FAULTS = ("refused", "broken", "lost", "cut", "late")
_DROPPED = {"connection", "transfer-encoding", "keep-alive", "server", "date"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came to the proxy.

    Attributes:
        name: of the object or folder below the bucket.
        outcome: ``passed``, or what went wrong: ``refused`` (500 or 503) and ``broken`` (connection
            reset) before the server saw it; ``lost`` (connection reset) and ``cut`` (half of the
            body) after it had answered; a ``late`` one passed.
    """

    method: str
    name: str
    outcome: str
    status: int

    @property
    def written(self) -> bool:
        """Whether it wrote an object."""
        return self.method == "PUT" and 200 <= self.status < 300


@dataclass(slots=True)
class Weather:
    """What the proxy does to requests.

    Attributes:
        share: of requests that meet a fault, drawn by ``draw``.
        answer: status that every request gets in place of an answer; 0 for none.
        spared: so many more requests pass before ``answer`` begins.
    """

    share: float = 0.0
    draw: random.Random = field(default_factory=random.Random)
    answer: int = 0
    spared: int = 0


class FaultyProxy:
    """Passes requests on to a server and keeps a list of them."""

    def __init__(self, port: int) -> None:
        self.weather = Weather()
        self.requests: list[Request] = []
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, port))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @contextmanager
    def weathered(self, **weather: object) -> Iterator[list[Request]]:
        """Treat the requests of a block so; gives the list of them."""
        self.requests = []
        self.weather = Weather(**weather)  # type: ignore[arg-type]
        try:
            yield self.requests
        finally:
            self.weather = Weather()

    def fate(self) -> str:
        """What will become of the next request."""
        with self.lock:
            if self.weather.answer:
                self.weather.spared -= 1
                if self.weather.spared < 0:
                    return "refused"
            draw = self.weather.draw
            return draw.choice(FAULTS) if draw.random() < self.weather.share else "passed"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def written(requests: list[Request]) -> Counter[str]:
    """How often each object was written, other than who works in the folder."""
    return Counter(own.name for own in requests if own.written and "/.work/runs/" not in own.name)


def _handler(proxy: FaultyProxy, port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fate = proxy.fate()
            if fate in ("refused", "broken"):
                self._note(fate, 0)
                self._refuse() if fate == "refused" else self._reset()
                return
            if fate == "late":
                time.sleep(proxy.weather.draw.uniform(0.0, 0.2))
            status, headers, content = self._asked(body)
            self._note(fate, status)
            if fate == "lost":
                self._reset()
                return
            self._answer(status, headers, content[:len(content) // 2 if fate == "cut" else None])
            if fate == "cut":
                self._reset()

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _asked(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            server.request(self.command, self.path, body, dict(self.headers))
            answer = server.getresponse()
            content = answer.read()
            server.close()
            headers = [own for own in answer.getheaders() if own[0].lower() not in _DROPPED]
            if self.command != "HEAD" and "Content-Length" not in dict(headers):
                headers.append(("Content-Length", str(len(content))))
            return answer.status, headers, content

        def _refuse(self) -> None:
            status = proxy.weather.answer or proxy.weather.draw.choice((500, 503))
            self._answer(status, [("Content-Length", "0")], b"")

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            self.wfile.flush()

        def _reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def _note(self, outcome: str, status: int) -> None:
            name = unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}/")
            proxy.requests.append(Request(self.command, name, outcome, status))

    return Handler


@contextmanager
def s3_server() -> Iterator[int]:
    """The port of an S3 server that holds its objects in memory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the S3 server did not start")
