"""The kinds of report as services, and what each asks: what a program reads before it sends anything."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.documents import Document
from smartcity_complaints.open311.errors import Fault, Refusal, UnknownError
from smartcity_complaints.open311.settings import Attribute
from smartcity_complaints.settings import Kind
from smartcity_share.toolkit.translations import message


def service_list(context: Context) -> Document:
    """Return the kinds the region offers, in the order of the settings."""
    return Document("services", [_service(context, kind) for kind in context.settings.kinds])


def service_definition(context: Context, code: str) -> Document:
    """Return what a kind asks; a kind that asks nothing has an empty list.

    Raises:
        Refusal: 404, the region does not offer it.
    """
    kind = known_service(context, code)
    attributes = context.settings.open311.attributes_of(kind.code)
    return Document(
        "service_definition",
        {
            "service_code": kind.code,
            "attributes": [
                _attribute(attribute, order, context.language) for order, attribute in enumerate(attributes, start=1)
            ],
        },
    )


def known_service(context: Context, code: str) -> Kind:
    """Return the kind with a code.

    Raises:
        Refusal: 404, the region does not offer it.
    """
    kind = context.settings.kind(code)
    if kind is None:
        raise Refusal(HTTPStatus.NOT_FOUND, unknown_service(code))
    return kind


def unknown_service(code: str) -> Fault:
    """Return the fault of a code that no service has."""
    reason = UnknownError(message("There is no service %(code)s here. The list of services has the codes."), code=code[:40])
    return Fault(reason, "service_code")


def _service(context: Context, kind: Kind) -> dict[str, Any]:
    return {
        "service_code": kind.code,
        "service_name": kind.title.text_in(context.language),
        "description": context.words.say(
            message("%(title)s: the office replies within %(days)s working days."),
            title=kind.title.text_in(context.language),
            days=kind.response_days,
        ),
        "metadata": bool(context.settings.open311.attributes_of(kind.code)),
        "type": "realtime",
        # A comma would begin another keyword.
        "keywords": ", ".join(dict.fromkeys(title.replace(",", "") for title in kind.title.by_language().values())),
        "group": context.settings.service_name.text_in(context.language),
    }


def _attribute(attribute: Attribute, order: int, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "variable": not attribute.informs,
        "code": attribute.code,
        "datatype": attribute.datatype.value,
        "required": attribute.required,
        "datatype_description": attribute.hint.text_in(language) if attribute.hint else None,
        "order": order,
        "description": attribute.question.text_in(language),
    }
    if attribute.datatype.has_choices:
        found["values"] = [{"key": choice.key, "name": choice.title.text_in(language)} for choice in attribute.choices]
    return found
