"""Whether what was given may still go out as a letter: asked at each fetch, for a letter is given when it is sent.

No letter reaches whom reading it in the program would be closed to. What has no end of its own is asked for here too.
"""

from __future__ import annotations

from casework.core import (
    approvals,
    disclosure_content,
    disclosure_coverage,
    disclosure_rules,
    municipality_settings,
    stopping,
    telling,
)
from casework.core.access import Decision
from casework.core.disclosure_rules import Recipient
from casework.core.disclosure_wish import Wish
from casework.core.frozen import Frozen
from casework.core.models import Case, Disclosure


def may_go(decision: Decision, case: Case, made: Disclosure, wish: Wish, content: Frozen) -> bool:
    """Whether what was given may be sent at this moment: to whom, about whom and on which ground is asked anew.

    ``content`` is all that was told. Whether it has ended, or its consents do, is its state, which is asked for beside.
    """
    recipient = next((one for one in disclosure_rules.recipients_of(decision, case) if one.key == wish.recipient), None)
    return (
        made.oral_on is None
        and recipient is not None
        and not _is_kept_away(decision, case, recipient, wish)
        and not _is_guarded_anew(decision, case, made, wish, content)
        and _still_holds(decision, case, made, wish, recipient)
    )


def _is_kept_away(decision: Decision, case: Case, recipient: Recipient, wish: Wish) -> bool:
    """Whether it would go to somebody who may not read it: by the name of an account, or in words."""
    account = recipient.account
    named = account is not None and telling.is_in_case(decision, case, account.name)
    return named or disclosure_content.kept_away(decision, case, wish.outside)


def _is_guarded_anew(decision: Decision, case: Case, made: Disclosure, wish: Wish, content: Frozen) -> bool:
    """Whether somebody is protected more closely than when it was decided, or it takes two people now and took one."""
    if approvals.guards(decision.session, case.id) and not stopping.took_two(made):
        return True
    level = municipality_settings.number(decision.session, "four_eyes_level")
    about = disclosure_content.protected(decision, case, content)
    return any(one.protection >= level and one.protection > wish.levels.get(one.id, 0) for one in about)


def _still_holds(decision: Decision, case: Case, made: Disclosure, wish: Wish, recipient: Recipient) -> bool:
    """Whether something may be given on the ground today: by the law, its conditions and the municipality."""
    kinds = frozenset[str](wish.kinds)
    coverage, _covered = disclosure_coverage.covering(decision, case, wish, recipient.place, kinds)
    grounds = disclosure_rules.grounds_of(decision, case, wish, recipient, coverage)
    applied = next((one for one in grounds if one.explained.ground.code == made.ground), None)
    return applied is not None and applied.explained.available
