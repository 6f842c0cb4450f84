"""Every field for a password hides what is typed, takes a long one, and lets a password manager fill it in."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from casework.core import accounts
from casework.core.permissions import OPERATOR
from tests.house.files import python, repository, text
from tests.web.conftest import Browser
from tests.web.ways import account_of


class Inputs(HTMLParser):
    """The inputs of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.found.append(dict(attrs))

    def passwords(self) -> list[dict[str, str | None]]:
        return [one for one in self.found if one.get("autocomplete") in {"current-password", "new-password"}]


def page_of(which: str, maja: Browser, new_visitor: Callable[[], Browser], installation, clock) -> str:
    if which == "/logga-in":
        return new_visitor().get(which).text
    if which == "/valkommen":
        with installation.session(None) as session:
            token = accounts.invite(session, OPERATOR, account_of(session, "vilma.dummy"))
        return new_visitor().get(f"/valkommen/{token}").text
    if which == "/las":
        clock.forward(minutes=16)
        return maja.get(maja.get("/hem").location).text
    if which == "/bekrafta":
        clock.forward(minutes=6)
    return maja.get(which).text


@pytest.mark.parametrize(
    ("which", "fields"),
    [("/logga-in", 1), ("/valkommen", 2), ("/las", 1), ("/bekrafta", 1), ("/din-inloggning/losenord", 3)],
)
def test_what_is_typed_is_hidden_and_may_be_long_pasted_and_filled_in(
    maja, new_visitor, installation, clock, which, fields
):
    found = Inputs(page_of(which, maja, new_visitor, installation, clock)).passwords()
    assert len(found) == fields
    for one in found:
        assert one["type"] == "password" and "readonly" not in one and "disabled" not in one
        assert int(one.get("maxlength") or 512) >= 128
        assert "value" not in one or one["value"] == ""


def test_no_script_hinders_pasting():
    scripts = [path for path in repository() if path.suffix == ".js" and path.is_relative_to("casework")]
    assert scripts and not any("paste" in text(path).casefold() for path in scripts)
    assert not any("onpaste" in text(path) for path in python("casework/web"))
