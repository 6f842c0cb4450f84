"""Every act the audit knows, named ``thing:done``. Kept in alphabetical order."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What was done."""

    ACCESS_VERIFIED = "access:verified"
    ACCOUNT_ADDED = "account:added"
    ACCOUNT_DISABLED = "account:disabled"
    ACCOUNT_ENROLLED = "account:enrolled"
    ACCOUNT_REOPENED = "account:reopened"
    ACCOUNT_RESET = "account:reset"
    ACCOUNTS_LISTED = "accounts:listed"
    APPROVAL_ASKED = "approval:asked"
    APPROVAL_CARRIED_OUT = "approval:carried_out"
    APPROVAL_EXPIRED = "approval:expired"
    APPROVAL_GRANTED = "approval:granted"
    APPROVAL_READ = "approval:read"
    APPROVAL_REFUSED = "approval:refused"
    APPROVAL_VOIDED = "approval:voided"
    APPROVAL_WITHDRAWN = "approval:withdrawn"
    APPROVALS_LISTED = "approvals:listed"
    AREA_DISABLED = "area:disabled"
    AREA_ENABLED = "area:enabled"
    AREAS_LISTED = "areas:listed"
    AUDIT_CHECKPOINTED = "audit:checkpointed"
    AUDIT_EXPORTED = "audit:exported"
    AUDIT_VERIFIED = "audit:verified"
    CASE_ASSIGNED = "case:assigned"
    CASE_DESTROYED = "case:destroyed"
    CASE_LINKED = "case:linked"
    CASE_LOG_READ = "case:log_read"
    CASE_OPENED = "case:opened"
    CASE_REGISTERED = "case:registered"
    CASE_UNLINKED = "case:unlinked"
    CASES_LISTED = "cases:listed"
    CASES_SEARCHED = "cases:searched"
    COMMUNICATION_ANSWERED = "communication:answered"
    COMMUNICATION_LEFT_OUT = "communication:left_out"
    COMMUNICATION_PRINTED = "communication:printed"
    COMMUNICATION_READ = "communication:read"
    COMMUNICATION_SENT = "communication:sent"
    CONFLICT_BLOCKED = "conflict:blocked"
    CONFLICT_LIFTED = "conflict:lifted"
    CONSENT_ANSWERED = "consent:answered"
    CONSENT_DISCARDED = "consent:discarded"
    CONSENT_DRAFTED = "consent:drafted"
    CONSENT_ENDED = "consent:ended"
    CONSENT_FORM_PRINTED = "consent:form_printed"
    CONSENT_PAPER_ADDED = "consent:paper_added"
    CONSENT_PAPER_OPENED = "consent:paper_opened"
    CONSENT_REQUESTED = "consent:requested"
    DAY_READ = "day:read"
    DECIDER_ASKED = "decider:asked"
    DECIDER_WITHDRAWN = "decider:withdrawn"
    DISCLOSURE_APPROVED = "disclosure:approved"
    DISCLOSURE_ASSESSED = "disclosure:assessed"
    DISCLOSURE_CORRECTED = "disclosure:corrected"
    DISCLOSURE_DISCARDED = "disclosure:discarded"
    DISCLOSURE_DRAFTED = "disclosure:drafted"
    DISCLOSURE_ENDED = "disclosure:ended"
    DISCLOSURE_PERFORMED = "disclosure:performed"
    DISCLOSURE_PRINTED = "disclosure:printed"
    DISCLOSURE_READ = "disclosure:read"
    DISCLOSURE_REFUSED = "disclosure:refused"
    DISCLOSURES_LISTED = "disclosures:listed"
    DEPUTY_ENDED = "deputy:ended"
    DEPUTY_NAMED = "deputy:named"
    DRAFT_DISCARDED = "draft:discarded"
    DRAFT_READ = "draft:read"
    DRAFT_SAVED = "draft:saved"
    EMERGENCIES_LISTED = "emergencies:listed"
    EMERGENCY_OPENED = "emergency:opened"
    EMERGENCY_READ = "emergency:read"
    EMERGENCY_REVIEWED = "emergency:reviewed"
    ENTRY_READ = "entry:read"
    ENTRY_SIGNED = "entry:signed"
    EXPORT_HANDED_OUT = "export:handed_out"
    EXPORT_ORDERED = "export:ordered"
    FORGERY_REFUSED = "forgery:refused"
    GROUND_TIGHTENED = "ground:tightened"
    HANDOVER_ACCEPTED = "handover:accepted"
    HANDOVER_ANSWERED = "handover:answered"
    HANDOVER_ASSESSED = "handover:assessed"
    HANDOVER_DECLINED = "handover:declined"
    HANDOVER_FEEDBACK_ASKED = "handover:feedback_asked"
    HANDOVER_FEEDBACK_GIVEN = "handover:feedback_given"
    HANDOVER_OPENED = "handover:opened"
    HANDOVER_PASSED_ON = "handover:passed_on"
    HANDOVER_READ = "handover:read"
    HANDOVER_SENT = "handover:sent"
    HANDOVER_TAKEN_BACK = "handover:taken_back"
    HANDOVER_TOLD = "handover:told"
    HANDOVERS_LISTED = "handovers:listed"
    IDENTITY_CONFIRMED = "identity:confirmed"
    IMPORT_DONE = "import:done"
    IMPORT_UNDONE = "import:undone"
    INSTALLATION_BACKED_UP = "installation:backed_up"
    INSTALLATION_FOUNDED = "installation:founded"
    INSTALLATION_RESTORED = "installation:restored"
    JOURNAL_READ = "journal:read"
    KEYS_DESTROYED = "keys:destroyed"
    KEYS_DISABLED = "keys:disabled"
    KEYS_LISTED = "keys:listed"
    KEYS_ORDERED = "keys:ordered"
    KEYS_RESEALED = "keys:resealed"
    KEYS_REWRAPPED = "keys:rewrapped"
    KEYS_ROTATED = "keys:rotated"
    LOG_ANSWERED = "log:answered"
    LOG_ASKED = "log:asked"
    LOG_LISTED = "log:listed"
    LOG_QUESTION_READ = "log:question_read"
    LOG_QUESTIONS_LISTED = "log:questions_listed"
    LOG_READ = "log:read"
    LOG_REPORTED = "log:reported"
    LOG_REVIEWED = "log:reviewed"
    MAIL_ADDRESS_CHANGED = "mail_address:changed"
    MEETING_RECORDED = "meeting:recorded"
    MEMBER_ENDED = "member:ended"
    MEMBER_NAMED = "member:named"
    MEMBERSHIP_ENDED = "membership:ended"
    MEMBERSHIP_GRANTED = "membership:granted"
    MUNICIPALITY_FOUNDED = "municipality:founded"
    NAMES_COMPARED = "names:compared"
    OBJECTION_NOTED = "objection:noted"
    PARTICIPANT_ADDED = "participant:added"
    PARTICIPANT_ENDED = "participant:ended"
    PARTICIPATION_READ = "participation:read"
    PARTICIPATIONS_LISTED = "participations:listed"
    PERSON_ADDED = "person:added"
    PERSON_CHANGED = "person:changed"
    PERSON_DESTROYED = "person:destroyed"
    PERSON_MATCHED = "person:matched"
    PLACE_DESTROYED = "place:destroyed"
    PROVIDER_SET = "provider:set"
    RECEIVED_LISTED = "received:listed"
    RECEIVED_OPENED = "received:opened"
    REQUEST_REFUSED = "request:refused"
    ROWS_ADOPTED = "rows:adopted"
    ROWS_CHANGED = "rows:changed"
    SEALED_CARRIED = "sealed:carried"
    SEALED_OPENED = "sealed:opened"
    SEALED_AGAIN = "sealed:again"
    SESSION_ENDED = "session:ended"
    SESSION_LOCKED = "session:locked"
    SESSION_UNLOCKED = "session:unlocked"
    SESSIONS_ENDED = "sessions:ended"
    SHARED_READ = "shared:read"
    SIGN_IN_FAILED = "sign_in:failed"
    SIGNED_IN = "sign_in:done"
    SIGN_IN_HALF = "sign_in:half"
    STATUS_PERMITTED = "status:permitted"
    STATUS_REVOKED = "status:revoked"
    STEP_TAKEN = "step:taken"
    TASK_ADDED = "task:added"
    TASK_DONE = "task:done"
    TASK_REOPENED = "task:reopened"
    WAY_IN_ADDED = "way_in:added"
    WAY_IN_REMOVED = "way_in:removed"


READS = frozenset(
    {
        Action.ACCOUNTS_LISTED,
        Action.AREAS_LISTED,
        Action.CASE_LOG_READ,
        Action.CASE_OPENED,
        Action.CASES_LISTED,
        Action.CASES_SEARCHED,
        Action.DAY_READ,
        Action.DISCLOSURE_READ,
        Action.DISCLOSURES_LISTED,
        Action.DRAFT_READ,
        Action.ENTRY_READ,
        Action.HANDOVER_READ,
        Action.HANDOVERS_LISTED,
        Action.JOURNAL_READ,
        Action.LOG_LISTED,
        Action.LOG_QUESTION_READ,
        Action.LOG_QUESTIONS_LISTED,
        Action.LOG_READ,
        Action.NAMES_COMPARED,
        Action.PARTICIPATION_READ,
        Action.PARTICIPATIONS_LISTED,
        Action.PERSON_MATCHED,
        Action.RECEIVED_LISTED,
        Action.SEALED_CARRIED,
        Action.SHARED_READ,
    }
)
"""Acts that change nothing: they happened even if the deed that they were part of is undone."""
