"""A spec document judged by itself: JSON, its form, its version, and what its revision says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from render_core.design import TextValue
from render_core.problems import Problem, Severity
from services.designs.canonical import NotCanonical, digest
from services.designs.documents import SpecDocument, from_json
from services.designs.upgrades import VersionUnknown, upgraded
from services.spec.domain.json_schema import Mismatch, SchemaChecker
from services.spec.domain.revisions import Revision
from services.spec.domain.spec_schema import SCHEMA

_CHECKER: Final = SchemaChecker(SCHEMA)
_MAX_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a document before its revision is looked at.

    hash: SHA-256 of the canonical form of the document as it came, "" if it has none.
    document: in the current version; None if the form is wrong.
    """

    hash: str
    document: SpecDocument | None
    problems: tuple[Problem, ...]


def judge(text: str) -> Judged:
    """Return what a document is by itself, with all problems of its form."""
    try:
        value = _read(text)
        hash = digest(value)
    except (ValueError, RecursionError) as error:
        return Judged(
            "", None, (_error("DOCUMENT_NOT_JSON", f"This is not usable JSON: {error}."),)
        )
    if not isinstance(value, dict):
        return Judged(hash, None, (_error("DOCUMENT_FORM", "A spec document is an object."),))
    try:
        value = upgraded(value)
    except VersionUnknown as error:
        return Judged(hash, None, (_error("SPEC_VERSION_UNKNOWN", f"{error}."),))
    mismatches = _CHECKER.mismatches(value)[:_MAX_PROBLEMS]
    if mismatches:
        return Judged(hash, None, tuple(_of_mismatch(mismatch) for mismatch in mismatches))
    return Judged(hash, from_json(value), ())


def revision_unknown() -> Problem:
    """Return the problem of a document whose revision the brand does not have."""
    return _error("REVISION_UNKNOWN", "This brand has no such product revision.")


def against_revision(
    document: SpecDocument, revision: Revision, made: Mapping[str, str]
) -> list[Problem]:
    """Return what a document has wrong beside the problems of composing it.

    made: what composing made of each text, by zone.
    """
    problems = []
    if document.revision_hash != revision.hash:
        sentence = "The revision has another hash than the document says."
        problems.append(_error("REVISION_HASH_MISMATCH", sentence))
    for zone_id, value in sorted(document.values.items()):
        if isinstance(value, TextValue) and value.text != made.get(zone_id, value.text):
            problems.append(_text_not_as_made(zone_id, made[zone_id]))
    for option in revision.template.options:
        if option.id not in document.options:
            sentence = f"The document says no choice for “{option.display_name or option.id}”."
            problems.append(_error("OPTION_MISSING", sentence))
    for zone in revision.content.template.zones:
        if zone.artwork.default_asset and zone.id not in document.values:
            sentence = "This zone holds its default artwork, but the document leaves it empty."
            problems.append(_error("DEFAULT_MISSING", sentence, zone.id))
    return problems


def _text_not_as_made(zone: str, made: str) -> Problem:
    return Problem(
        "TEXT_NOT_AS_MADE",
        Severity.ERROR,
        zone,
        "The text is not in the form in which it is made.",
        "Compose the design and take the text as made.",
        corrected=made,
    )


def _read(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key stands twice in an object")
    return found


def _refuse(constant: str) -> Any:
    raise NotCanonical(f"{constant} is not a number of JSON")


def _of_mismatch(mismatch: Mismatch) -> Problem:
    parts = mismatch.path.split("/")
    zone = parts[2] if len(parts) > 2 and parts[1] == "zones" else ""
    place = mismatch.path or "the document"
    return _error("DOCUMENT_FORM", f"{place}: {mismatch.sentence}", zone)


def _error(code: str, sentence: str, zone: str = "") -> Problem:
    return Problem(code, Severity.ERROR, zone, sentence)
