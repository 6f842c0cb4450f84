"""What the attack tools talk to: it keeps them signed in with a valid form token, and sees what they were answered.

It changes nothing else of what they send, and forgives nothing. In every page stands the same form token, each of which
is good as long as the session, and the same time left, so that a page that is the same looks the same. Two faults are
planted in it: what it is asked goes into SQL, and onto the page, as it came. A tool that does not find them has proved
nothing.
"""

from __future__ import annotations

import http.client
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

HERE = "127.0.0.1"
PLANTED = "/_planterat"
"""Before every page of ours in the order of the alphabet, so that a tool whose time is short comes to it too."""
TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
TOKEN_IN_PAGE = re.compile(rb'(name="csrf_token"[^>]*?value="|data-token=")[^"]+')
SECONDS_LEFT = re.compile(rb'(data-(?:ends?|ends-in)=")\d+')
LOST = ("/logga-in", "/last", "/bekrafta")
"""Where a page sends somebody whose session has ended, rests, or was begun too long ago for what they want."""
SIGN_OUT = "/logga-ut"
OURS = {"host", "cookie", "connection", "content-length", "accept-encoding", "proxy-connection", "content-type"}
THEIRS = {"connection", "content-length", "transfer-encoding", "set-cookie"}

Headers = list[tuple[str, str]]


@dataclass
class Answer:
    status: int
    headers: Headers
    body: bytes

    def header(self, wanted: str) -> str:
        return next((text for name, text in self.headers if name.lower() == wanted), "")

    @property
    def lost(self) -> bool:
        return self.status == 303 and urlsplit(self.header("location")).path in LOST

    def cookies(self) -> dict[str, str]:
        pairs = [text.partition(";")[0].partition("=") for name, text in self.headers if name.lower() == "set-cookie"]
        return {name: text for name, _equals, text in pairs}


@dataclass
class Visit:
    """A session at the demonstration; none signed in where nobody is."""

    cookie: str
    token: str


