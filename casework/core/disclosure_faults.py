"""What stands against a disclosure, each at the field where it can be put right."""

from __future__ import annotations

from casework.contract import exchange
from casework.contract.facts import Refusal
from casework.contract.language import gettext as _
from casework.core import answers, cases, clock, disclosure_against, disclosure_content, entries, telling
from casework.core.access import Decision
from casework.core.consent_rules import CONSENTS
from casework.core.disclosure_rules import Look, decides_alone, longest
from casework.core.disclosure_wish import HARM
from casework.core.grounds.ground import answer_faults
from casework.core.models import Case
from casework.core.registry import Registry


def faults(decision: Decision, registry: Registry, case: Case, seen: Look, *, decided: bool = False) -> list[Refusal]:
    """Everything that stands against a wish, each at its field; once it is ``decided``, nobody has to be asked."""
    found = [*_recipient_faults(decision, registry, case, seen), *_content_faults(seen), *_ground_faults(seen)]
    if not seen.wish.purpose.strip():
        found.append(Refusal(_("Skriv vad mottagaren ska använda uppgifterna till."), "purpose"))
    if seen.wish.harm not in HARM:
        found.append(Refusal(_("Svara på om någon kan lida men."), "harm"))
    if not seen.wish.assessment.strip():
        found.append(Refusal(_("Skriv hur du har prövat sekretessen."), "assessment"))
    found += [*_request_faults(decision, seen), *_day_faults(decision, seen), *_correction_faults(seen)]
    if not {one.id for one in seen.protected} <= set(seen.wish.warned):
        found.append(Refusal(_("Läs varningen om varje skyddad person och kryssa i den."), "warned"))
    if not decided and seen.need is not None and not decides_alone(decision, seen.need):
        if not seen.deciders:
            found.append(Refusal(_("Ingen annan i kommunen får besluta på den nivån. Be enhetschefen."), "decider"))
        elif seen.wish.decider not in {one.id for one in seen.deciders}:
            found.append(Refusal(_("Välj vem som ska besluta."), "decider"))
    return found


def _recipient_faults(decision: Decision, registry: Registry, case: Case, seen: Look) -> list[Refusal]:
    if seen.recipient is None:
        return [Refusal(_("Välj vem som ska få uppgifterna."), "recipient")]
    found = []
    if seen.recipient.account is None and not seen.wish.outside.strip():
        found.append(Refusal(_("Skriv vem hos mottagaren som får uppgifterna."), "outside"))
    account = seen.recipient.account
    if account is not None and telling.is_kept_away(decision, case, account.name):
        found.append(Refusal(_("Den personen får inte få veta något om ärendet."), "recipient"))
    elif account is not None and telling.is_in_case(decision, case, account.name):
        text = _("En person i ärendet har samma namn. Den som själv berörs kan inte ta emot. Välj någon annan.")
        found.append(Refusal(text, "recipient"))
    if seen.wish.wants_answer and (account is None or seen.wish.oral_on is not None):
        text = _("Bara en namngiven mottagare som läser uppgifterna här kan svara. Välj en person, eller kryssa ur.")
        found.append(Refusal(text, "wants_answer"))
    if disclosure_content.kept_away(decision, case, seen.wish.outside):
        found.append(Refusal(_("Den personen får inte få veta något om ärendet."), "outside"))
    if seen.recipient.agency is not None and case.area in registry.areas:
        facts = cases.facts(decision.session, case, entries.protection_of(decision.session, case))
        agency = seen.recipient.agency
        said = registry.refusals(case.area, "casework_check_handover", case=facts, recipient=agency)
        found += [Refusal(one.reason, "recipient") for one in said]
    return found


