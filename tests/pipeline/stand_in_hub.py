"""A small server that plays the hub: one model or data set, its commits, and what goes wrong."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote


@dataclass
class Hub:
    """A folder per commit of the model or data set `name`, where `main` points, which files break
    off.

    `kind` is `models` or `datasets`. `refs` are other revisions. A request without the `token`, if
    there is one, is refused. `asked` lists the addresses that were asked for. Who may not read a
    gated one sees the list of its files alone.
    """

    name: str
    commits: dict[str, Path]
    main: str
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    gated: bool = False
    kind: str = "models"
    refs: dict[str, str] = field(default_factory=dict)
    token: str | None = None

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The server's address while it runs."""
        handler = type("Handler", (_Handler,), {"hub": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    """The addresses that a snapshot download uses, and those that list the files of a data set."""

    hub: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        self.hub.asked.append(self.path)
        path = self.path.partition("?")[0].strip("/")
        of_kind = "" if self.hub.kind == "models" else f"{self.hub.kind}/"
        api = f"api/{self.hub.kind}/{self.hub.name}"
        file = f"{of_kind}{self.hub.name}/resolve/"
        allowed = self.hub.token in (None, self.headers.get("Authorization", "")[len("Bearer "):])
        if not allowed or not (path == api or path.startswith((f"{api}/", file))):
            self._refuse("RepoNotFound")
            return
        rest = path.removeprefix(api).removeprefix(file).strip("/")
        if path == api:
            rest = "revision/main"
        kind, _, rest = rest.partition("/") if path.startswith(api) else ("", "", rest)
        asked, _, name = rest.partition("/")
        asked, name = unquote(asked), unquote(name)
        commit = self.hub.main if asked == "main" else self.hub.refs.get(asked, asked)
        folder = self.hub.commits.get(commit)
        if folder is None:
            self._refuse("RevisionNotFound")
        elif kind == "tree":
            files = [{"type": "file", "path": name, "size": (folder / name).stat().st_size,
                      "oid": commit} for name in _names(folder)]
            self._send(json.dumps(files).encode(), body, commit)
        elif kind:
            files = [{"rfilename": name} for name in _names(folder)]
            about = {"id": self.hub.name, "sha": commit, "siblings": files}
            self._send(json.dumps(about).encode(), body, commit)
        elif name and self.hub.gated:
            self._refuse("GatedRepo", 403)
        elif not (folder / name).is_file():
            self._refuse("EntryNotFound")
        else:
            self._send((folder / name).read_bytes(), body, commit, name)

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


def _names(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*")
                  if file.is_file())
