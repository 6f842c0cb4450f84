"""What the declaration of a field says of telling its answer: of which kinds it is, and what must be answered first.

Whoever tells somebody outside an answer asks here: a disclosure, a status permission, a participation.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.contract.fields import FactKind, Field
from casework.contract.focus import CaseType, Form
from casework.contract.language import gettext as _

EVERY = frozenset(FactKind)
"""What a consent must cover where nothing says of which kind an answer is."""


def kinds(case_type: CaseType, form: Form, field: Field) -> frozenset[FactKind]:
    """The kinds of facts that an answer tells, each of which a consent must cover; every kind if none is declared."""
    parts = () if case_type.participation is None else case_type.participation.parts
    shown = {kind for part in parts if part.form == form.name and field.name in part.fields for kind in part.kinds}
    return frozenset(field.about) | shown or EVERY


def barred(form: Form, field: Field, answers: Mapping[str, str]) -> str:
    """Why an answer is told to nobody outside, whatever the ground; empty where nothing keeps it back."""
    if field.told_if is None:
        return ""
    name, wanted = field.told_if
    if answers.get(name) == wanted:
        return ""
    return _("Får inte lämnas vidare. Svaret på frågan ”{question}” säger det.").format(question=form.field(name).label)
