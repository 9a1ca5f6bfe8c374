"""A host on this machine that serves files and fails in the ways hosts fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Host:
    """What it serves by path, how it behaves, and the requests it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    etag: str | None = '"v1"'
    content_type: str = "application/octet-stream"
    length: bool = True
    break_after: list[int] = field(default_factory=list)  # bytes, one for each answer to break
    statuses: list[int] = field(default_factory=list)  # answers to give before serving
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


def handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            host.asked.append(dict(self.headers))
            if host.statuses or self.path not in host.files:
                self.send_response(host.statuses.pop(0) if host.statuses else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = host.files[self.path]
            begin = self._begin(body)
            if begin is None:
                return
            part = body[begin:]
            # all is decided before the first byte goes out: the test may change the host after it
            sent = part[: host.break_after.pop(0)] if host.break_after else part
            close = len(sent) < len(part) or not host.length
            self.send_response(206 if begin else 200)
            self.send_header("Content-Type", host.content_type)
            if host.length:
                self.send_header("Content-Length", str(len(part)))
            if host.etag:
                self.send_header("ETag", host.etag)
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
            self.end_headers()
            self.close_connection = close or self.close_connection
            with suppress(ConnectionError):  # the one who asked may have gone
                self.wfile.write(sent)

        def _begin(self, body: bytes) -> int | None:
            wanted = self.headers.get("Range")
            if not (host.ranges and wanted):
                return 0
            if self.headers.get("If-Range") not in (None, host.etag):
                return 0
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if begin < len(body):
                return begin
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None

    return Handler


@pytest.fixture
def host() -> Iterator[Host]:
    """A host to fetch from."""
    made = Host()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    made.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
