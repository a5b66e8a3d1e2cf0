"""What must hold between the keys of a manifest.

Each rule reads the raw document, so that it can tell its faults also where other keys are faulty; it passes over values of a
wrong type, which the model tells. A rule is a function from the document to its faults, and has a fault code of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.access import (
    access_needs_permission,
    console_pages_are_for_officials,
    linked_pages_have_titles,
    pages_are_unlike,
    permissions_are_held,
)
from smartcity_share.manifest.rules.app import connector_provides, id_is_free
from smartcity_share.manifest.rules.ids import ids_are_unlike
from smartcity_share.manifest.rules.languages import texts_are_complete
from smartcity_share.manifest.rules.operation import dates_are_ordered, jobs_are_needed, schedules_are_valid
from smartcity_share.manifest.rules.personal import personal_data_is_accounted_for
from smartcity_share.manifest.rules.region import facts_are_known, origin_is_known

RULES: Final[tuple[Callable[[TomlDocument], Iterable[Fault]], ...]] = (
    id_is_free,
    connector_provides,
    origin_is_known,
    facts_are_known,
    ids_are_unlike,
    permissions_are_held,
    access_needs_permission,
    pages_are_unlike,
    linked_pages_have_titles,
    console_pages_are_for_officials,
    personal_data_is_accounted_for,
    schedules_are_valid,
    jobs_are_needed,
    dates_are_ordered,
    texts_are_complete,
)
"""Every rule between keys."""
