"""What the invented cases say. Forms that are not named here get an answer of their field's kind."""

from __future__ import annotations

import random
from datetime import date, timedelta

from casework.contract import Choice, Choices, Field, Form

NOTES = (
    (
        "Första mötet",
        "Vi träffades på kontoret. Personen berättar att viljan att lämna har vuxit sedan i våras och att pressen från "
        "de gamla kontakterna har ökat. Vi gick igenom vilket stöd som finns och vad det innebär att tacka ja.",
        "Motivationen verkar vara personens egen. Nästa steg är att kartlägga behoven i lugn takt.",
    ),
    (
        "Samtal om boendet",
        "Personen vill byta boende före jul och är orolig för att bli igenkänd vid busstationen. Vi pratade om vilka "
        "tider på dygnet som känns tryggast. Personen vill att vi hörs varje dag den närmaste veckan.",
        "Oron är begriplig och konkret. Ett byte av boende bör prioriteras i planen.",
    ),
    (
        "Avstämning per telefon",
        "Ringde på avtalad tid. Veckan har varit lugn. Personen har varit på två möten med arbetsmarknadsenheten och "
        "ska börja praktik på måndag om inget nytt händer.",
        "",
    ),
    (
        "Möte med stödteamet",
        "Närvarande var personen, stödteamet och jag. Personen beskriver att nätterna är lugnare. Vi gick igenom tre "
        "former av boende. Personen föredrar ett eget boende med tät kontakt de första månaderna.",
        "Ett eget boende är möjligt om stödet är dagligt under minst åtta veckor.",
    ),
    (
        "Uteblev, hördes av samma kväll",
        "Personen kom inte till det bokade mötet. Hördes av på kvällen genom den säkra kontaktvägen och berättade att "
        "en bekant stod vid hållplatsen. Vi bokade en ny tid på en annan plats.",
        "Rutinen för mötesplatser behöver ses över.",
    ),
)
TASKS = (
    "Ring och stäm av veckan",
    "Boka uppföljning av planen",
    "Be polisen om en ny avstämning",
    "Beställ kontoutdrag inför ansökan",
    "Skriv sammanfattningen av utredningen",
)
ANSWERS: dict[str, dict[str, str]] = {
    "consultation": {
        "theme": "Hur stödet till avhoppare fungerar",
        "question": "En yrkesverksam undrar hur man går till väga när en vuxen vill lämna en gruppering.",
        "advice": "Gav råd om hur man kan ta upp frågan och vem man kan kontakta hos kommunen.",
    },
    "proposal": {"concern_report": "not_needed"},
    "closing": {"close_reason": "mal_uppnatt"},
    "registration": {
        "matter": "Personen ringde själv och vill ha hjälp att lämna.",
        "conflict_checked": "yes",
        "child_in_household": "no",
    },
    "participants": {
        "participants.name": "Sixten Dummy",
        "participants.function": "Fritidsledare",
        "participants.agency": "recreation",
    },
    "plan": {
        "plan.goal": "En fritid utan de äldre kamraterna, och närvaro i skolan varje dag.",
        "child_voice": "Vill spela innebandy igen om någon följer med första gången.",
    },
    "commitment": {
        "commitment": "Följer med till träningen på tisdagar",
        "commitment.by": "Sixten Dummy, fritidsverksamheten",
    },
    "agreement": {"agreement.contact_persons": "Stödteamet, på den säkra telefonen"},
}
LINES = (
    "Enligt vad personen själv berättar.",
    "Se journalen för hur vi kom fram till det.",
    "Stämdes av på mötet och är aktuellt nu.",
    "Oförändrat sedan förra gången vi gick igenom det.",
)


def answers(form: Form, on: date, chance: random.Random) -> dict[str, str]:
    """Answers to a form's required fields and some of the others, in their canonical text."""
    written = ANSWERS.get(form.name, {})
    found = {}
    for field in form.fields:
        told = written.get(field.name)
        if told is not None or field.required:
            found[field.name] = told or sample(field, on, chance)
    return found


def sample(field: Field, on: date, chance: random.Random) -> str:
    """An answer of the field's kind."""
    if isinstance(field, Choices):
        return field.choices[0][0]
    if isinstance(field, Choice):
        return chance.choice(field.choices)[0]
    last_day = field.name == "valid_until"
    fixed = {
        "date": (on + timedelta(days=180 if last_day else 0)).isoformat(),
        "time": f"{chance.randrange(8, 17):02d}:{chance.choice(('00', '15', '30'))}",
        "yes_no": "yes",
        "number": "3",
    }
    return fixed.get(field.kind) or chance.choice(LINES)
