"""The pages. Each view asks core for one deed and shows what came of it; nothing here touches a table or a key."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import IO
from urllib.parse import urlsplit

from flask import Flask, Request
from itsdangerous import Signer
from werkzeug.middleware.proxy_fix import ProxyFix

from casework.core import browser_sessions, clock, restoring, roots, schema
from casework.core.db import connect
from casework.core.identity_providers import CA_FILE
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.provider_documents import Documents
from casework.core.registry import Registry
from casework.core.turns import Turns
from casework.settings import Settings
from casework.web import (
    access,
    assets,
    counting,
    departing,
    entering,
    errors,
    guard,
    headers,
    language,
    log,
    navigation,
    pace,
    pages,
    sessions,
)


class InMemory(Request):
    """A request whose files stay in memory; Werkzeug would lay what is larger into a temporary file, in the clear."""

    def _get_file_stream(self, *_said: object, **_more: object) -> IO[bytes]:
        return BytesIO()


class Casework(Flask):
    """Flask, but silent: an exception's text or a page's address may hold what nobody should read in a log."""

    request_class = InMemory

    def log_exception(self, exc_info: object) -> None:
        """Leave it to ``errors``, which writes a code and a type."""


LARGEST = 2 * 1024 * 1024
MOST_FIELDS = 1000
LOOPBACK = ("localhost", "127.0.0.1")


def create_app(settings: Settings, installation: Installation | None = None) -> Flask:
    """The program as a WSGI application; raises what is wrong rather than start on it."""
    ready = installation or install(settings)
    if ready.breached is not None:
        ready.breached.check()
    app = Casework(__name__, static_folder=None)
    with ready.session(None) as session:
        ready.keyring.check(session)
        restoring.require_released(session)
        app.secret_key = browser_sessions.signing_key(session)
    Signer.default_digest_method = staticmethod(hashlib.sha256)  # its own default is SHA-1
    app.config.update(
        DEBUG=False,
        MAX_CONTENT_LENGTH=LARGEST,
        MAX_FORM_MEMORY_SIZE=LARGEST,
        MAX_FORM_PARTS=MOST_FIELDS,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TRUSTED_HOSTS=_hosts(settings),
        REMEMBER_COOKIE_NAME="never-set",
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks, so that what was typed can be kept
        WTF_CSRF_SSL_STRICT=False,  # headers.from_our_pages asks more of Origin than this asks of Referer
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
    )
    app.extensions["casework"] = ready
    app.extensions["casework_settings"] = settings
    if settings.proxies:
        # The name that was asked for is not taken from a header that a visitor may have added: the proxy keeps Host.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)  # type: ignore[method-assign] # as Werkzeug says
    app.extensions["casework_pace"] = None if settings.demo else pace.Pace(ready.clock)
    app.extensions[departing.EXTENSION] = Documents(settings.oidc_options.get(CA_FILE))
    app.session_interface = sessions.DbSessions(ready, plain=settings.demo)
    log.silence()
    sessions.watch(app)
    # Flask runs what comes after a request in reverse: the commit is first, and the headers lie on whatever is left.
    headers.guard(app, tls=not settings.demo)
    guard.close(app)
    guard.stand(app)
    entering.know(app)
    errors.handle(app)
    language.speak(app, [area.locales for area in ready.registry.areas.values() if area.locales is not None])
    app.jinja_env.filters["in_words"] = counting.in_words
    navigation.surround(app, demo=settings.demo)
    assets.serve(app)
    for blueprint in pages.BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.check_routes(app)
    return app


def _hosts(settings: Settings) -> list[str]:
    """The names the pages answer to: their own address, and this machine's where they have none, and in the demo."""
    own = urlsplit(settings.origin).hostname
    return [*([own] if own else []), *(LOOPBACK if settings.demo or not own else ())]


def install(settings: Settings) -> Installation:
    """The installation that the settings name.

    Raises NotMigrated, UnsafeDatabase, KeyMissing, KeyWrong or PluginBroken.
    """
    engine = connect(settings.database_url)
    try:
        schema.check(engine)
        keyring = Keyring(roots.opened(settings.key_providers, settings.surroundings()))
        turns = Turns(folder=settings.data if settings.data.is_dir() else None)
        registry = Registry.installed(settings.plugins)
        installation = Installation(
            engine, keyring, registry, clock.system, turns, settings.breached(), settings.scanner()
        )
        with installation.session(None) as session:
            keyring.check(session)
    except BaseException:
        engine.dispose()  # nobody else will
        raise
    return installation
