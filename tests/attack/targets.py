"""What is attacked: every parameter of every route, with the values that a signed-in person's own pages give it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

import casework.web
from casework.core import accounts, browser_sessions
from casework.core.permissions import Permission
from casework.web import access
from casework.web.access import Need
from casework.web.holding import KEPT_AS
from tests.attack.gateway import FORM, HERE, Gateway

ONCE = "own.settings"
"""Where ``kvar`` is attacked, which every page takes in the same few lines of the guard."""
PAGES_OF_A_ROUTE = 3
MOST_PAGES = 150
MARK = "*"
NOWHERE = "finns-inte-alls-finns1"
SCRIPTS = {
    "entries.save_draft": {"begun_on": "", "heading": "Prov"},
    "entries.seal": {"back": "overview"},
    "entries.unseal": {"entry": "prov", "field": "prov", "reason": "own", "words": "prov", "back": "overview"},
    "enrolment.enrol": {"password": "prov", "again": "prov", "one_time_code": "123456"},
    "enrolment.make_passkey": {"passkey": "prov"},
    "confirming.confirm": {"password": "kort", "one_time_code": "123456", "passkey": "prov"},
    "lock.unlock": {"password": "prov"},
    "login.by_passkey": {"passkey": "prov"},
    "login.sign_in": {"username": "ingen.alls", "password": "prov"},
    "passkeys.make": {"name": "prov"},
    "passkeys.prove": {"name": "prov"},
    "second_step.prove": {"one_time_code": "123456", "passkey": "prov"},
    "second_step.set_up": {"one_time_code": "123456", "passkey": "prov", "name": "prov"},
    "start.municipality": {"kommun": "1881"},
    "violations.csp": {"csp-report": "prov"},
}
"""Fields of routes whose form no page shows to somebody who is signed in."""
LAST = ("login.", "lock.", "confirming.", "own_sign_in.", "second_step.", "accounts.")
"""Attacked last, because they end sessions or make guesses wait."""
FILLED = {"date": "2026-11-20", "number": "1", "email": "prov@exempel.invalid", "password": "kort", "tel": "000"}


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        name, fields = given.get("name", ""), self.forms[-1].fields if self.forms else {}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value") and not fields.get(self._select):
            fields[self._select] = given["value"]
        elif tag in {"input", "textarea", "button"} and name and not fields.get(name):
            fields[name] = given.get("value") or FILLED.get(given.get("type", ""), "" if tag == "button" else "Prov")


@dataclass
class Target:
    """One request, with a mark behind every value that is to be attacked."""

    endpoint: str
    method: str
    path: str
    body: str
    parameters: frozenset[str]

    @property
    def names(self) -> list[str]:
        return [f"{self.method} {self.endpoint} {name}" for name in self.parameters]

    def request(self, address: str) -> str:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {urlsplit(address).netloc}"]
        if self.method == "POST":
            lines.append(f"Content-Type: {FORM}")
        return "\n".join([*lines, "", self.body, ""])


class Walk:
    """One walk over everything a person's pages lead to, a few pages of each route."""

    def __init__(self, gateway: Gateway, app: Flask) -> None:
        self.gateway, self.routes = gateway, app.url_map.bind(HERE)
        self.arguments: dict[str, dict[str, str]] = {}
        self.queries: dict[str, dict[str, str]] = {}
        self.forms: dict[str, dict[str, str]] = {}
        self._walk()

    def _walk(self) -> None:
        waiting, known, opened = ["/"], {"/"}, dict[str, int]()
        while waiting and sum(opened.values()) < MOST_PAGES:
            address = waiting.pop(0)
            endpoint = self._note(address, "GET")
            opened[endpoint] = opened.get(endpoint, 0) + 1
            if endpoint in {"none", "asset"} or opened[endpoint] > PAGES_OF_A_ROUTE:
                continue
            answer = self.gateway.ask("GET", address)
            page = Page(answer.body.decode("utf-8", "replace"))
            found = [*page.links, *filter(None, [answer.header("location")]), *self._filled(page, address)]
            for link in found:
                split = urlsplit(urljoin(f"http://{HERE}{address}", link))
                onward = split.path + (f"?{split.query}" if split.query else "")
                if split.netloc == HERE and onward not in known:
                    known.add(onward)
                    waiting.append(onward)

    def _filled(self, page: Page, address: str) -> Iterator[str]:
        """Note the forms of a page; those that only look something up are followed."""
        for form in page.forms:
            action = urljoin(address, form.action)
            if form.method == "get":
                yield f"{urlsplit(action).path}?{urlencode(form.fields)}"
            else:
                endpoint = self._note(action, "POST")
                self.forms[endpoint] = form.fields | self.forms.get(endpoint, {})

    def _note(self, address: str, method: str) -> str:
        split = urlsplit(address)
        try:
            endpoint, arguments = self.routes.match(split.path, method)
        except (HTTPException, RequestRedirect):
            return "none"
        endpoint = str(endpoint)
        self.arguments.setdefault(endpoint, {name: str(text) for name, text in arguments.items()})
        self.queries.setdefault(endpoint, {}).update(parse_qsl(split.query, keep_blank_values=True))
        return endpoint


