"""The demo's receiver: takes what channels send, over HTTP and SMTP, on the loopback only.

It shows what came in (``GET /`` as text, ``GET /received`` as JSON) and keeps nothing on disk. A
POST to a path that begins with ``/refuse`` is refused, to see what a refusal looks like.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
_KEPT = 200
_MOST = 1_000_000
_WAIT_S = 30


@dataclass(frozen=True)
class Received:
    """One message that came in."""

    #: ISO time
    at: str
    #: webhook, wecom, …: the path without its slash; or mail
    by: str
    title: str
    text: str
    #: the notice's id; "" where the way of sending has none
    id: str = ""

    @property
    def line(self) -> str:
        """The message on one line."""
        return f"{self.at}  {self.by:<8}  {self.title} {self.text}".replace("\n", " ")


class Receiver:
    """An HTTP server at ``port`` and an SMTP server at the next one; port 0 takes free ones."""

    def __init__(self, port: int, shown: Callable[[str], None] = lambda line: None) -> None:
        self._shown = shown
        self._received: deque[Received] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer((HOST, port), self._handler())
        self.port = int(self._http.server_address[1])
        self._mail = Controller(_Mailbox(self.took), hostname=HOST, port=self.port + 1)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> Receiver:
        self._mail.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._mail.stop()
        self._http.shutdown()
        self._http.server_close()

    def took(self, one: Received) -> None:
        """Keep a message and show it."""
        with self._lock:
            self._received.append(one)
        self._shown(one.line)

    def received(self) -> list[Received]:
        """The last messages, newest first."""
        with self._lock:
            return list(reversed(self._received))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = _WAIT_S

            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length") or 0), _MOST)
                body = self.rfile.read(size)
                if self.path.startswith("/refuse"):
                    self._answer(403, "text/plain", "this address refuses every message")
                    return
                receiver.took(_posted(self.path, body))
                answer = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "ok"}
                self._answer(200, "application/json", json.dumps(answer))

            def do_GET(self) -> None:
                found = receiver.received()
                if self.path == "/received":
                    rows = [asdict(one) for one in found]
                    self._answer(200, "application/json", json.dumps(rows, ensure_ascii=False))
                else:
                    self._answer(200, "text/plain", "\n".join(one.line for one in found) + "\n")

            def _answer(self, status: int, kind: str, text: str) -> None:
                raw = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: Any) -> None:
                """What comes in is shown by itself."""

        return Handler


class _Mailbox:
    """aiosmtpd's handler: every mail is taken."""

    def __init__(self, took: Callable[[Received], None]) -> None:
        self._took = took

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(raw, policy=default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        words, _, ids = str(text).partition("-- ")
        one = Received(_now(), "mail", str(mail["Subject"] or ""), words.strip(), ids.strip())
        await asyncio.to_thread(self._took, one)
        return "250 Message accepted"


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _posted(path: str, body: bytes) -> Received:
    """A message from the JSON of a webhook or of one of the robots; any other body as it is."""
    by = path.strip("/").partition("?")[0] or "webhook"
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return Received(_now(), by, "", body.decode("utf-8", "replace"))
    if "text" in found and isinstance(found["text"], str):
        title = str(found.get("title", ""))
        return Received(_now(), by, title, found["text"], str(found.get("id", "")))
    inside = found.get("text") or found.get("markdown") or found.get("content") or found
    words = inside.get("content") or inside.get("text") if isinstance(inside, dict) else inside
    title, _, text = str(words or json.dumps(found, ensure_ascii=False)).partition("\n")
    return Received(_now(), by, title, text)
