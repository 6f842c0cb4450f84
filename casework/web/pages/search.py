"""Search by name, number or case number: sent in the body, so that no address holds a word."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import SearchField
from wtforms.validators import DataRequired, Length

from casework.contract import gettext as _
from casework.core import cases, search
from casework.core.permissions import Permission
from casework.web import case_rows, forms, request
from casework.web.access import requires
from casework.web.case_rows import CaseRow
from casework.web.counting import in_words

pages = Blueprint("search", __name__)
LONGEST = 100


class SearchForm(forms.BaseForm):
    """What to look for."""

    q = SearchField(
        _("Namn eller nummer"),
        [
            DataRequired(_("Skriv ett namn, ett personnummer eller ett ärendenummer.")),
            Length(max=LONGEST, message=_("Skriv högst hundra tecken.")),
        ],
        description=_("Ärendenummer, namn, personnummer eller samordningsnummer. Sökningen loggas."),
    )


@pages.route("/sok", methods=["GET", "POST"])
@requires(Permission.PERSON_SEARCH)
def find() -> Response | str | tuple[str, int]:
    """The cases the term names, or straight to the one case it names if it may be opened; anew when one comes back."""
    form = forms.bind(SearchForm)
    if not (form.q.validate(form) if form.held else form.validate_on_submit()):
        page = render_template("search/find.html", form=form, rows=None)
        return (page, 422) if form.is_submitted() else page
    found = search.find(request.session(), request.actor(), form.q.data or "")
    shown = found.cases[: cases.PAGE]
    rows = list(case_rows.of(shown, found.persons).values())
    if len(rows) == 1 and rows[0].opens and search.is_number(form.q.data or "", request.today()):
        return redirect(rows[0].url, 303)
    return _page(form, rows, more=len(found.cases) > len(shown))


def _page(form: SearchForm, rows: list[CaseRow], *, more: bool) -> str:
    return render_template(
        "search/find.html", form=form, rows=rows, more=more, when=case_rows.lately, in_words=in_words
    )
