"""The form of a meeting: its day and place, and of each who can have been there if they came and what they told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional

from casework.contract import Meeting
from casework.contract import gettext as _
from casework.core import answers
from casework.core.attendance import FAMILY, Attender
from casework.core.db import new_id
from casework.core.meetings import Came, Wanted
from casework.web import forms, request

CAME, ABSENT = "ja", "nej"
ANSWERS = ((CAME, _("Var med")), (ABSENT, _("Inbjuden, kom inte")))
TOLD = _("Det står som mottagna uppgifter i ärendet. Ingen som deltar ser det.")
GROUND = _("Lagrummet, eller att det var på samtycke. Skriv Ingen om ingen grund angavs.")


class MeetingForm(forms.BaseForm):
    """A meeting. Nobody is said to have come, and nothing to have been told, beforehand."""

    attenders: ClassVar[Sequence[Attender]] = ()
    declared: ClassVar[Meeting | None] = None

    once = HiddenField()
    day = StringField(_("Vilken dag var mötet?"), description=_("Till exempel 2026-11-20, 20/11 eller i går."))
    place = StringField(_("Var var mötet?"), description=_("Till exempel skolans bibliotek, eller digitalt."))
    others = StringField(
        _("Andra som var med"),
        [Optional()],
        description=_("Den som inte deltar i ärendet, till exempel en tolk. Skriv namn och varför."),
    )

    def validate_day(self, field: StringField) -> None:
        """The day, as it was meant."""
        if (field.data or "").strip() and answers.day(field.data or "", self.today) is None:
            raise ValidationError(_("Skriv datumet så här: 2026-11-20."))

    def html_name(self, name: str) -> str:
        """The name of the input that asks for what the domain, or the form that is signed, calls ``name``."""
        fields = () if self.declared is None else self.declared.fields
        return dict(zip(fields, ("day", "place"), strict=False)).get(name, name)

    def of(self, what: str, attender: Attender) -> Field | None:
        """The input for ``came``, ``told`` or ``ground`` of somebody; None where that is not asked."""
        found: Field | None = self._fields.get(f"{what}:{attender.key}")
        return found

    def says(self, attender: Attender) -> bool:
        """Whether anything is written, or wrong, of what somebody told, so that it is to be seen at once."""
        asked = (self.of(what, attender) for what in ("told", "ground"))
        return any(field is not None and (field.data or field.errors) for field in asked)

    def wanted(self) -> Wanted:
        """The meeting as far as it can be understood; whoever was not asked to come is not in it."""
        asked = [self._came(one) for one in self.attenders if self._typed("came", one) or self._typed("told", one)]
        return Wanted(self._day(), self.place.data or "", asked, others=self.others.data or "")

    def _came(self, one: Attender) -> Came:
        came = self._typed("came", one) == CAME
        return Came(one.key, came, self._typed("told", one), self._typed("ground", one))

    def _typed(self, what: str, one: Attender) -> str:
        field = self.of(what, one)
        return "" if field is None else str(field.data or "").strip()

    def _day(self) -> date | None:
        return answers.day(self.day.data or "", self.today) if (self.day.data or "").strip() else None


def bound(attenders: Sequence[Attender], declared: Meeting | None) -> MeetingForm:
    """The form as it was sent, or begun with today; it asks of each of these."""
    inputs: dict[str, Any] = {"attenders": attenders, "declared": declared}
    for one in attenders:
        inputs |= _inputs(one)
    form_class = type("MeetingForm", (MeetingForm,), inputs)
    return forms.bind(form_class, once=new_id(), day=request.today().isoformat())


def _inputs(one: Attender) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"came:{one.key}": SelectField(
            _("Var med?"), choices=forms.choices(ANSWERS, _("Inte inbjuden")), validate_choice=False
        )
    }
    if one.tells:
        told = TextAreaField(_("Vad berättade personen?"), description=TOLD, render_kw={"rows": 3})
        found[f"told:{one.key}"] = told
    if one.tells and one.part not in FAMILY:
        found[f"ground:{one.key}"] = StringField(_("På vilken grund lämnades det?"), description=GROUND)
    return found