@dataclass
class Seen:
    """What came through: how often each route answered what, where each parameter was attacked, and what broke."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    attacked: set[tuple[str, str, str]] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, routes: Map, who: str | None, password: str, let_in: Callable[[], None]) -> None:
        super().__init__((HERE, 0), Handler)
        self.port, self.routes, self.who, self.password, self.let_in = port, routes.bind(HERE), who, password, let_in
        self.seen, self.issued, self.lock = Seen(), set[str](), threading.Lock()
        self.device = ""
        self.visit = self._enter()

    def handle_error(self, request: object, client_address: object) -> None:
        """A tool that hangs up in the middle is not told."""

    @property
    def address(self) -> str:
        return f"http://{HERE}:{self.server_address[1]}"

    def ask(self, method: str, path: str, headers: Headers = [], body: bytes = b"") -> Answer:  # noqa: B006 never changed
        """Send a request as whoever is signed in; when the session is lost, sign in again and send it once more."""
        for attempt in (1, 2):
            visit = self.visit
            answer = self._send(method, path, [*headers, ("Cookie", visit.cookie)], self._with_token(body, visit))
            once_more = answer.lost and attempt == 1 and self.who is not None and path != SIGN_OUT
            if once_more or path == SIGN_OUT:
                self._renew(visit)
            if not once_more:
                break
        self._remember(method, path, body, answer)
        same = TOKEN_IN_PAGE.sub(lambda found: found[1] + self.visit.token.encode(), answer.body)
        answer.body = SECONDS_LEFT.sub(rb"\g<1>900", same)
        return answer

    def _renew(self, lost: Visit) -> None:
        with self.lock:
            if self.visit is lost:
                self.visit = self._enter()

    def _with_token(self, body: bytes, visit: Visit) -> bytes:
        """Put a valid token where one of ours stands; one that a tool made up stays as it is."""
        if b"csrf_token=" not in body:
            return body
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        if not any(name == "csrf_token" and text in self.issued for name, text in fields):
            return body
        return urlencode([(name, visit.token if name == "csrf_token" else text) for name, text in fields]).encode()

    def _enter(self) -> Visit:
        """Sign in, or only come to the sign-in page; where the way in is barred by what a tool did, have it opened."""
        for attempt in (1, 2):
            page = self._send("GET", "/logga-in")
            cookie, token = f"session={page.cookies()['session']}", self._token(page)
            if self.who is None:
                return self._issue(Visit(cookie, token))
            typed = urlencode({"username": self.who, "password": self.password, "csrf_token": token}).encode()
            headers = [("Cookie", f"{cookie}; device={self.device}"), ("Content-Type", FORM)]
            entered = self._send("POST", "/logga-in", headers, typed)
            if "session" in entered.cookies():
                self.device = entered.cookies().get("device", self.device)
                cookie = f"session={entered.cookies()['session']}"
                return self._issue(
                    Visit(cookie, self._token(self._send("GET", "/installningar", [("Cookie", cookie)])))
                )
            if attempt == 1:
                self.let_in()
        raise RuntimeError(f"{self.who} is no longer let in")

    def _issue(self, visit: Visit) -> Visit:
        self.issued.add(visit.token)
        return visit

    @staticmethod
    def _token(page: Answer) -> str:
        return str(TOKEN.findall(page.body.decode())[0])

    def _send(self, method: str, path: str, headers: Headers = [], body: bytes = b"") -> Answer:  # noqa: B006 never changed
        connection = http.client.HTTPConnection(HERE, self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, text in [("Host", f"{HERE}:{self.port}"), *headers]:
                told = text.replace(self.address, f"http://{HERE}:{self.port}")  # in Origin and Referer
                connection.putheader(name, told.encode("latin-1", "replace"))
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            got = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            connection.close()

    def _remember(self, method: str, path: str, body: bytes, answer: Answer) -> None:
        split = urlsplit(path)
        try:
            endpoint, arguments = self.routes.match(unquote(split.path), method)
        except (HTTPException, RequestRedirect):
            endpoint, arguments = "none", {}
        self.seen.answers[method, endpoint, answer.status] += 1
        given = {name: str(text) for name, text in arguments.items()}
        given |= {name: texts[-1] for name, texts in parse_qs(split.query).items()}
        given |= {name: texts[-1] for name, texts in parse_qs(body.decode("utf-8", "replace")).items()}
        self.seen.attacked |= {(method, endpoint, name) for name, text in given.items() if ATTACK.search(text)}
        if answer.status >= 500 and not (answer.status == 503 and answer.header("retry-after")):
            self.seen.broken.append(f"{answer.status} {method} {endpoint} {path} {body[:2000]!r}")


FORM = "application/x-www-form-urlencoded"
ATTACK = re.compile(r"""['"()<>;|&]|\.\./|\bAND\b|\bUNION\b|https?:""")


class Handler(BaseHTTPRequestHandler):
    server: Gateway
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.partition("?")[0] == PLANTED:
            answer = planted(self.path)
        else:
            headers = [(name, text) for name, text in self.headers.items() if name.lower() not in OURS]
            if kind := self.headers.get("Content-Type"):  # wapiti's module csrf says it twice, and is not understood
                headers.append(("Content-Type", kind.partition(",")[0]))
            try:
                answer = self.server.ask(self.command, self.path, headers, body)
            except (OSError, ValueError, http.client.HTTPException):  # what cannot be sent at all
                answer = Answer(400, [], b"")
        self.send_response_only(answer.status)
        for name, text in answer.headers:
            if name.lower() not in THEIRS:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # every method, also one that nobody has heard of
            return self.answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is the library's
        pass


def planted(path: str) -> Answer:
    """A page with two faults: what it is asked goes unchanged into its SQL and into its text."""
    asked = parse_qs(urlsplit(path).query).get("sok", ["prov"])[0]
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE TABLE words (word TEXT, meaning TEXT)")
        database.execute("INSERT INTO words VALUES ('prov', 'sample'), ('ord', 'word')")
        rows = database.execute(f"SELECT word, meaning FROM words WHERE word = '{asked}'").fetchall()
        text = "".join(f"<p>{word}: {meaning}</p>" for word, meaning in rows) or "<p>Inget.</p>"
        status = 200
    except sqlite3.Error as error:
        text, status = f"<p>sqlite3.OperationalError: {error}</p>", 500
    finally:
        database.close()
    form = f'<form action="{PLANTED}"><input name="sok" value="prov"></form>'
    page = f"<!DOCTYPE html><html><title>Planterat</title><body><h1>{asked}</h1>{text}{form}</body></html>"
    return Answer(status, [("Content-Type", "text/html; charset=utf-8")], page.encode())
