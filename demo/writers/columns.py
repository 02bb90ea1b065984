"""Arrow columns out of numpy codes: ids, words, instants. Nothing here loops over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo import vocabulary as v
from demo.business_time import Instants, Numbers
from demo.ledger import NULL_INSTANT, Columns, mix

# Neighbouring numbers become scattered ids: a multiplier coprime to the range of ten digits.
_SCATTER, _RANGE = 73_939_133, 10_000_000_000
# One word in this many is typed in another case or with blanks around it.
_ODD_SPELLING = 25


def scattered(number: Numbers) -> Numbers:
    """Distinct numbers of ten digits, in no visible order."""
    return number * _SCATTER % _RANGE


def ids(prefix: str, number: Numbers, suffix: str = "", width: int = 10) -> pa.Array:
    """Ids as text: prefix, the number in `width` digits, suffix; null for a negative number."""
    digits = pc.utf8_lpad(pc.cast(pa.array(np.maximum(number, 0)), pa.string()), width, "0")
    text = pc.binary_join_element_wise(prefix, digits, suffix, "")
    return pc.if_else(pa.array(number >= 0), text, None)


def words(texts: Sequence[str | None], codes: NDArray[Any]) -> pa.Array:
    """The text of each code; null for a negative code or a word that is None."""
    dictionary = pa.array([*texts, None], pa.string())
    return dictionary.take(pa.array(np.where(codes < 0, len(texts), codes)))


def spelled(texts: Sequence[str | None], codes: NDArray[Any], lead: Numbers, salt: int) -> pa.Array:
    """Like words, but now and then in another case or with blanks; a lead spells the same word always the
    same way."""
    odd = mix(lead * 64 + np.maximum(codes, 0), salt) % _ODD_SPELLING
    variants: list[str | None] = []
    for text in texts:
        variants += [None] * 4 if text is None else [text, text.upper(), text.lower(), f" {text} "]
    chosen = np.where(odd < 3, odd + 1, 0)
    return words(variants, np.where(codes < 0, -1, codes * 4 + chosen))


def flags(values: NDArray[np.bool_]) -> pa.Array:
    """Booleans."""
    return pa.array(np.ascontiguousarray(values, dtype=bool))


def instants(at: Instants) -> pa.Array:
    """Naive UTC timestamps; null for no instant."""
    return pa.array(at, pa.int64(), mask=at == NULL_INSTANT).cast(pa.timestamp("s")).cast(pa.timestamp("us"))


def dates(at: Instants) -> pa.Array:
    """The UTC day of each instant."""
    return instants(at).cast(pa.date32(), safe=False)


def iso(at: Instants, zone: str = ".000Z") -> pa.Array:
    """ISO 8601 text in UTC, ending in `zone`."""
    stamps = pa.array(at, pa.int64(), mask=at == NULL_INSTANT).cast(pa.timestamp("s"))
    return pc.strftime(stamps, format="%Y-%m-%dT%H:%M:%S" + zone)


def iso_with_offsets(at: Instants, salt: int) -> pa.Array:
    """The same instants as text, one in five as a local time with its offset."""
    choice = mix(at, salt) % 10
    ahead = iso(np.where(at == NULL_INSTANT, at, at + 7200), "+02:00")
    behind = iso(np.where(at == NULL_INSTANT, at, at - 5 * 3600), "-05:00")
    return pc.if_else(pa.array(choice == 0), ahead, pc.if_else(pa.array(choice == 1), behind, iso(at)))


def joined(*parts: str | pa.Array) -> pa.Array:
    """Texts side by side; null where any of them is."""
    return pc.binary_join_element_wise(*parts, "")


def blank(count: int, kind: pa.DataType | None = None) -> pa.Array:
    """A column of nulls."""
    return pa.nulls(count, kind or pa.string())


def shuffled(table: pa.Table, salt: int) -> pa.Table:
    """The rows in another order, the same on every run: no reader may count on the order of an export."""
    return table.take(
        pa.array(np.argsort(mix(np.arange(table.num_rows, dtype=np.int64), salt), kind="stable"))
    )


# -- what every CRM knows of a lead ----------------------------------------------------------------


def first_names(person: Numbers) -> pa.Array:
    """First name of a person."""
    return words(v.FIRST_NAMES, mix(person, 1) % len(v.FIRST_NAMES))


def last_names(person: Numbers) -> pa.Array:
    """Last name of a person."""
    return words(v.LAST_NAMES, mix(person, 2) % len(v.LAST_NAMES))


def companies(person: Numbers) -> pa.Array:
    """Company of a person: everybody has his own."""
    return joined(words(v.COMPANIES, mix(person, 3) % len(v.COMPANIES)), ids(" ", scattered(person)))


def domains(person: Numbers) -> pa.Array:
    """Mail domain of that company."""
    return joined(
        pc.utf8_lower(words(v.COMPANIES, mix(person, 3) % len(v.COMPANIES))),
        ids("-", scattered(person), ".example"),
    )


def websites(person: Numbers, account: Numbers, matches: NDArray[Any]) -> pa.Array:
    """The website of an account as people type it: that of its people, a free-mail one, or none at all."""
    match = pa.array(matches)
    own = pc.if_else(pc.equal(match, 2), "gmail.com", domains(person))
    typed = [
        own,
        joined("https://www.", own, "/"),
        joined("http://", own),
        pc.utf8_upper(joined("www.", own)),
    ]
    website = pc.choose(pa.array(mix(account, 20) % len(typed)), *typed)
    # Where the CRM links them itself, or only the name is the same, nobody typed one.
    return pc.if_else(pc.is_in(match, pa.array([0, 2])), website, None)


def emails(leads: Columns) -> pa.Array:
    """The lead's address: company, free-mail or the placeholder that careless forms fill in; now and then in
    capitals or between blanks."""
    person = leads["person"]
    local = joined(pc.utf8_lower(first_names(person)), ".", pc.utf8_lower(last_names(person)))
    company = joined(local, "@", domains(person))
    free = joined(local, ids(".", scattered(person), "@gmail.com"))
    kind = pa.array(leads["email_kind"])
    address = pc.if_else(
        pc.equal(kind, 0), company, pc.if_else(pc.equal(kind, 1), free, "no-email@placeholder.example")
    )
    typo = mix(leads["number"], 4) % 20
    address = pc.if_else(pa.array(typo == 0), pc.utf8_upper(address), address)
    address = pc.if_else(pa.array(typo == 1), joined(" ", address, " "), address)
    junk = words(("n/a", "#VALUE!", "none@", "asdf"), mix(leads["number"], 5) % 4)
    return pc.if_else(
        pa.array(leads["has_email"]), address, pc.if_else(pa.array(leads["has_junk"]), junk, None)
    )


def phones(leads: Columns) -> pa.Array:
    """The lead's phone number, if it is one; junk has too few digits."""
    number = ids("+44 20 ", mix(leads["number"], 6) % 10_000_000, width=7)
    return pc.if_else(
        pa.array(leads["has_phone"]), number, pc.if_else(pa.array(leads["has_junk"]), "12345", None)
    )


def titles(person: Numbers) -> pa.Array:
    """Job title; a quarter gave none."""
    pick = mix(person, 7) % (len(v.TITLES) * 4 // 3)
    return words(v.TITLES, np.where(pick < len(v.TITLES), pick, -1))
