"""The words of the demo company: how each CRM spells what the stories mean.

Codes are positions in these tuples; a writer turns them into the CRM's spelling. The shipped policy maps
must know
every spelling here (a test holds them to it), except where a story is about a value that no map knows.
"""

from __future__ import annotations

STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "customer", "recycled", "disqualified", "")
STAGE_WORDS = {
    "salesforce": ("Inquiry", "MQL", "SAL", "SQL", "Opportunity", "Customer", "Recycled", "Disqualified",
                   None),
    "hubspot": ("lead", "marketingqualifiedlead", "187340021", "salesqualifiedlead", "opportunity",
                "customer",
                "187340022", "187340023", None),
    "canonical": ("Inquiry", "MQL", "SAL", "SQL", "Opportunity", "Customer", "Recycled", "Disqualified",
                  None),
}  # fmt: skip

STATUSES = ("new", "accepted", "working", "vague", "unmapped", "recycled", "rejected", "converted", "",
            "open")  # fmt: skip
STATUS_WORDS = {
    "salesforce": (
        "Open - Not Contacted", "Accepted", "Working - Contacted", "In Progress", "Parked by RevOps",
        "Nurture", "Closed - Not Converted", "Closed - Converted", None, "New",
    ),
    "hubspot": (
        "NEW", "SALES_ACCEPTED", "ATTEMPTED_TO_CONTACT", "IN_PROGRESS", "PARKED_BY_REVOPS", "BAD_TIMING",
        "UNQUALIFIED", "OPEN_DEAL", None, "OPEN",
    ),
    "canonical": (
        "New", "Accepted", "Working", "In Progress", "Parked by RevOps", "Recycled", "Disqualified",
        "Qualified", None, "Open",
    ),
}  # fmt: skip

REASONS = (
    "poor_company_fit", "wrong_role", "no_current_need", "invalid_contact", "duplicate", "existing_customer",
    "no_budget", "competitor", "unresponsive", "spam", "other", "unmapped",
)  # fmt: skip
REASON_WORDS = (
    "Poor company fit", "Wrong role", "No current need", "Invalid contact", "Duplicate lead",
    "Existing customer",
    "No budget", "Competitor", "Unresponsive", "Spam", "Other", "Gut feeling",
)  # fmt: skip
QUALITY_REASONS = ("poor_company_fit", "wrong_role", "competitor", "unresponsive", "other")
TIMING_REASONS = ("no_current_need", "no_budget")

NOTES = (
    "Asked us to come back after their reorganisation.",
    "Far too small for our lowest plan.",
    "Wanted a partnership, not the product.",
    "Student project.",
)
BODIES = (
    "Spoke to reception, they have no team for this.",
    "Not the right person, could not name another.",
    "They build it themselves and are happy with it.",
)

# Source, whether the channel expects a campaign, whether it expects a form.
SOURCES: tuple[tuple[str, bool, bool], ...] = (
    ("Paid Search", True, True),
    ("Organic Search", False, True),
    ("Email Campaign", True, True),
    ("Webinar", True, True),
    ("Content Syndication", True, True),
    ("Trade Show", True, False),
    ("Partner Referral", False, False),
    ("Phone Inquiry", False, False),
    ("Other", True, True),
    ("Unknown", True, True),
)
GENERIC_SOURCES = ("Other", "Unknown")

CAMPAIGNS: tuple[tuple[str, str], ...] = (
    ("Brand Search EMEA", "Paid Search"),
    ("Brand Search AMER", "Paid Search"),
    ("Spring Nurture Series", "Email Campaign"),
    ("RevOps Benchmark Mailing", "Email Campaign"),
    ("Forecasting Masterclass", "Webinar"),
    ("Pipeline Clinic", "Webinar"),
    ("Analyst Report Syndication", "Content Syndication"),
    ("SaaS World Expo", "Trade Show"),
    ("Partner Summit", "Trade Show"),
)

FORMS: tuple[tuple[str, str], ...] = (
    ("Demo request", "https://www.demo.example/demo"),
    ("Contact us", "https://www.demo.example/contact"),
    ("Whitepaper download", "https://www.demo.example/resources/forecasting"),
    ("Webinar registration", "https://www.demo.example/webinars"),
)

FIT_GRADES = ("A", "B", "C", "D")
FIT_GRADE_BANDS = ("high", "medium", "low", "low")
FIT_SCORE_BANDS = ((80, 100, "high"), (60, 79, "medium"), (40, 59, "low"), (5, 39, "low"))

# No policy knows the last one.
INTENTS = ("Demo Request", "Pricing Page", "Whitepaper", "Webinar", "Newsletter", "Blog", "Carrier pigeon")
INTENT_TIERS = ("high", "high", "medium", "medium", "low", "low", "")

QUALIFICATIONS = (
    "Score over 80",
    "Asked for a demo",
    "Attended a webinar and visited pricing",
    "Hand raiser",
)

ACTIVITY_TYPES = ("call", "email", "meeting", "task", "message")
ACTIVITY_SOURCES = ("manual", "integration", "sequence", "list", "workflow")

COUNTRIES: dict[str, tuple[tuple[str, str | None], ...]] = {
    "EMEA": (("Germany", "Bavaria"), ("France", "Ile-de-France"), ("Spain", "Madrid"), ("United Kingdom",
                                                                                        "Kent"),
             ("Netherlands", None)),
    "AMER": (("United States", "Texas"), ("United States", "New York"), ("Canada", "Ontario"), ("Mexico",
                                                                                                None),
             ("Brazil", "Bahia")),
    "APAC": (("Australia", "Victoria"), ("Japan", "Tokyo"), ("Singapore", None)),
    # No territory claims these.
    "": (("India", None), ("South Africa", None), ("Turkey", None)),
}  # fmt: skip
HAWAII = ("United States", "Hawaii")  # APAC's by its own row, whatever the rest of the country is

FIRST_NAMES = ("Alex", "Amara", "Anton", "Bianca", "Caleb", "Carmen", "Dario", "Edith", "Elif", "Farid",
               "Freya", "Goran",
               "Hana", "Ines", "Ivan", "Jade", "Kenji", "Lara", "Mateo", "Mina", "Nils", "Olga", "Petra",
               "Quinn", "Rafael",
               "Sofia", "Tarek", "Uma", "Vera", "Wim", "Yara", "Zoe")  # fmt: skip
LAST_NAMES = ("Abbott", "Berger", "Castro", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ito", "Jansen",
              "Kowalski",
              "Lopez", "Moreau", "Novak", "Olsen", "Petit", "Quist", "Rossi", "Silva", "Tran", "Ueda",
              "Vargas", "Weber",
              "Young", "Zimmer")  # fmt: skip
COMPANIES = ("Alder", "Bluefin", "Cobalt", "Dovetail", "Ember", "Foxglove", "Granite", "Harbor", "Ironwood",
             "Juniper",
             "Kestrel", "Lumen", "Maple", "Northgate", "Orchard", "Pinnacle", "Quarry", "Rivet", "Summit",
             "Tidewater")  # fmt: skip
TITLES = ("Head of Sales Operations", "VP Marketing", "RevOps Manager", "CRM Administrator",
          "Managing Director",
          "Sales Director", "Marketing Manager")  # fmt: skip
