"""Real servers that notifications are sent to: HTTP and SMTP on this machine, with what arrived."""

from __future__ import annotations

import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

#: status, headers, body; None breaks the connection off without an answer
Reply = tuple[int, dict[str, str], bytes] | None
OK: Reply = (200, {}, b'{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}')


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What arrived, in order, and the answers to give."""

    url: str
    requests: list[Request] = field(default_factory=list)
    #: given one after the other; then OK
    replies: list[Reply] = field(default_factory=list)
    #: decides instead of ``replies``
    decide: Callable[[Request], Reply] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Reply:
        with self.lock:
            self.requests.append(request)
            if self.decide is None:
                return self.replies.pop(0) if self.replies else OK
        return self.decide(request)


@contextmanager
def http_receiver(tls: SSLContext | None = None) -> Iterator[Receiver]:
    """An HTTP server in a thread."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # head and body are two writes; without this the second waits 40 ms
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            got = Request(self.path, dict(self.headers.items()), self.rfile.read(length))
            reply = receiver.answer(got)
            if reply is None:
                # a hard reset, not a polite end
                self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            status, headers, body = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            receiver.answer(Request(self.path, {}, b"GET"))
            self.send_error(405)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that was killed

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(directory: Path) -> tuple[Path, SSLContext]:
    """A certificate for 127.0.0.1 that signs itself, and a server's context with it."""
    key, cert = directory / "key.pem", directory / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60
        )
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


class MailBox:
    """Takes every mail, or answers as the test sets."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.logins: list[str] = []
        self.encrypted: list[bool] = []
        #: answer to RCPT by address, and to DATA
        self.refused: dict[str, str] = {}
        self.data_reply = "250 taken"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_reply.startswith("250"):
            self.mails.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return self.data_reply

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        login = data.login.decode()
        self.logins.append(login)
        return AuthResult(success=login == "duty" and data.password == b"right", handled=False)


class _AnyPort(Controller):
    """Takes a free port, and reports which."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_receiver(
    starttls: SSLContext | None = None, ssl: SSLContext | None = None, *, login: bool = False
) -> Iterator[tuple[int, MailBox]]:
    """An SMTP server in a thread; yields its port and its box."""
    box = MailBox()
    controller = _AnyPort(
        box,
        hostname="127.0.0.1",
        port=0,
        ssl_context=ssl,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=box.authenticate if login else None,
        auth_required=login,
        auth_require_tls=starttls is not None,
    )
    controller.start()
    try:
        yield controller.port, box
    finally:
        controller.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP server that remembers what it is sent."""
    with http_receiver() as found:
        yield found
