"""Capture: what the lead brought with it."""

# fmt: off
from demo.story import MARKETER, REP, TOGETHER, business, days, hours, minutes, seconds, story

# -- source -----------------------------------------------------------------------------------------

(
    story("source_missing", "No original source.")
    .arrives(source=None, campaign="always", form="always", landing_page="always")
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "source_missing")
)
(
    story("source_generic", "The source says Other or Unknown.")
    .arrives(source="generic").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "source_generic")
)
(
    story("prospected", "A rep typed the lead in himself: nothing to capture, nothing to declare.",
          near=("source_missing", "campaign_missing", "landing_page_missing", "conversion_point_missing",
                "handoff_undeclared", "qualification_reason_missing"))
    .arrives(by=REP, owner=REP, source=None, campaign=None, form=None, landing_page=None, qualification=False)
    .call(business(20, 200)).status("accepted", minutes(2, 9)).recycled()
    .handoff("sales_action", "recycled")
)
(
    story("prospected_from_other", "A rep's own lead, with a source that says nothing.",
          near="source_generic")
    .arrives(by=REP, owner=REP, source="generic")
    .call(business(20, 200)).status("accepted", minutes(2, 9)).recycled()
    .handoff("sales_action", "recycled")
)
(
    story("prospected_unreachable", "A rep's own lead that nobody could ever reach.")
    .arrives(by=REP, owner=REP, source=None, contact="junk")
    .email(business(20, 200)).status("accepted", minutes(2, 9)).recycled()
    .handoff("sales_action", "recycled", "contact_invalid")
)

# -- campaign ---------------------------------------------------------------------------------------

(
    story("campaign_missing", "A channel that lives on campaigns, and no campaign.")
    .arrives(source="campaign", campaign=None)
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "campaign_missing")
)
(
    story("campaign_not_expected", "Nobody runs a campaign for a phone call.", near="campaign_missing")
    .arrives(source="Phone Inquiry", campaign=None)
    .mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("campaign_answered_at_opening", "Its answer to a campaign is what made it sales-ready.",
          near="campaign_missing", only=("salesforce", "canonical"))
    .arrives(source="campaign", campaign=None)
    .mql().campaign(TOGETHER).owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("campaign_answered_later", "It answered a campaign, but only after it was handed over.",
          only=("salesforce", "canonical"))
    .arrives(source="campaign", campaign=None)
    .mql().campaign(seconds(30, 59)).owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "campaign_missing")
)

# -- form and landing page --------------------------------------------------------------------------

(
    story("landing_page_missing", "The form is known, the page is not.")
    .arrives(source="form", landing_page=None, is_submitted=False)
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "landing_page_missing")
)
(
    story("conversion_point_missing", "The page is known, the form is not.")
    .arrives(source="form", form=None, is_submitted=False)
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "conversion_point_missing")
)
(
    story("no_form_at_a_trade_show", "A badge scanned at a trade show comes with neither form nor page.",
          near=("landing_page_missing", "conversion_point_missing"))
    .arrives(source="Trade Show", form=None, landing_page=None)
    .mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("form_at_opening", "The form that made it sales-ready tells both form and page.",
          near=("landing_page_missing", "conversion_point_missing"), only=("hubspot", "canonical"))
    .arrives(source="form", form=None, landing_page=None)
    .mql().form(TOGETHER).owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("form_after_opening", "A form sent after the handover tells nothing about how it came.",
          only=("hubspot", "canonical"))
    .arrives(source="form", form=None, landing_page=None)
    .mql().form(seconds(30, 59)).owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "conversion_point_missing", "landing_page_missing")
)

# -- contact data -----------------------------------------------------------------------------------

(
    story("contact_invalid", "No address that could receive mail, too few digits for a phone.")
    .arrives(contact="junk").mql().owned_by(REP).call().accepted().rejected("invalid_contact")
    .handoff("mql", "rejected", "contact_invalid")
)
(
    story("contact_blank", "Neither email nor phone.")
    .arrives(contact="none").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "contact_invalid")
)
(
    story("phone_only", "No email, but a phone number.", near="contact_invalid")
    .arrives(contact="phone").mql().owned_by(REP).call(connected=True).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("email_only", "No phone number, but an email address.", near="contact_invalid")
    .arrives(contact="email", email="free").mql().owned_by(REP).email().accepted().recycled()
    .handoff("mql", "recycled")
)

# -- several at once, as trade show lists come ------------------------------------------------------

(
    story("bare_list_import", "A list without campaign, intent and reason, and then called late.")
    .arrives(source="Trade Show", campaign=None, intent=None, qualification=False)
    .mql(hours(1, 4)).owned_by(REP).call(business(490, 900)).accepted().rejected()
    .handoff("mql", "rejected", "campaign_missing", "first_action_late", "intent_missing",
             "qualification_reason_missing")
)
(
    story("marketer_called_first", "Marketing rang to confirm the address: that is no sales activity.",
          near="handoff_undeclared")
    .arrives().call(hours(1, 9), by=MARKETER).mql(days(1, 4)).owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
