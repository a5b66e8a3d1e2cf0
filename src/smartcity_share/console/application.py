"""One app of the region in the console: what it says of itself, how it is, its settings and who set them."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import attrs
from markupsafe import Markup

from smartcity_share.console.administration import administration
from smartcity_share.console.context import (
    address,
    draw,
    link,
    part,
    region_of,
    see_other,
    services_of,
    texts_of,
    typed,
)
from smartcity_share.console.paths import APPS
from smartcity_share.console.shown import Wordsmith
from smartcity_share.console.status import status_of
from smartcity_share.console.words import NOTHING
from smartcity_share.errors import DocumentError, InstallationNotFoundError, RefusedError, SmartCityError
from smartcity_share.host.refusal import Refusal
from smartcity_share.install.runtime import record_of
from smartcity_share.install.settings_store import stored_settings
from smartcity_share.toolkit.faults import errors_of
from smartcity_share.toolkit.formats import language_name
from smartcity_share.toolkit.forms import answers_of, fields_of, title_of
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import actor_of, shell_of
from smartcity_share.toolkit.translations import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from smartcity_share.hooks.settings import Settings
    from smartcity_share.install.records import InstallationRecord, SettingValue
    from smartcity_share.manifest.model import Manifest
    from smartcity_share.toolkit.forms import FormField

BASIS: Final = "-basis"
"""Name of the control that asks on what order or decree a change rests; no setting is named like this."""

_LONGEST_BASIS: Final = 300
_FACTS: Final = {
    "name": message("name"),
    "short_name": message("short name"),
    "province": message("province"),
    "capital": message("capital"),
    "time_zone": message("time zone"),
    "languages": message("languages"),
    "titles": message("titles"),
    "officials": message("officials"),
    "offices": message("offices"),
    "districts": message("districts"),
    "contacts": message("contacts"),
    "branding": message("logo and colours"),
    "legal_references": message("regulations"),
    "holidays": message("holidays"),
}
_ACCESS: Final = {
    "public": message("Open to everybody"),
    "signed-in": message("Every official who signed in"),
    "permission": message("Officials with the permission %(permission)s"),
}


@attrs.frozen
class Opened:
    """What the page of an app is made of.

    Attributes:
        record: What the ledger says.
        model: The model of its settings; None where it has none or its code does not load.
        loads: Whether its code loads.
        stored: The stored settings by key.
    """

    record: InstallationRecord
    model: type[Settings] | None
    loads: bool
    stored: Mapping[str, SettingValue]

    @property
    def secrets_set(self) -> frozenset[str]:
        """Keys of the secrets that have a value."""
        return frozenset(key for key, value in self.stored.items() if value.secret_ref is not None)

    @property
    def values(self) -> dict[str, Any]:
        """The stored values that are no secrets."""
        return {key: value.value for key, value in self.stored.items() if value.secret_ref is None}


def application(request: Request) -> Response:
    """Show one app of the region."""
    opened = _opened(request)
    return _page(request, opened, opened.values, {})


def save(request: Request, form: FormData) -> Response:
    """Change the settings of an app, on a basis that is recorded with every value."""
    opened = _opened(request)
    if opened.model is None:
        return _page(
            request, opened, opened.values, {"": texts_of(request).gettext("This service has no settings to change.")}, 409
        )
    answers, basis = answers_of(opened.model, form), typed(form, BASIS).strip()[:_LONGEST_BASIS]
    errors = errors_of(opened.model, answers, texts_of(request).gettext, secrets_set=opened.secrets_set)
    if not basis:
        errors[BASIS] = texts_of(request).gettext("Say what the change rests on.")
    if not errors:
        errors = _configured(request, opened, answers, basis)
    if errors:
        shown = {key: value for key, value in answers.items() if key not in opened.secrets_set}
        return _page(request, opened, shown, errors, 422, basis=basis)
    return see_other(f"{address(request, APPS)}/{opened.record.app}?pesan=disimpan")


def _configured(request: Request, opened: Opened, answers: Mapping[str, Any], basis: str) -> dict[str, str]:
    """Change the settings and return what was wrong, nothing where all went well."""
    from smartcity_share.install.configuring import configure_app

    unset = [key for key in opened.values if key not in answers]
    try:
        configure_app(
            services_of(request).instance,
            opened.record.region,
            opened.record.app,
            answers,
            unset=unset,
            actor=actor_of(request),
            basis=basis,
        )
    except (DocumentError, RefusedError) as error:
        return {_control(fault.where.key): f"{fault.message} {fault.mend}".strip() for fault in error.faults}
    except SmartCityError as error:
        return {"": f"{error} {error.hint or ''}".strip()}
    return {}


def _control(key: str | None) -> str:
    """Return the name of the control of a dotted path: ``kinds[0].title`` is ``kinds.0.title``."""
    return (key or "").replace("[", ".").replace("]", "")


def _opened(request: Request) -> Opened:
    instance, region, app = services_of(request).instance, region_of(request).code, request.path_params["app"]
    try:
        record = record_of(instance, region, app)
    except InstallationNotFoundError:
        raise Refusal(HTTPStatus.NOT_FOUND, message("This region has no service of this name.")) from None
    try:
        model, loads = instance.registry_of(record).settings_model(app), True
    except SmartCityError:
        model, loads = None, False
    return Opened(record, model, loads, stored_settings(instance.ledger, model, region, app))


def _page(
    request: Request,
    opened: Opened,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int = 200,
    *,
    basis: str = "",
) -> Response:
    shell, texts = shell_of(request), texts_of(request)
    words = Wordsmith(texts, shell.language, shell.currency)
    found = status_of(services_of(request).instance, opened.record)
    own = f"{address(request, APPS)}/{opened.record.app}"
    manifest = found.manifest
    app = words.app(found, own, every_figure=True)
    context = {
        "app": app,
        "open_url": next((entry.url for entry in shell.menu if _is_of(entry.url, address(request, f"/{app.id}"))), None),
        "administration": administration(request, opened.record, manifest),
        "saved": request.query_params.get("pesan") == "disimpan" and not errors,
        "errors": errors,
        "fields": _fields(request, opened, values, errors),
        "may_configure": actor_of(request).may("console.settings"),
        "basis": basis,
        "action": own,
        "provenance": _provenance(request, opened),
        "facts": _facts(request, opened, manifest),
        "indicators": [
            (f"{figure.title} ({figure.note})" if figure.note else figure.title, figure.value) for figure in app.indicators
        ],
        "roles": [
            {"title": text_in(role.title, shell.language), "permissions": role.permissions}
            for role in (manifest.roles if manifest else ())
        ],
        "data": [words.data_set(data) for data in (manifest.data if manifest else ())],
        "pages": [
            {
                "title": text_in(page.title, shell.language),
                "path": page.path,
                "access_text": texts.gettext(_ACCESS[page.access]) % {"permission": page.permission},
            }
            for page in (manifest.pages if manifest else ())
        ],
    }
    return draw(request, "app", context, status)


def _is_of(url: str, root: str) -> bool:
    return url == root or url.startswith(f"{root}/")


def _fields(
    request: Request, opened: Opened, values: Mapping[str, Any], errors: Mapping[str, str]
) -> tuple[FormField, ...] | None:
    if not opened.loads:
        return None
    if opened.model is None:
        return ()
    shared = texts_of(request).gettext("Shared by every service of the region.")
    fields = fields_of(opened.model, values, shell_of(request).language, errors=errors, secrets_set=opened.secrets_set)
    return tuple(
        attrs.evolve(field, help=f"{field.help} {shared}".strip()) if field.scope == "region" else field for field in fields
    )


def _provenance(request: Request, opened: Opened) -> list[list[object]]:
    translate, language = texts_of(request).gettext, shell_of(request).language
    fields = opened.model.model_fields if opened.model else {}
    return [
        [
            title_of(key, fields[key], language),
            translate("Secret, is set") if value.secret_ref is not None else _short(value.value),
            value.set_by,
            part(request, "moment", value.set_at),
            value.basis or NOTHING,
        ]
        for key, value in opened.stored.items()
        if key in fields
    ]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - fits a cell


def _facts(request: Request, opened: Opened, manifest: Manifest | None) -> list[tuple[str, object]]:
    translate, language = texts_of(request).gettext, shell_of(request).language
    record = opened.record
    facts: list[tuple[str, object]] = [
        (translate("Version"), record.version),
        (translate("Distribution"), record.distribution),
        (translate("Installed"), part(request, "moment", record.installed_at)),
        (translate("Last change"), part(request, "moment", record.updated_at)),
    ]
    if manifest is None:
        return facts
    contacts = Markup("<br>").join(link(f"mailto:{contact.email}", contact.name) for contact in manifest.origin.contacts)
    origin = ", ".join(part for part in (manifest.origin.agency, _region_name(manifest.origin.region)) if part)
    return [
        *facts,
        (translate("Origin"), origin or NOTHING),
        (translate("Ask there"), contacts),
        (translate("Licence"), _licence(request, record) or NOTHING),
        (translate("Terms"), text_in(manifest.terms.attribution, language) or translate("No attribution is asked for.")),
        (translate("Languages"), ", ".join(language_name(code) for code in manifest.localisation.languages)),
        (translate("Uses of the region"), ", ".join(translate(_FACTS[fact]) for fact in manifest.region_uses) or NOTHING),
    ]


def _region_name(code: str | None) -> str:
    from smartcity_share.regions.table import get

    if code is None:
        return ""
    try:
        return get(code).name
    except SmartCityError:
        return code


def _licence(request: Request, record: InstallationRecord) -> str:
    from smartcity_share.manifest.metadata import from_texts

    try:
        folder = services_of(request).instance.discovered(record).dist_info
        return from_texts((folder / "METADATA").read_text("utf-8")).license
    except (SmartCityError, OSError):
        return ""
