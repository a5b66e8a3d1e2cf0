"""Rules that look at more than one field."""

from __future__ import annotations

from smartcity_share.documents.sentences import Sentence
from smartcity_share.publiccode.findings import Findings
from smartcity_share.publiccode.nodes import Mapping, Scalar, Sequence, is_nothing


def judge_across(root: Mapping, findings: Findings) -> None:
    """Judge what depends on several fields: who maintains the software, and the country section given twice."""
    _maintenance(root, findings)
    if not is_nothing(root.value("IT")) and not is_nothing(root.value("it")):
        place = root.entries["it"][0]
        findings.add("it", place, Sentence("country-section-repeated", "`IT` and `it` are both given", "Remove both sections."))


def _maintenance(root: Mapping, findings: Findings) -> None:
    section = root.value("maintenance")
    if not isinstance(section, Mapping):
        return
    kind = section.value("type")
    word = kind.text if isinstance(kind, Scalar) else ""
    contractors, contacts = section.value("contractors"), section.value("contacts")
    if word == "contract" and is_nothing(contractors):
        told = Sentence(
            "contractors-missing", "The type is `contract`, but there are no `contractors`", "Add each with `name` and `until`."
        )
        findings.add("maintenance.contractors", section.place, told)
    elif word != "contract" and not is_nothing(contractors):
        place = section.entries["contractors"][0]
        told = Sentence(
            "contractors-unexpected",
            "`contractors` stands beside another type than `contract`",
            "Remove it, or write `type: contract`.",
        )
        findings.add("maintenance.contractors", place, told)
    if word in ("internal", "community") and is_nothing(contacts):
        told = Sentence(
            "contacts-missing", f"The type is `{word}`, but there are no `contacts`", "Add one with `name` and `email`."
        )
        findings.add("maintenance.contacts", section.place, told)
    elif isinstance(contacts, Sequence) and not contacts.items:
        told = Sentence("contacts-empty", "The list of contacts is empty", "Add one, a team for example.")
        findings.add("maintenance.contacts", section.entries["contacts"][0], told, "warning")
