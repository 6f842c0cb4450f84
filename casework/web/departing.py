"""Sending a browser to its organisation's sign-in and taking it back: by a cookie of its own, and pages without script.

The session's cookie is Strict, and no browser sends it along when another site sends somebody back. So what is brought
back is taken in under the errand's own cookie (Lax, ten minutes), and our page then leads on from here to here.
"""

from __future__ import annotations

from typing import cast

from flask import current_app, make_response, render_template
from flask import request as http
from werkzeug.wrappers import Response

from casework.core import addresses, arrivals, departures, identity_providers, proving
from casework.core.identity_providers import Offered
from casework.core.openid import Answer, NotProven
from casework.core.provider_documents import Documents, Unreachable
from casework.web import guard, log, request

PLAIN, HOST = "oidc", "__Host-oidc"
BACK = "/logga-in/tillbaka"
EXTENSION = "casework_openid"


def offered() -> list[Offered]:
    """The organisations whose people may sign in by their own provider here."""
    if not _origin():
        return []
    with request.borrowed() as session:
        return identity_providers.offered(session)


def own(account_id: str) -> Offered | None:
    """The provider of an account's own organisation, where it can be used here."""
    if not _origin():
        return None
    with request.borrowed() as session:
        return identity_providers.of_account(session, account_id)


def name_of_own(account_id: str) -> str:
    """The name of an account's organisation, if its sign-in can be used here; else nothing."""
    found = own(account_id)
    return "" if found is None else found.name


def leave(provider: Offered | None, purpose: str, bound_to: str = "") -> Response:
    """The page that leads to a provider; refused alike where there is none and where none can be used here.

    Raises TooFast where too many from the address have left and not come back.
    """
    if provider is None or not _origin():
        return refused()
    installation, options = request.installation(), request.settings().oidc_options
    with installation.session(None) as session:
        too_many = departures.slow_down(session, proving.network(http.remote_addr or ""))
    if too_many:
        raise guard.TooFast
    try:
        left = arrivals.leave(installation, _documents(), options, provider.id, purpose, _back(), bound_to)
    except Unreachable as error:
        return unreachable(error)
    if left is None:
        return refused()
    address, cookie = left
    response = make_response(render_template("login/away.html", address=address, name=provider.name))
    seconds = int(departures.KEPT.total_seconds())
    response.set_cookie(_name(), cookie, max_age=seconds, path="/", secure=_secure(), httponly=True, samesite="Lax")
    return response


def take_in() -> Response:
    """The page that leads on from what the browser has brought back, or says that it does not hold."""
    given = {name: http.args.get(name, "") for name in ("code", "state")}
    answer = Answer(**given, issuer=http.args.get("iss"), refused="error" in http.args)
    installation, options = request.installation(), request.settings().oidc_options
    if any(len(http.args.getlist(name)) > 1 for name in http.args):
        return refused()
    try:
        arrivals.arrive(installation, _documents(), options, cookie(), answer, _back())
    except NotProven as error:
        log.event("provider_proved_nothing", error=type(error))
        return refused()
    except Unreachable as error:
        return unreachable(error)
    return make_response(render_template("login/back.html"))


def cookie() -> str:
    """The cookie of the errand the browser is on; empty where it is on none."""
    return http.cookies.get(_name(), "")


def done(response: Response) -> Response:
    """The errand is over, and so is its cookie."""
    response.delete_cookie(_name(), path="/", secure=_secure(), httponly=True, samesite="Lax")
    return response


def refused() -> Response:
    """The one page for whatever did not hold: it never says what."""
    return done(make_response(render_template("login/not_by_organisation.html", down=False), 422))


def unreachable(error: Unreachable) -> Response:
    """The page for a provider that does not answer."""
    log.event("provider_unreachable", error=type(error))
    return done(make_response(render_template("login/not_by_organisation.html", down=True), 503))


def _documents() -> Documents:
    return cast(Documents, current_app.extensions[EXTENSION])


def _origin() -> str:
    """The address of our pages; in the demonstration the one it is seen at, if that is this machine's."""
    origin, here = request.settings().origin, f"{http.scheme}://{http.host}"
    return here if not origin and request.settings().demo and addresses.is_here(here) else origin


def _back() -> str:
    return f"{_origin()}{BACK}"


def _name() -> str:
    return HOST if _secure() else PLAIN


def _secure() -> bool:
    return not request.settings().demo
