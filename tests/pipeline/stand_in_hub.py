"""A small server that plays the hub: one model, its commits, and what goes wrong."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Hub:
    """A folder per commit of the model `name`, where `main` points, which files break off.

    `asked` lists the addresses that were asked for. Who may not read a gated model sees the list of
    its files alone.
    """

    name: str
    commits: dict[str, Path]
    main: str
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    gated: bool = False

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The server's address while it runs."""
        handler = type("Handler", (_Handler,), {"hub": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    """The addresses a snapshot download uses."""

    hub: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        self.hub.asked.append(self.path)
        path = self.path.partition("?")[0].strip("/")
        api = f"api/models/{self.hub.name}/"
        file = f"{self.hub.name}/resolve/"
        if not path.startswith((api, file)):
            self._refuse("RepoNotFound")
            return
        kind, _, rest = path.removeprefix(api).removeprefix(file).partition("/")
        asked, name = (rest, "") if path.startswith(api) else (kind, rest)
        commit = self.hub.main if asked == "main" else asked
        folder = self.hub.commits.get(commit)
        if folder is None:
            self._refuse("RevisionNotFound")
        elif name and self.hub.gated:
            self._refuse("GatedRepo", 403)
        elif name:
            self._send((folder / name).read_bytes(), body, commit, name)
        elif kind == "tree":
            files = [{"type": "file", "path": p.name, "size": p.stat().st_size, "oid": commit}
                     for p in folder.iterdir()]
            self._send(json.dumps(files).encode(), body, commit)
        else:
            files = [{"rfilename": p.name} for p in folder.iterdir()]
            about = {"id": self.hub.name, "sha": commit, "siblings": files}
            self._send(json.dumps(about).encode(), body, commit)

    def _refuse(self, code: str, status: int = 404) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.end_headers()

    def _send(self, content: bytes, body: bool, commit: str, name: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", commit)
        self.end_headers()
        if body:
            cut = name in self.hub.broken
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.close_connection = self.close_connection or cut

    def log_message(self, format: str, *args: object) -> None:
        pass
