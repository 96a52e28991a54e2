"""The words of the domain: levels, channels, statuses and kinds of action."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How urgent an event is; blue and yellow are everyday, orange and red urgent."""

    #: 蓝 日常: everyday, can be planned
    BLUE = "blue"
    #: 黄 一般: everyday, to be pressed to be done in time
    YELLOW = "yellow"
    #: 橙 较急: urgent, the reporter stays on site
    ORANGE = "orange"
    #: 红 紧急: urgent, a leader is notified at once
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for blue … 3 for red."""
        return _RANK[self]

    @property
    def urgent(self) -> bool:
        """Orange or red."""
        return self in (Level.ORANGE, Level.RED)


_RANK = {Level.BLUE: 0, Level.YELLOW: 1, Level.ORANGE: 2, Level.RED: 3}


class Channel(StrEnum):
    """Where a report came from."""

    HANDHELD = "handheld"
    HOTLINE = "hotline"
    CITIZEN = "citizen"
    SENSOR = "sensor"
    PATROL = "patrol"
    PARTNER = "partner"


class Status(StrEnum):
    """The stage of an event's life."""

    #: 已上报: waits for the centre to register or reject it
    REPORTED = "reported"
    #: 已立案: waits to be dispatched
    REGISTERED = "registered"
    #: 已派遣: waits for the department to accept it
    DISPATCHED = "dispatched"
    #: 办理中: the department has accepted it
    ACCEPTED = "accepted"
    #: 已退回: the department sent it back; waits to be dispatched again
    RETURNED = "returned"
    #: 返工中: verification failed; the department handles it again
    REWORK = "rework"
    #: 挂账: put aside for a reason; the clocks are stopped
    SUSPENDED = "suspended"
    #: 待核查: handled, waits to be verified
    HANDLED = "handled"
    #: 待结案: verified, waits to be closed
    VERIFIED = "verified"
    #: 已结案
    CLOSED = "closed"
    #: 不予立案
    REJECTED = "rejected"
    #: 已合并: goes on as part of another event
    MERGED = "merged"


#: Statuses that end an event; every other status counts as open.
ENDED = frozenset({Status.CLOSED, Status.REJECTED, Status.MERGED})
#: Statuses in which the department's work is done.
DONE = ENDED | {Status.HANDLED, Status.VERIFIED}


class Precision(StrEnum):
    """How finely a source writes its times, down to the whole day."""

    MS = "ms"
    S = "s"
    MIN = "min"
    DAY = "day"

    @property
    def width(self) -> int:
        """How many ms a time of this precision may be."""
        return _WIDTH[self]


_WIDTH = {Precision.MS: 1, Precision.S: 1000, Precision.MIN: 60_000, Precision.DAY: 86_400_000}


class Kind(StrEnum):
    """The kinds of action."""

    REPORT = "report"
    REGISTER = "register"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    HANDLE = "handle"
    VERIFY = "verify"
    CLOSE = "close"
    REVISIT = "revisit"
    REJECT = "reject"
    RETURN = "return"
    REWORK = "rework"
    REOPEN = "reopen"
    MERGE = "merge"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    URGE = "urge"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    #: 撤销认领: an acknowledgement made by mistake is undone
    UNACKNOWLEDGE = "unacknowledge"
    #: 移交: another unit answers for the event from now on
    HAND_OVER = "hand_over"
    #: 现场报到: the reporter is (still) on site; ``stable``: the scene is under control
    CHECK_IN = "check_in"
    #: 批注: a remark about the event in ``text``; changes nothing
    COMMENT = "comment"
    CORRECT = "correct"
    #: 申诉剔除, 恢复计分: an appeal takes the event out of the scores, or puts it back
    EXCLUDE = "exclude"
    RESTORE = "restore"
    #: 作废, 撤销作废: the event is out of every count as if it had not been, or is back
    VOID = "void"
    UNVOID = "unvoid"
    #: made by the engine: the same matter was reported again in the same grid (at ``until``)
    RECUR = "recur"
    #: made by the engine: a duplicate (``target``) was merged into this event
    ABSORB = "absorb"
