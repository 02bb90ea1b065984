"""Where leads come from and where faults gather: the demo's one place for shares and rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from demo import vocabulary as v

TEAM_SHARES = {
    "sales_emea": 0.34,
    "sales_amer": 0.38,
    "sales_apac": 0.12,
    "sales_desk": 0.10,
    "sales_partner": 0.06,
}
SOURCE_SHARES = {
    "Paid Search": 0.24, "Organic Search": 0.20, "Email Campaign": 0.14, "Webinar": 0.13,
    "Content Syndication": 0.11,
    "Trade Show": 0.08, "Partner Referral": 0.05, "Phone Inquiry": 0.05,
}  # fmt: skip
FORM_SHARES = {
    "Demo request": 0.34,
    "Contact us": 0.22,
    "Whitepaper download": 0.28,
    "Webinar registration": 0.16,
}
GOOD_FIT_SHARES = {"high": 0.4, "medium": 0.6}
GOOD_INTENT_SHARES = {"Demo Request": 0.3, "Pricing Page": 0.2, "Whitepaper": 0.3, "Webinar": 0.2}

# How many times likelier a faulty story meets a member of a segment than a sound one does.
CONCENTRATIONS: dict[str, dict[str, dict[str, float]]] = {
    # Sales AMER is slow to act and quick to reject without a word.
    "first_action_late": {"team": {"sales_amer": 4.0}},
    "first_action_missing": {"team": {"sales_amer": 3.0}},
    "rejection_reason_missing": {"team": {"sales_amer": 3.0}},
    "rejection_reason_in_notes": {"team": {"sales_emea": 2.5}},
    # The AMER queue is where leads wait.
    "queue_unworked": {"team": {"sales_amer": 5.0}},
    # Syndicated lists bring poor leads, trade show imports lose their campaign.
    "mql_below_criteria": {"source": {"Content Syndication": 6.0}},
    "contact_invalid": {"source": {"Content Syndication": 5.0}},
    "campaign_missing": {"source": {"Trade Show": 5.0, "Webinar": 2.0}},
    "intent_missing": {"source": {"Trade Show": 4.0}},
    "rejected": {"source": {"Content Syndication": 2.5}},
    # The partner team gets its leads late.
    "owner_late": {"team": {"sales_partner": 4.0, "sales_apac": 2.0}},
    "owner_missing": {"team": {"sales_apac": 3.0}},
}


def draw(
    rng: np.random.Generator,
    count: int,
    shares: Mapping[str, float],
    stronger: Sequence[Mapping[str, float]] = (),
) -> NDArray[np.int64]:
    """Positions in `shares`, drawn by share times every concentration given."""
    weights = np.array(
        [share * float(np.prod([s.get(name, 1.0) for s in stronger])) for name, share in shares.items()]
    )
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, rng.random(count), side="right"), len(edges) - 1).astype(
        np.int64
    )


def concentrations(tags: Sequence[str], dimension: str) -> list[Mapping[str, float]]:
    """The concentrations of a story's faults (and its own name) in one dimension."""
    return [CONCENTRATIONS[tag][dimension] for tag in tags if dimension in CONCENTRATIONS.get(tag, {})]


def source_positions(names: Sequence[str]) -> NDArray[np.int64]:
    """Codes of sources by name."""
    order = [source for source, _, _ in v.SOURCES]
    return np.array([order.index(name) for name in names], dtype=np.int64)
