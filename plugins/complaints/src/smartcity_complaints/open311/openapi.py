"""The published description: OpenAPI 3.1, made from the tables the code itself runs on, for the region that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from smartcity_complaints.open311.attributes import kind_of, name_of
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.documents import Format
from smartcity_complaints.open311.operations import OPERATIONS, Operation
from smartcity_complaints.open311.parameters import Parameter
from smartcity_complaints.open311.schemas import SCHEMAS
from smartcity_complaints.open311.settings import Attribute, Datatype

Schema = dict[str, Any]

_DEGREES: Final = ("lat", "long")
_PLACES: Final = (_DEGREES, ("address_string",), ("address_id",))
_WHO: Final = (("first_name", "last_name"), ("email", "phone"))
_REASONS: Final = {
    HTTPStatus.BAD_REQUEST: "Something in the request is missing or has the wrong form; every fault is listed.",
    HTTPStatus.FORBIDDEN: "The API key is missing, unknown or revoked.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it may not be known of.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The address does not take this method; the header `Allow` says which it takes.",
}
_LINK: Final = {"Link": {"description": 'The next page, `rel="next"`; absent at the end.', "schema": {"type": "string"}}}


def openapi(context: Context) -> Schema:
    """Return the description for the installation of the context."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{context.settings.service_name.text_in(context.language)}: Open311 GeoReport v2",
            "description": f"Reports of citizens to {context.government}, as the specification of GeoReport v2 has them.",
            "version": context.installation.version,
        },
        "externalDocs": {"url": "https://wiki.open311.org/GeoReport_v2/"},
        "servers": [{"url": context.api_url}],
        "paths": _paths(context),
        "components": {"schemas": SCHEMAS},
    }


def _paths(context: Context) -> Schema:
    paths: Schema = {}
    for operation in OPERATIONS:
        for form in Format:
            path = f"{operation.path}.{form}"
            paths.setdefault(path, {})[operation.method.lower()] = _operation(context, operation, form)
    return paths


def _operation(context: Context, operation: Operation, form: Format) -> Schema:
    given = operation.parameters(context)
    found: Schema = {
        "operationId": f"{operation.name}{form.capitalize()}",
        "summary": operation.summary,
        "parameters": [],
        "responses": _responses(operation, form),
    }
    if operation.item is not None:
        item = operation.item(context)
        found["parameters"].append(
            {"name": item.name, "in": "path", "required": True, "description": item.summary, "schema": item.kind.schema}
        )
    if operation.method == "POST":
        found["requestBody"] = _body(context, given)
    else:
        found["parameters"] += [_in_query(parameter) for parameter in given]
    return found


def _responses(operation: Operation, form: Format) -> Schema:
    def content(name: str) -> Schema:
        schema = {"schema": {"$ref": f"#/components/schemas/{name}"}} if form is Format.JSON else {}
        return {f"{form.media_type}; charset=utf-8": schema}

    answer: Schema = {"description": operation.summary, "content": content(operation.answers)}
    if operation.name == "listRequests":
        answer["headers"] = _LINK
    refusals = (*operation.refuses, HTTPStatus.METHOD_NOT_ALLOWED)
    return {
        str(int(operation.status)): answer,
        **{str(int(status)): {"description": _REASONS[status], "content": content("Errors")} for status in refusals},
    }


def _in_query(parameter: Parameter) -> Schema:
    found: Schema = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.summary + (" Goes beyond GeoReport v2." if parameter.extension else ""),
        # As GeoReport v2 wants it: empty is the same as left out.
        "allowEmptyValue": True,
        "schema": parameter.kind.schema,
    }
    if parameter.many:
        found["schema"] = {"type": "array", "items": parameter.kind.schema, "maxItems": parameter.most}
        found |= {"style": "form", "explode": False}
    return found


def _body(context: Context, given: Sequence[Parameter]) -> Schema:
    """Return the form, once for the services that ask nothing further and once for each that does."""
    settings = context.settings
    asking: dict[str, tuple[Attribute, ...]] = {}
    plain: list[str] = []
    for kind in settings.kinds:
        asked = tuple(attribute for attribute in settings.open311.attributes_of(kind.code) if not attribute.informs)
        if asked:
            asking[kind.code] = asked
        else:
            plain.append(kind.code)
    forms = [_form(context, given, [code], asked) for code, asked in asking.items()]
    if plain:
        forms.append(_form(context, given, plain, ()))
    lists = {
        name_of(attribute): {"style": "form", "explode": True}
        for asked in asking.values()
        for attribute in asked
        if attribute.datatype is Datatype.MULTI
    }
    content: Schema = {"schema": forms[0] if len(forms) == 1 else {"anyOf": forms}}
    if lists:
        content["encoding"] = lists
    return {"required": True, "content": {"application/x-www-form-urlencoded": content}}


def _form(context: Context, given: Sequence[Parameter], codes: list[str], asked: Sequence[Attribute]) -> Schema:
    exact = {parameter.name: parameter.kind.schema for parameter in given}
    exact["service_code"] = {"type": "string", "enum": codes}
    properties = {
        parameter.name: {**_may_be_empty(exact[parameter.name], parameter.required), "description": parameter.summary}
        for parameter in given
    }
    required = [parameter.name for parameter in given if parameter.required]
    own = {name_of(attribute): attribute for attribute in asked}
    every = {name_of(attribute) for attribute in context.settings.open311.attributes if not attribute.informs}
    # What another kind asks is a fault here.
    properties |= {name: {"not": {}} for name in sorted(every - set(own))}
    for name, attribute in own.items():
        properties[name] = {**_answer(attribute), "description": attribute.question.text_in(context.language)}
        if attribute.required:
            required.append(name)
    places = [names for names in _PLACES if all(name in exact for name in names)]
    no_degrees = {"properties": {name: {"const": ""} for name in _DEGREES}}
    conditions = [{"anyOf": [_given(exact, names) for names in places]}, {"anyOf": [_given(exact, _DEGREES), no_degrees]}]
    if not context.settings.anonymous_allowed:
        conditions += [{"anyOf": [_given(exact, (name,)) for name in names]} for names in _WHO]
    return {"type": "object", "properties": properties, "required": required, "allOf": conditions}


def _given(exact: Mapping[str, Schema], names: Sequence[str]) -> Schema:
    """Return the condition that parameters are given and not empty."""
    return {"required": list(names), "properties": {name: exact[name] for name in names}}


def _answer(attribute: Attribute) -> Schema:
    schema = kind_of(attribute).schema
    if attribute.datatype is Datatype.MULTI:
        return {"type": "array", "items": schema, "minItems": int(attribute.required)}
    return _may_be_empty(schema, attribute.required)


def _may_be_empty(schema: Schema, required: bool) -> Schema:
    """Return the schema of a parameter that counts as left out where it is empty."""
    return schema if required else {"anyOf": [schema, {"const": ""}]}
