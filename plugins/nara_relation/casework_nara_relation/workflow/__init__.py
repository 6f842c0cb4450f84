"""Where the three kinds of file can stand, and the steps between; the police may be told of none of it."""

from casework_nara_relation.workflow.adult import EXPOSED_ADULT
from casework_nara_relation.workflow.child import CHILD
from casework_nara_relation.workflow.offender import OFFENDER

__all__ = ["CHILD", "EXPOSED_ADULT", "OFFENDER"]
