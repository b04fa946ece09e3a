"""The review as a local web page: loopback only, behind a token in the URL, nothing loaded from elsewhere.

Names that come from the page are looked up among the reports of the queue, never joined to a path.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any, cast, get_args
from urllib.parse import parse_qs, urlsplit

from corrections import Act, Correction, adding, load
from errors import ConversionError
from messages import Messages
from review import ink, page
from review.queue import Entry, entries
from review.telling import tell

_MOST_BODY = 64 << 10
_PAGES_KEPT = 16
_ACTS = get_args(Act)


class Refused(Exception):
    """A request that is not answered, with the status that says why."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Review:
    """An output folder under review. `source` is the folder that the inputs were in, if that is known."""

    out: Path
    source: Path | None
    who: str
    messages: Messages
    _known: dict[str, Entry] = field(default_factory=dict, repr=False)
    _digests: dict[Path, tuple[tuple[int, int], str]] = field(default_factory=dict, repr=False)

    def queue(self) -> list[Entry]:
        """Return the reports as they are now, the worst first."""
        found = entries(self.out)
        self._known.update((entry.name, entry) for entry in found)
        return found

    def entry(self, name: str) -> Entry:
        """Return a report of the queue; raises Refused if there is none of that name."""
        if not self._known:
            self.queue()
        if name not in self._known:
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such report")
        return self._known[name]

    def report(self, name: str) -> dict[str, Any]:
        """Return what the page shows of a report."""
        entry = self.entry(name)
        told = tell(entry.path, load(entry.folder), self.messages)
        self._known[name] = replace(entry, sha256=told["sha256"])
        told["has_source"] = self.file_of(name) is not None
        return told

    def file_of(self, name: str) -> Path | None:
        """Return the source file of a report, if it stands below the source folder with the same content."""
        if self.source is None:
            return None
        parts = PurePosixPath(name).parts
        file = self.source if self.source.is_file() else self.source.joinpath(*parts)
        try:
            whole = file.resolve()
            inside = whole == self.source.resolve() or whole.is_relative_to(self.source.resolve())
            if not inside or ".." in parts or not file.is_file():
                return None
            return file if self._digest(file) == self.entry(name).sha256 else None
        except OSError:
            return None

    def _digest(self, file: Path) -> str:
        """Return the SHA-256 of a file's content, taken anew when its time or size is another."""
        now = file.stat()
        stamp = (now.st_mtime_ns, now.st_size)
        known = self._digests.get(file)
        if known is None or known[0] != stamp:
            with file.open("rb") as opened:
                known = stamp, hashlib.file_digest(opened, "sha256").hexdigest()
            self._digests[file] = known
        return known[1]

    def decide(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Save one decision of the person at the page and return the report anew; raises Refused.

        `seen` in the request is that of the report on the page: a decision about anything else is refused.
        """
        name, value_id, act = body.get("name"), body.get("id"), body.get("act")
        if not isinstance(name, str) or not isinstance(value_id, str) or act not in _ACTS:
            raise Refused(HTTPStatus.BAD_REQUEST, "name, id and act are needed")
        new = _number(body.get("new"))
        entry = self.entry(name)
        with adding(entry.folder) as add:
            told = self.report(name)
            if (act == "signed") != (not value_id) or (value_id and value_id not in told["values"]):
                raise Refused(HTTPStatus.BAD_REQUEST, "the edition has no such value")
            if body.get("seen") != told["seen"]:
                raise Refused(HTTPStatus.CONFLICT, "the report or a decision changed since it was shown")
            numbers = {one: value["number"] for one, value in told["values"].items()}
            old = numbers.get(value_id)
            layer = load(entry.folder).of(name, told["sha256"])
            decision = Correction(
                name=name,
                sha256=told["sha256"],
                id=value_id,
                act=cast("Act", act),
                old=old,
                new=new if act == "corrected" else old,
                who=self.who,
                when=datetime.now(UTC).isoformat(timespec="seconds"),
                digest="" if value_id else layer.digest_of(numbers),
            )
            add([decision])
        return self.report(name)


def _number(given: object) -> int | float | None:
    """Return a number of a correction; None says that there is none. Raises Refused for anything else."""
    if given is None or (isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**53):
        return given
    if isinstance(given, float) and abs(given) < 10**15:  # not so of NaN and infinity
        return int(given) if given == int(given) else given
    raise Refused(HTTPStatus.BAD_REQUEST, "a correction is a number")


@dataclass(frozen=True, kw_only=True)
class Serving:
    """A server that answers on `url` until `stop`; `run` answers until then."""

    url: str
    server: ThreadingHTTPServer

    def run(self) -> None:
        """Answer until `stop`, or until the program is interrupted."""
        self.server.serve_forever(poll_interval=0.2)

    def stop(self) -> None:
        """End `run` from another thread, and give the port back."""
        self.server.shutdown()
        self.server.server_close()


def serve(review: Review, *, port: int = 0) -> Serving:
    """Return a server for a review on the loopback address; port 0 takes a free one.

    Raises OSError when the port is taken.
    """
    token = secrets.token_urlsafe(24)

    class Handler(_Handler):
        pass

    Handler.review, Handler.token = review, token
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return Serving(url=f"http://127.0.0.1:{server.server_address[1]}/{token}/", server=server)


class _Handler(BaseHTTPRequestHandler):
    review: Review
    token: str
    timeout = 60  # seconds until an idle connection is let go
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the terminal is the person's."""

    def _answer(self, work: Any) -> None:  # noqa: ANN401  # one of the two methods below
        try:
            path, asked = self._asked()
            kind, data = work(path, asked)
            status = HTTPStatus.OK
        except (ConversionError, OSError, RecursionError, ValueError, Refused) as error:
            self.close_connection = True  # what is left of the request is not read
            status, kind, data = _status_of(error), "application/json", _json(_told(error))
        nonce = secrets.token_urlsafe(16)
        if kind == "text/html":
            data = data.replace(page.NONCE, nonce.encode())
        try:
            self._send(status, kind, data, nonce)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the page was closed while it was answered

    def _asked(self) -> tuple[str, dict[str, str]]:
        """Return the path behind the token, and the query; raises Refused for whom it is not for."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        parts = urlsplit(self.path)
        token, _, path = parts.path.removeprefix("/").partition("/")
        if host not in ("127.0.0.1", "localhost") or not secrets.compare_digest(
            token.encode("utf-8", "replace"), self.token.encode()
        ):
            raise Refused(HTTPStatus.FORBIDDEN, "open the address that gouji review printed")
        query = parse_qs(parts.query, max_num_fields=8)
        return path, {name: values[0] for name, values in query.items()}

    def _get(self, path: str, asked: Mapping[str, str]) -> tuple[str, bytes]:
        if path == "":
            return "text/html", page.live(self.review.messages)
        if path == "queue":
            told = [page.row_of(entry) for entry in self.review.queue()]
            return "application/json", _json({"who": self.review.who, "reports": told})
        if path == "report":
            return "application/json", _json(self.review.report(asked.get("name", "")))
        if path in ("page", "grids"):
            return self._source(path, asked)
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _source(self, path: str, asked: Mapping[str, str]) -> tuple[str, bytes]:
        entry = self.review.entry(asked.get("name", ""))
        file = self.review.file_of(entry.name)
        if file is None:
            raise Refused(HTTPStatus.NOT_FOUND, "the source is not known; give its folder with --source")
        modified = file.stat().st_mtime_ns
        if path == "grids":
            return "application/json", _grids(file, modified)
        number = asked.get("page", "")
        if not number.isascii() or not number.isdigit() or len(number) > 6:
            raise Refused(HTTPStatus.BAD_REQUEST, "page is a number")
        return "application/json", _page(file, modified, int(number))

    def _post(self, path: str, _asked: Mapping[str, str]) -> tuple[str, bytes]:
        if path != "decide":
            raise Refused(HTTPStatus.NOT_FOUND, "there is nothing here")
        if self.headers.get_content_type() != "application/json":  # what no form of another site can send
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "JSON is needed")
        length = self.headers.get("Content-Length") or ""
        if not (length.isascii() and length.isdigit()) or len(length) > 9 or int(length) > _MOST_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too long")
        try:
            body = json.loads(self.rfile.read(int(length)))
        except ValueError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "that is no JSON") from error
        if not isinstance(body, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "an object is needed")
        return "application/json", _json(self.review.decide(body))

    def _send(self, status: HTTPStatus, kind: str, data: bytes, nonce: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", page.policy(nonce))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


def _status_of(error: Exception) -> HTTPStatus:
    """Return 400 where the request itself is none, 409 where the files do not let it be answered."""
    if isinstance(error, Refused):
        return error.status
    return HTTPStatus.CONFLICT if isinstance(error, ConversionError | OSError) else HTTPStatus.BAD_REQUEST


def _told(error: Exception) -> dict[str, Any]:
    """Return what the page is told; `changed` says that it must show the report anew first."""
    if isinstance(error, OSError):
        return {"error": f"a file cannot be read ({error.strerror}); look whether it is still there"}
    if isinstance(error, RecursionError):
        return {"error": "the request is nested too deeply"}
    changed = isinstance(error, Refused) and error.status is HTTPStatus.CONFLICT
    return {"error": str(error), **({"changed": True} if changed else {})}


@lru_cache(maxsize=_PAGES_KEPT)
def _page(file: Path, _modified: int, number: int) -> bytes:
    return _json(ink.page(file, number))


@lru_cache(maxsize=_PAGES_KEPT)
def _grids(file: Path, _modified: int) -> bytes:
    return _json(ink.grids(file))


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode("utf-8")
