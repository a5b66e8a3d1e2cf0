"""The documents as JSON Schema: what a program can rely on in the JSON form of each answer."""

from __future__ import annotations

from typing import Any, Final

from smartcity_complaints.open311.settings import Datatype

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_NUMBER_OR_NULL: Final[Schema] = {"type": ["number", "null"]}
_ADDRESS_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "uri"}
_FLAG: Final[Schema] = {"type": "boolean"}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(entry: Schema) -> Schema:
    return {"type": "array", "items": entry}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_EXTENDED: Final = {
    "attributes": _list(_object({"label": _TEXT, "name": _TEXT, "value": _TEXT, "code": _TEXT})),
    "extended_attributes": _object(
        {
            "channel": _TEXT,
            "photos": _list(
                _object(
                    {
                        "media_url": {"type": "string", "format": "uri"},
                        "width": {"type": "integer"},
                        "height": {"type": "integer"},
                        "created_at": _MOMENT,
                    }
                )
            ),
        }
    ),
    "notes": _list(_object({"datetime": _MOMENT, "description": _TEXT, "type": _TEXT})),
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Discovery": _object(
        {
            "changeset": _TEXT,
            "contact": _TEXT,
            "key_service": _TEXT,
            "max_requests": {"type": "integer"},
            "endpoints": _list(
                _object(
                    {
                        "specification": _TEXT,
                        "url": {"type": "string", "format": "uri"},
                        "changeset": _TEXT,
                        "type": {"enum": ["production", "test"]},
                        "formats": _list({"enum": ["text/xml", "application/json"]}),
                    }
                )
            ),
        }
    ),
    "Services": _list(_named("Service")),
    "Service": _object(
        {
            "service_code": _TEXT,
            "service_name": _TEXT,
            "description": _TEXT,
            "metadata": _FLAG,
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": _TEXT,
            "group": _TEXT,
        }
    ),
    "ServiceDefinition": _object({"service_code": _TEXT, "attributes": _list(_named("Attribute"))}),
    "Attribute": _object(
        {
            "variable": _FLAG,
            "code": _TEXT,
            "datatype": {"enum": [datatype.value for datatype in Datatype]},
            "required": _FLAG,
            "datatype_description": _TEXT_OR_NULL,
            "order": {"type": "integer", "minimum": 1},
            "description": _TEXT,
        },
        {"values": _list(_object({"key": _TEXT, "name": _TEXT}))},
    ),
    "Requests": _list(_named("Request")),
    "Request": _object(
        {
            "service_request_id": _TEXT,
            "status": {"enum": ["open", "closed"]},
            "status_notes": _TEXT_OR_NULL,
            "service_name": _TEXT,
            "service_code": _TEXT,
            "description": {**_TEXT_OR_NULL, "maxLength": 4000},
            "agency_responsible": _TEXT_OR_NULL,
            "service_notice": _TEXT_OR_NULL,
            "requested_datetime": _MOMENT,
            "updated_datetime": _MOMENT,
            "expected_datetime": _MOMENT_OR_NULL,
            "address": _TEXT_OR_NULL,
            "address_id": _TEXT_OR_NULL,
            "zipcode": {"type": "null"},
            "lat": _NUMBER_OR_NULL,
            "long": _NUMBER_OR_NULL,
            "media_url": _ADDRESS_OR_NULL,
        },
        _EXTENDED,
    ),
    "Created": _list(
        _object({"service_request_id": _TEXT, "service_notice": _TEXT, "account_id": {"type": "null"}}),
    ),
    "Tokens": _list(_object({"service_request_id": _TEXT, "token": _TEXT})),
    "Errors": {**_list(_object({"code": {"type": "integer"}, "description": _TEXT})), "minItems": 1},
}
"""Every document by its name in the published description."""