def _request_faults(decision: Decision, seen: Look) -> list[Refusal]:
    """A request is answered once it was checked who asks; one that is still sealed says nothing of that.

    A question that came from an agency is answered there.
    """
    if not seen.wish.answers:
        return []
    question = next((one for one in seen.questions if one.id == seen.wish.answers), None)
    if question is not None:
        there = seen.recipient is None or seen.recipient.agency == question.sender_agency
        return [] if there else [Refusal(_("Svaret går till den verksamhet som frågade."), "answers")]
    asked_for = next((one for one in seen.requests if one.id == seen.wish.answers), None)
    if asked_for is None:
        return [Refusal(_("Den begäran finns inte eller är rättad. Välj bland dem som visas."), "answers")]
    unchecked = exchange.is_unchecked(entries.answers_of(decision, asked_for))
    return [Refusal(exchange.UNCHECKED, "answers")] if unchecked else []


def _correction_faults(seen: Look) -> list[Refusal]:
    """What corrects something goes to whoever has it: else one keeps what is wrong and another is told of it.

    Where they have left it goes to somebody else there, or by letter.
    """
    if not seen.wish.corrects:
        return []
    if seen.replaced is None:
        return [Refusal(_("Det utlämnandet går inte att rätta. Det är redan rättat eller har aldrig lämnats."))]
    if seen.wish.place != seen.replaced.place:
        return [Refusal(_("En rättelse går till samma mottagare som det som rättas."), "recipient")]
    if (seen.wish.account or None) != seen.replaced.account_id and not seen.has_left:
        return [Refusal(_("En rättelse går till samma mottagare som det som rättas."), "recipient")]
    return []


def _content_faults(seen: Look) -> list[Refusal]:
    open_ = {item.key for group in seen.offered for item in group.items if item.may_be_chosen}
    if not seen.wish.items:
        return [Refusal(_("Välj minst en uppgift."), "items")]
    if not set(seen.wish.items) <= open_:
        text = _(
            "Någon av uppgifterna är förseglad, rättad eller borta, eller får inte lämnas. Välj bland dem som visas."
        )
        return [Refusal(text, "items")]
    of_a_kind = [item for group in seen.offered for item in group.items if item.key in seen.wish.items and item.kinds]
    if 0 < len(seen.uncovered) < len(of_a_kind):
        text = _("Samtycket omfattar inte alla uppgifter. Ta bort dem som är märkta, eller välj en annan grund.")
        return [Refusal(text, "items")]
    return []


def _ground_faults(seen: Look) -> list[Refusal]:
    """What stands against the ground; whether it holds cannot be said before somebody is chosen to be given it."""
    if not seen.wish.ground or (seen.recipient is not None and seen.applied is None):
        return [Refusal(_("Välj vilken grund uppgifterna lämnas på."), "ground")]
    if seen.recipient is None or seen.applied is None:
        return []
    said = seen.applied.explained
    found = answer_faults(said, seen.wish.confirmed, seen.wish.replies)
    at_its_field = {one.blocks for one in said.confirms} | {one.asks for one in said.confirms}
    if blocked := [words for words in said.blocked if words not in at_its_field]:
        found.append(Refusal(" ".join(blocked), "ground"))
    elif set(said.unanswered) - at_its_field:
        found.append(Refusal(_("Grunden går inte att pröva än. Svara på det som saknas."), "ground"))
    if disclosure_against.unanswered(seen.against, seen.wish.despite):
        found.append(Refusal(_("Någon har sagt nej. Skriv varför uppgifterna lämnas ändå."), "despite"))
    if seen.consults and not seen.wish.consulted.strip():
        found.append(Refusal(_("Skriv vilken jurist som är rådfrågad, och vad svaret blev."), "consulted"))
    return found


def _day_faults(decision: Decision, seen: Look) -> list[Refusal]:
    wish, today, last = seen.wish, clock.today(decision.session.now), longest(decision)
    if wish.oral_on is not None and wish.oral_on > today:
        return [Refusal(_("Välj en dag som inte ligger i framtiden."), "oral_on")]
    if wish.oral_on is not None or not wish.account:
        return []
    if wish.until is None or not today <= wish.until <= last:
        return [Refusal(_("Välj en dag, senast {day}.").format(day=answers.in_words(last)), "until")]
    ends = None if seen.coverage is None or wish.ground not in CONSENTS else seen.coverage.until
    if ends is not None and ends < wish.until:
        return [Refusal(_("Samtycket slutar gälla tidigare. Välj en dag före dess."), "until")]
    return []
