"""What those who take part in SSPF may see, by the kind of facts that a consent must cover.

A part of several kinds is shown where all of them are covered. What the consents have no kind for is in no part: the
young person's friends, what somebody told at a meeting in their own words, who did not come, and the methods of
assessment.
"""

from casework.contract import FactKind, Meeting, Part, Participation
from casework_barn_unga.workflow import AT_WORK

STATUS, SCHOOL, FAMILY, LEISURE = FactKind.STATUS, FactKind.SCHOOL, FactKind.FAMILY, FactKind.LEISURE
CRIME, ADDICTION = FactKind.CRIME, FactKind.ADDICTION

PARTS = (
    # The reasons are one list, and it tells of all of this.
    Part("reason", ("reason",), (STATUS, SCHOOL, CRIME, ADDICTION)),
    Part("school", ("school", "class", "mentor", "absence"), (SCHOOL,)),
    Part("leisure", ("leisure",), (LEISURE,)),
    Part("mapping", ("mapping.school",), (SCHOOL,)),
    Part("mapping", ("mapping.home",), (FAMILY,)),
    Part("mapping", ("mapping.leisure",), (LEISURE,)),
    Part("mapping", ("mapping.health",), (FactKind.HEALTH,)),
    Part("mapping", ("mapping.drugs",), (ADDICTION,)),
    Part("mapping", ("mapping.crime",), (CRIME,)),
    Part("mapping", ("mapping.strengths",), (STATUS, FAMILY, LEISURE)),
    Part("crime_info", ("crime_info",), (CRIME,)),
    Part("participants", ("participants.name", "participants.function", "participants.agency"), (STATUS,)),
    Part("meeting", ("meeting.date", "meeting.place", "meeting.present"), (STATUS,)),
    Part("plan", ("plan.goal", "child_voice", "plan.next_date"), (STATUS,)),
    Part("plan", ("guardian_voice",), (STATUS, FAMILY)),
    Part("commitment", ("commitment", "commitment.by", "commitment.due", "commitment.status"), (STATUS,)),
    Part("police", ("police_status", "police_status.contact"), (STATUS,)),
)

MEETING = Meeting("meeting", "meeting.date", "meeting.place", "meeting.present", "meeting.absent")
PARTICIPATION = Participation(PARTS, AT_WORK, meeting=MEETING)