def of(gateway: Gateway, app: Flask) -> list[Target]:
    """One target for every route that lets the person through, by every method, those that end sessions last.

    A route that does not is answered by the guard before anything of the request is read (``test_route_matrix.py``).
    """
    walk, let_through = Walk(gateway, app), allowed(app, gateway.who)
    attackable = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "asset"]
    rules = [rule for rule in attackable if let_through(access.need_of(app, rule.endpoint))]
    found = [
        _target(rule, method, walk, app, gateway.visit.token)
        for rule in rules
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    return sorted((one for one in found if one.parameters), key=lambda one: (one.endpoint.startswith(LAST), one.path))


def allowed(app: Flask, who: str | None) -> Callable[[Need | None], bool]:
    """Whether somebody is let through to a page; the public pages are for nobody to attack."""
    if who is None:
        return lambda need: need == access.PUBLIC
    actors, installation = [], app.extensions["casework"]
    with installation.session(None) as session:
        account = accounts.find(session, who)
        assert account is not None
        account_id, doors = account.id, account.doors.split(",")
    for code in doors:
        with installation.session(code) as session:
            actors.append(browser_sessions.actor(session, account_id))
    held = {permission for actor in actors for permission in Permission if actor.may(permission)}
    return lambda need: need is not None and need.signed_in and (need.permission is None or need.permission in held)


def _target(rule: Rule, method: str, walk: Walk, app: Flask, token: str) -> Target:
    arguments = walk.arguments.get(rule.endpoint, {})
    given = {name: arguments.get(name) or _elsewhere(name, walk) for name in rule.arguments}
    path = rule.rule
    for name, text in given.items():
        path = path.replace(f"<{name}>", quote(text) + MARK)
    if method == "GET":
        asked = sorted(read_from_the_address(app, rule.endpoint))
        queries = dict.fromkeys(asked, "prov") | walk.queries.get(rule.endpoint, {})
        query = "&".join(f"{quote(name)}={quote(text)}{MARK}" for name, text in queries.items())
        return Target(rule.endpoint, "GET", f"{path}?{query}" if query else path, "", frozenset({*given, *queries}))
    fields = SCRIPTS.get(rule.endpoint, {}) | walk.forms.get(rule.endpoint, {})
    fields.pop("csrf_token", None)
    body = "&".join([f"csrf_token={quote(token)}", *(f"{quote(k)}={quote(v)}{MARK}" for k, v in fields.items())])
    return Target(rule.endpoint, "POST", path, body, frozenset({*given, *fields}))


def _elsewhere(name: str, walk: Walk) -> str:
    """A value that the parameter has on another page, so that the route is reached; else one that is nowhere."""
    return next((known[name] for known in walk.arguments.values() if known.get(name)), NOWHERE)


def read_from_the_address(app: Flask, endpoint: str) -> set[str]:
    """The names that a view's module asks the address for, also those that no page has a link for."""
    module = inspect.getmodule(inspect.unwrap(app.view_functions[endpoint]))
    if module is None or not module.__name__.startswith(casework.web.__name__):
        return set()
    named = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        asked = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        source = asked if asked is not None else node.value if isinstance(node, ast.Subscript) else None
        if source is None or not ast.unparse(source).endswith(("args", "asked")):
            continue
        key = node.args[0] if isinstance(node, ast.Call) and node.args else getattr(node, "slice", None)
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            named.add(key.value)
    return named | ({KEPT_AS} if endpoint == ONCE else set())
