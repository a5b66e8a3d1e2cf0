"""JSON Schemas after the facts of GeoReport v2: which fields there are, which are required, of what type each is.

They are written apart from the code under test, from ``reference/apps.md`` §1 and the field tables of the specification. The
official schema files (``open311/schema-validation``) carry no licence and are not part of this repository; theirs are looser:
they require the same fields and allow null in the same places.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_NUMBER = {"type": ["number", "null"]}
# The specification: W3C form, time zone mandatory.
MOMENT_FORM = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"
MOMENT = {"type": "string", "pattern": MOMENT_FORM}
MAYBE_MOMENT = {"anyOf": [MOMENT, {"type": "null"}]}
MAYBE_ADDRESS = {"anyOf": [{"type": "string", "pattern": r"^https?://[^/\s]+/\S+$"}, {"type": "null"}]}


def _object(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


SERVICE = _object(
    ["service_code", "service_name", "metadata", "type"],
    {
        "service_code": TEXT,
        "service_name": TEXT,
        "description": MAYBE_TEXT,
        "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch", "blackbox"]},
        "keywords": MAYBE_TEXT,
        "group": MAYBE_TEXT,
    },
)
SERVICES = {"type": "array", "items": SERVICE}
ATTRIBUTE = _object(
    ["variable", "code", "datatype", "required"],
    {
        "variable": {"type": "boolean"},
        "code": TEXT,
        "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        "required": {"type": "boolean"},
        "datatype_description": MAYBE_TEXT,
        "order": {"type": "integer", "minimum": 1},
        "description": MAYBE_TEXT,
        "values": {"type": "array", "items": _object(["key", "name"], {"key": TEXT, "name": TEXT})},
    },
)
DEFINITION = _object(
    ["service_code", "attributes"], {"service_code": TEXT, "attributes": {"type": "array", "items": ATTRIBUTE}}
)
CORE = {
    "service_request_id": TEXT,
    "status": {"enum": ["open", "closed"]},
    "status_notes": MAYBE_TEXT,
    "service_name": MAYBE_TEXT,
    "service_code": TEXT,
    "description": {"type": ["string", "null"], "maxLength": 4000},
    "agency_responsible": MAYBE_TEXT,
    "service_notice": MAYBE_TEXT,
    "requested_datetime": MOMENT,
    "updated_datetime": MAYBE_MOMENT,
    "expected_datetime": MAYBE_MOMENT,
    "address": MAYBE_TEXT,
    "address_id": MAYBE_TEXT,
    "zipcode": MAYBE_TEXT,
    "lat": MAYBE_NUMBER,
    "long": MAYBE_NUMBER,
    "media_url": MAYBE_ADDRESS,
}
_NEEDED = ["service_request_id", "status", "service_code", "requested_datetime"]
REQUESTS = {"type": "array", "items": _object(_NEEDED, CORE)}
_NOTE = _object(["datetime", "description", "type"], {"datetime": MOMENT, "description": TEXT, "type": TEXT})
_ANSWER = _object(["label", "name", "value", "code"], dict.fromkeys(["label", "name", "value", "code"], TEXT))
_PHOTO = _object(
    ["media_url"],
    {"media_url": MAYBE_ADDRESS, "width": {"type": "integer"}, "height": {"type": "integer"}, "created_at": MOMENT},
)
EXTENDED_REQUESTS = {
    "type": "array",
    "items": _object(
        [*_NEEDED, "attributes", "extended_attributes", "notes"],
        {
            **CORE,
            "attributes": {"type": "array", "items": _ANSWER},
            "extended_attributes": _object(["channel"], {"channel": TEXT, "photos": {"type": "array", "items": _PHOTO}}),
            "notes": {"type": "array", "items": _NOTE},
        },
    ),
}
CREATED = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        **_object([], {"service_request_id": TEXT, "token": TEXT, "service_notice": MAYBE_TEXT, "account_id": MAYBE_TEXT}),
        # Never both: the specification says so of each.
        "oneOf": [{"required": ["service_request_id"]}, {"required": ["token"]}],
    },
}
TOKENS = {
    "type": "array",
    "items": _object(["service_request_id", "token"], {"service_request_id": TEXT, "token": TEXT}),
}
ERRORS = {
    "type": "array",
    "minItems": 1,
    "items": _object(["code", "description"], {"code": {"type": "integer"}, "description": {"type": "string", "minLength": 1}}),
}
DISCOVERY = _object(
    ["changeset", "contact", "key_service", "endpoints"],
    {
        "changeset": TEXT,
        "contact": {"type": "string", "minLength": 1},
        "key_service": {"type": "string", "minLength": 1},
        "max_requests": {"const": 1000},
        "endpoints": {
            "type": "array",
            "minItems": 1,
            "items": _object(
                ["specification", "url", "changeset", "type", "formats"],
                {
                    "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                    "url": {"type": "string", "pattern": "^https?://.*[^/]$"},
                    "changeset": TEXT,
                    "type": {"enum": ["production", "test"]},
                    "formats": {"const": ["text/xml", "application/json"]},
                },
            ),
        },
    },
)
