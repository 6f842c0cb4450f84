"""The pages, a file each, and the one list of them.

How to write a page
===================

1.  A file ``pages/<noun>.py`` with ``pages = Blueprint("<noun>", __name__)``, added to ``BLUEPRINTS`` below. It imports
    core deeds and ``casework.web.{access,forms,request}``, never another page, a table or a key.
2.  Every view carries one mark, under the route, or the program does not start::

        @pages.get("/arenden/<case_id>")
        @requires(Permission.CASE_OPEN)        # also: @requires_anywhere(…), @personal, @public
        def overview(case_id: str) -> str: ...

3.  ``request.session()`` is the request's one session, ``request.actor()`` who acts in it, ``request.registry()`` the
    plugins, ``request.today()`` the Swedish day. Nobody commits: it happens once, before the answer leaves, when the
    view returned; whatever is raised rolls back. Let ``NotFound`` rise: it becomes the one page for what is missing or
    forbidden, and the denial is written. Never open another session while this one is open.
4.  A page over several municipalities is marked ``@requires_anywhere(P)``, never asks for ``request.session()`` before
    it has read, and reads by ``for section in request.sections(P)`` (``code, name, session, actor``), building what it
    shows inside the loop.
5.  A form: a class of ``forms.BaseForm``, or ``forms.form_for(declared, draft=False)``; always made by ``forms.bind``.
    Then nothing typed is lost, whatever happens to the session::

        form = forms.bind(TaskForm)                 # bind(DeclaredClass, typed=drafts.typed(…)) for a draft
        if form.validate_on_submit():
            with forms.attempt(form):               # Refused goes to its field, Conflict to the top; it is undone
                tasks.add(request.session(), request.actor(), case_id, form.what.data)
                return redirect(url_for(".overview", case_id=case_id), 303)
        return render_template("case/task.html", form=form), (422 if form.is_submitted() else 200)

    ``DeclaredForm.answers()`` are the checked answers by declared name, ``.typed()`` what was typed, for a draft.
    A form that is one button and lies on another page needs only ``{{ m.csrf() }}``. Post, then redirect with 303.
    Show and post a form at the same path: then a held form finds its page again. An optional field has ``Optional()``;
    the choices of a ``SelectField`` or ``RadioField`` are ``forms.choices(pairs, blank=…)``.
    A draft is saved by script: ``m.draft(url, version)`` on the form; that view answers 204 with the new version in the
    header ``X-Draft-Version``, or 409 when it was saved elsewhere; it gets the fields of the form and ``version``.
6.  Templates extend ``base.html`` (set ``nav`` to the path of the menu item) or ``case.html``; the comment at the top
    of each says which variables it wants, and gives the macros as ``m``. In a form::

        {{ m.form_top(form) }}                             {# errors, "det du skrev är kvar", conflict #}
        <form method="post" novalidate autocomplete="off"{{ m.draft(url, version) }}>
          {{ form.hidden_tag() }} {{ m.field(form.what) }} …

    Text in a template is ``{{ _("Swedish") }}`` or ``{% trans %}``; a label that comes from core or a plugin is
    ``{{ label|t }}``. Filters for time: ``day short_day moment clock ago_day``; ``number`` for figures. No inline style
    or script. Error text: what to do, capital letter, full stop.
"""

from __future__ import annotations

from flask import Blueprint

from casework.web.pages import (
    accounts,
    approvals,
    areas,
    case,
    case_handovers,
    case_log,
    cases,
    communications,
    confirming,
    conflicts,
    consent_papers,
    consents,
    day,
    deputies,
    disclosure_decisions,
    disclosures,
    emergencies,
    enrolment,
    entries,
    exports,
    ground_rules,
    grounds,
    handovers,
    key_orders,
    links,
    lock,
    log_questions,
    log_review,
    login,
    meetings,
    notices,
    objections,
    organisation,
    outside,
    own,
    own_sign_in,
    partaking,
    participations,
    passkeys,
    people,
    police,
    putting,
    received,
    register,
    search,
    second_step,
    sending,
    sharing,
    start,
    steps,
    taking_on,
    tasks,
    teams,
    violations,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts.pages,
    approvals.pages,
    areas.pages,
    case.pages,
    case_handovers.pages,
    case_log.pages,
    cases.pages,
    communications.pages,
    confirming.pages,
    conflicts.pages,
    consent_papers.pages,
    consents.pages,
    day.pages,
    disclosure_decisions.pages,
    disclosures.pages,
    deputies.pages,
    emergencies.pages,
    enrolment.pages,
    entries.pages,
    exports.pages,
    ground_rules.pages,
    grounds.pages,
    handovers.pages,
    key_orders.pages,
    links.pages,
    lock.pages,
    log_questions.pages,
    log_review.pages,
    login.pages,
    meetings.pages,
    notices.pages,
    objections.pages,
    organisation.pages,
    outside.pages,
    own.pages,
    own_sign_in.pages,
    partaking.pages,
    participations.pages,
    passkeys.pages,
    people.pages,
    police.pages,
    putting.pages,
    received.pages,
    register.pages,
    search.pages,
    second_step.pages,
    sending.pages,
    sharing.pages,
    start.pages,
    steps.pages,
    taking_on.pages,
    tasks.pages,
    teams.pages,
    violations.pages,
)
"""Every page of the program."""
