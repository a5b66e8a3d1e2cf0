"""The template of an app's version: named after its tables, made where it is missing or damaged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartcity_share.errors import OperationError
from smartcity_share.install.storage.template import known_digest

if TYPE_CHECKING:
    from smartcity_share.hooks.values import DatabaseSchema
    from smartcity_share.install.instance import Instance


def template_name(instance: Instance, app: str, version: str, schema: DatabaseSchema) -> str:
    """Return the name of a template.

    Args:
        instance: The instance.
        app: Id of the app.
        version: Version of the app.
        schema: What its ``database_schema`` returned.
    """
    return f"{app}-{version}-{known_digest(schema)[:12]}{instance.storage.template_suffix}"


def sound_template(instance: Instance, region: str, app: str, name: str, epoch: int) -> Path:
    """Return a template that can be used; it is made where it is missing or damaged.

    Args:
        instance: The instance.
        region: Code of the region the app is installed in.
        app: Id of the app.
        name: Name of the template.
        epoch: Epoch of the data.

    Raises:
        OperationError: The app returns no tables, or they cannot be made.
    """
    template = instance.layout.templates / name
    if instance.storage.is_sound(template):
        return template
    schema = instance.registry_for(region, app).database_schema(app)
    if schema is None:
        raise OperationError(f"App `{app}` no longer returns a database_schema", hint="Its maker returns it every time.")
    try:
        instance.storage.make_template(template, schema, epoch)
    except Exception as cause:  # the migrations are foreign code
        raise OperationError(
            f"The tables of `{app}` cannot be made: {type(cause).__name__}: {cause}",
            hint="Send this message to the maker of the app: it is a fault of its tables or migrations.",
        ) from cause
    return template
