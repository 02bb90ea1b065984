"""Policies: what a CRM's own words mean, and how long things may take. The users' lever on the diagnosis.

`check(folder)` says what is wrong with a folder before anything is built. `land_policies(settings)` brings
the user's files into the warehouse, where they take the place of the shipped seeds of the same names.
"""

from handoff.policies.catalogue import POLICIES
from handoff.policies.checking import advise, check
from handoff.policies.landed import (
    PolicyError,
    UnmappedValue,
    as_policy_rows,
    land_policies,
    require_sound,
    unmapped,
)
from handoff.policies.reading import Fault

__all__ = [
    "POLICIES",
    "Fault",
    "PolicyError",
    "UnmappedValue",
    "advise",
    "as_policy_rows",
    "check",
    "land_policies",
    "require_sound",
    "unmapped",
]
