"""A small file server on the loopback, with the faults that a real one may have."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What the server sends, and what it was asked for.

    Args:
        content: of the only file.
        stops_after: bytes of the next answer after which the connection ends, once.
        ranges: whether it can go on from the middle.
        says_length: whether it tells how much will come.
        redirects_to: an address it sends everybody to.
        status: an error it answers with.
        asked: the Range header of each request.
    """

    content: bytes
    stops_after: int | None = None
    ranges: bool = True
    says_length: bool = True
    redirects_to: str = ""
    status: int = 200
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/archive.zip"


@contextmanager
def serving(server: FileServer) -> Iterator[FileServer]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(server, self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = web.server_address[1]
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


def _answer(server: FileServer, handler: BaseHTTPRequestHandler) -> None:
    asked = handler.headers.get("Range", "")
    server.asked.append(asked)
    if server.redirects_to:
        handler.send_response(302)
        handler.send_header("Location", server.redirects_to)
        handler.end_headers()
        return
    if server.status != 200:
        handler.send_error(server.status)
        return
    start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and server.ranges else 0
    if start >= len(server.content) and start:
        handler.send_error(416)
        return
    handler.send_response(206 if start else 200)
    if start:
        whole = len(server.content)
        handler.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
    if server.says_length:
        handler.send_header("Content-Length", str(len(server.content) - start))
    handler.end_headers()
    stop, server.stops_after = server.stops_after, None
    body = server.content[start:]
    handler.wfile.write(body if stop is None else body[:stop])
