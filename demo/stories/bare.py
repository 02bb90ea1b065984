"""A bare export: one table of leads with a few stamps, no history of anything."""

# fmt: off
from demo.story import REP, Story, allowance, business, due, hours, minutes
from demo.story import story as tell


def story(name: str, about: str, near: str | tuple[str, ...] = ()) -> Story:
    """A story as only a bare export tells it; the desk works round the clock, so today is never too early."""
    return tell(name, about, near=near, only=("bare",), teams=("sales_desk",))


(
    story("bare_stamped", "Stamps say when it was sales-ready and when it was assigned.",
          near=("assignment_untracked", "owner_late", "first_action_late"))
    .arrives(stage="mql").owned_by(REP, minutes(1, 9)).call(minutes(5, 20))
    .until_today(business(60, 300).since("created"))
    .handoff("mql", "open")
)
(
    story("bare_accepted", "A stamp says that sales accepted it.")
    .arrives(stage="mql").owned_by(REP, minutes(1, 9)).call(minutes(5, 20)).accepted_stamp(minutes(5, 20))
    .until_today(business(60, 300).since("created"))
    .handoff("mql", "open")
)
(
    story("bare_unreachable", "Neither an address nor a number.")
    .arrives(stage="mql", contact="junk").owned_by(REP, minutes(1, 9)).call(minutes(5, 20))
    .until_today(business(60, 300).since("created"))
    .handoff("mql", "open", "contact_invalid")
)
(
    story("bare_owner_late", "The stamp says that it was assigned too late.")
    .arrives(stage="mql").owned_by(REP, allowance("owner_assignment", 10, 30)).call(minutes(5, 20))
    .until_today(business(200, 400).since("created"))
    .handoff("mql", "open", "owner_late")
)
(
    story("bare_first_action_late", "Assigned in time by its stamp, called too late.")
    .arrives(stage="mql").owned_by(REP, minutes(1, 9)).call(due(1, 40))
    .until_today(business(320, 450).since("created"))
    .handoff("mql", "open", "first_action_late")
)
(
    story("assignment_untracked", "A rep owns it; nothing tells since when.")
    .arrives(stage="mql", owner=REP).call(minutes(5, 20))
    .until_today(business(60, 300).since("created"))
    .handoff("mql", "open", "assignment_untracked")
)
(
    story("assignment_untracked_and_late", "Called after hours: late or not, nobody can tell.",
          near=("first_action_late", "first_action_missing"))
    .arrives(stage="mql", owner=REP).call(hours(5))
    .until_today(business(330, 450).since("created"))
    .handoff("mql", "open", "assignment_untracked")
)
(
    story("assignment_untracked_and_silent", "Nobody called: overdue or not, nobody can tell.",
          near="first_action_missing")
    .arrives(stage="mql", owner=REP)
    .until_today(business(330, 450).since("created"))
    .handoff("mql", "open", "assignment_untracked")
)
