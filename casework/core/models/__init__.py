"""Every table, one noun a file: what is stored, and nothing about what may be done with it."""

from casework.core.models.access import CaseAccess
from casework.core.models.account import Account, Credential, Enrolment, HeldForm, KnownDevice, Throttle, WebSession
from casework.core.models.approval import Approval
from casework.core.models.audit import (
    AuditCase,
    AuditChange,
    AuditEvent,
    AuditHead,
    InstallationChange,
    InstallationEvent,
    InstallationHead,
)
from casework.core.models.case import Case, CaseCounter, CaseLink, CasePerson, Import, StateChange, TrackState
from casework.core.models.case_export import CaseExport
from casework.core.models.communication import Communication
from casework.core.models.consent import Consent, ConsentPaper, ConsentUse
from casework.core.models.disclosure import Disclosure
from casework.core.models.emergency import Emergency
from casework.core.models.entry import Entry, Value
from casework.core.models.ground_rule import GroundRule
from casework.core.models.handover import Deputy, Handover
from casework.core.models.key import CaseKey, InstallationKey, MunicipalityKey, PersonKey
from casework.core.models.log_review import LogAnswer, LogQuestion, LogReview
from casework.core.models.meeting import Meeting
from casework.core.models.membership import Membership, RoleHolding
from casework.core.models.notice import MailAddress, Notice
from casework.core.models.objection import Objection
from casework.core.models.organisation import Activation, AgencyUnit, Municipality, Organisation, Setting
from casework.core.models.participation import Participation
from casework.core.models.person import Person
from casework.core.models.restoration import Restoration
from casework.core.models.sharing import StatusPermission
from casework.core.models.single_sign_on import Departure, IdentityProvider
from casework.core.models.task import Task
from casework.core.models.team import CaseMember, ConflictBlock, Decider, Unsealing

__all__ = [
    "Account",
    "Activation",
    "AgencyUnit",
    "Approval",
    "AuditCase",
    "AuditChange",
    "AuditEvent",
    "AuditHead",
    "Case",
    "CaseAccess",
    "CaseCounter",
    "CaseExport",
    "CaseKey",
    "CaseLink",
    "CaseMember",
    "CasePerson",
    "Communication",
    "ConflictBlock",
    "Consent",
    "ConsentPaper",
    "ConsentUse",
    "Credential",
    "Decider",
    "Departure",
    "Deputy",
    "Disclosure",
    "Emergency",
    "Enrolment",
    "Entry",
    "GroundRule",
    "Handover",
    "HeldForm",
    "IdentityProvider",
    "Import",
    "InstallationChange",
    "InstallationEvent",
    "InstallationHead",
    "InstallationKey",
    "KnownDevice",
    "LogAnswer",
    "LogQuestion",
    "LogReview",
    "MailAddress",
    "Meeting",
    "Membership",
    "Municipality",
    "MunicipalityKey",
    "Notice",
    "Objection",
    "Organisation",
    "Participation",
    "Person",
    "PersonKey",
    "Restoration",
    "RoleHolding",
    "Setting",
    "StateChange",
    "StatusPermission",
    "Task",
    "Throttle",
    "TrackState",
    "Unsealing",
    "Value",
    "WebSession",
]
