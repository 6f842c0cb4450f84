"""The part of a set-up file that says which provider an organisation's people sign in with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from casework.contract.language import gettext as _
from casework.core import addresses
from casework.core.identity_providers import LOA3, SETTINGS, Wanted
from casework.core.openid import SUBJECT
from casework.core.setup.plan import SignIn
from casework.core.setup.values import Values

SECRETS: Mapping[str, str] = MappingProxyType(
    {
        "client_secret_file": "secret_file",
        "client_secret_setting": "secret_setting",
        "client_key_file": "key_file",
    }
)
"""Where what proves us to the provider may lie, and what that is called in the database."""


def sign_in(values: Values) -> SignIn:
    """An organisation's provider; its secret is only pointed to."""
    organisation, issuer = values.text("organisation"), values.text("issuer", longest=300)
    if issuer and (not addresses.is_safe(issuer) or "?" in issuer or "#" in issuer):
        values.fault("issuer", _("skriv en adress som börjar med https://"))
    client_id, (authentication, secret_at) = values.text("client_id", longest=200), _secret(values)
    claim, acr = values.text("claim", SUBJECT), values.texts("acr") or LOA3
    scopes = values.texts("scopes")
    for key, listed, longest in (("acr", acr, 1000), ("scopes", scopes, 300)):
        if any(not one or one.split() != [one] for one in listed) or len(" ".join(listed)) > longest:
            values.fault(key, _("skriv varje värde för sig, utan mellanslag"))
    disabled = values.truth("disabled")
    values.finish()
    wanted = Wanted(issuer, client_id, authentication, secret_at, claim, acr, scopes, disabled=disabled)
    return SignIn(organisation, wanted)


def _secret(values: Values) -> tuple[str, str]:
    given = {kind: text for key, kind in SECRETS.items() if (text := values.text(key, "", longest=300))}
    if len(given) != 1:
        values.fault("", _("skriv ett av: ") + ", ".join(SECRETS))
        return "secret_file", ""
    ((kind, where),) = given.items()
    if kind == "secret_setting" and not where.startswith(SETTINGS):
        values.fault("client_secret_setting", _("namnet ska börja med ") + SETTINGS)
    if kind != "secret_setting" and not PurePath(where).is_absolute():
        values.fault(next(key for key in SECRETS if SECRETS[key] == kind), _("skriv hela sökvägen"))
    return kind, where
