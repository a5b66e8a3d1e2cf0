"""Pages of an app: Jinja2 templates in the frame of the region, in the reader's language.

A template extends ``smartcity/base.html``. Texts are escaped, messages go through gettext (``{{ _("Send") }}`` or
``{% trans %}``), and the filters know the language and time zone of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import attrs
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse

from smartcity_share.hooks.installation import Installation
from smartcity_share.hooks.overrides import NO_OVERRIDES, Overrides
from smartcity_share.toolkit.assets import asset_url
from smartcity_share.toolkit.formats import (
    format_amount,
    format_day,
    format_moment,
    format_number,
    format_period,
    language_name,
    machine_time,
)
from smartcity_share.toolkit.language import text_in
from smartcity_share.toolkit.request import INSTALLATION_KEY, actor_of, shell_of
from smartcity_share.toolkit.sandbox import RegionalSandbox
from smartcity_share.toolkit.shell import Shell
from smartcity_share.toolkit.translations import translations_for

if TYPE_CHECKING:
    from starlette.requests import Request

_REGIONS_KEPT: Final = 64
"""Regions with templates of their own whose compiled templates are kept; the longest unused ones are compiled again."""


@attrs.frozen
class _Rendering:
    """What the filters and macros of the page being drawn need; drawing is synchronous, so one variable holds it."""

    shell: Shell
    translations: NullTranslations


_rendering: ContextVar[_Rendering] = ContextVar("smartcity_rendering")


# Jinja's own callables come to the same by way of three more calls for each message; a page has hundreds.
def _gettext(message: str, /, **values: object) -> Markup:
    return _filled(_rendering.get().translations.gettext(message), values)


def _ngettext(one: str, many: str, number: int, /, **values: object) -> Markup:
    return _filled(_rendering.get().translations.ngettext(one, many, number), {"num": number} | values)


def _pgettext(context: str, message: str, /, **values: object) -> Markup:
    return _filled(_rendering.get().translations.pgettext(context, message), {"context": context} | values)


def _npgettext(context: str, one: str, many: str, number: int, /, **values: object) -> Markup:
    values = {"context": context, "num": number} | values
    return _filled(_rendering.get().translations.npgettext(context, one, many, number), values)


def _filled(message: str, values: Mapping[str, object]) -> Markup:
    """Return a message, which may hold HTML, with its values, which are escaped."""
    text = Markup(message)  # noqa: S704 - messages are the app's own, or a region's that were checked
    return text % values if "%" in message else text


# ``pass_context`` also tells Jinja that the value is not constant, so nothing is computed when a template is compiled.
@pass_context
def _localdate(_: Context, value: date | datetime | None, style: str = "long") -> str:
    shell = _rendering.get().shell
    return format_day(value, shell.language, shell.time_zone, style)


@pass_context
def _localtime(_: Context, value: datetime | None, style: str = "medium") -> str:
    shell = _rendering.get().shell
    return format_moment(value, shell.language, shell.time_zone, shell.time_zone_label, style)


@pass_context
def _number(_: Context, value: float | Decimal | None) -> str:
    return format_number(value, _rendering.get().shell.language)


@pass_context
def _period(_: Context, value: str) -> str:
    return format_period(value, _rendering.get().shell.language)


@pass_context
def _currency(_: Context, value: float | Decimal | None, currency: str | None = None) -> str:
    shell = _rendering.get().shell
    return format_amount(value, currency or shell.currency, shell.language)


@pass_context
def _text(_: Context, texts: Mapping[str, str]) -> str:
    return text_in(texts, _rendering.get().shell.language)


@pass_context
def _asset(_: Context, name: str) -> str:
    return asset_url(_rendering.get().shell.static_url, name)


class Pages:
    """The templates and messages of one package, drawn in the frame of the region.

    Make one at module level; it serves every region and language of the process.

    Args:
        package: Import name of the package, usually ``__package__``.
        templates: Its folder of templates.
        locale: Its folder of message catalogues.

    Example:
        A Starlette endpoint::

            pages = Pages("smartcity_complaints")

            async def front(request: Request) -> Response:
                return pages.render(request, "front.html", {"total": 12})
    """

    def __init__(self, package: str, templates: str = "templates", locale: str = "locale") -> None:
        self.package = package
        self.locale = locale
        toolkit = PackageLoader("smartcity_share.toolkit", "templates")
        own = () if package == "smartcity_share.toolkit" else (PackageLoader(package, templates),)
        self._loaders: tuple[BaseLoader, ...] = (*own, toolkit)
        self.environment = _environment(ChoiceLoader(self._loaders))
        self._regional = lru_cache(maxsize=_REGIONS_KEPT)(self._sandbox)

    def text(self, source: Mapping[str, Any], name: str, context: Mapping[str, Any] | None = None) -> str:
        """Return a template drawn for a request or an ASGI scope; see :meth:`render`."""
        shell = shell_of(source)
        here = _address(source)
        overrides = _overrides(source)
        token = _rendering.set(_Rendering(shell, translations_for(self.package, shell.language, self.locale, overrides)))
        try:
            return (
                self._environment_for(overrides)
                .get_template(name)
                .render(
                    {
                        "shell": shell,
                        "actor": actor_of(source),
                        "installation": source.get(INSTALLATION_KEY),
                        "root": source.get("root_path", ""),
                        "here": here,
                        "language_choices": _language_choices(shell, here),
                        **(context or {}),
                    }
                )
            )
        finally:
            _rendering.reset(token)

    def part(self, source: Mapping[str, Any], name: str, macro: str, *arguments: Any) -> Markup:
        """Return what one macro of a template draws, to be put into a page as it is.

        Args:
            source: A request or an ASGI scope.
            name: The template that holds the macro, for example ``smartcity/parts.html``.
            macro: The macro.
            arguments: What it is called with; texts are escaped.
        """
        shell = shell_of(source)
        overrides = _overrides(source)
        token = _rendering.set(_Rendering(shell, translations_for(self.package, shell.language, self.locale, overrides)))
        try:
            return Markup(getattr(self._environment_for(overrides).get_template(name).module, macro)(*arguments))  # noqa: S704 - of a template
        finally:
            _rendering.reset(token)

    def render(
        self,
        request: Request,
        name: str,
        context: Mapping[str, Any] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """Draw a template and answer with it.

        Besides ``context`` a template sees ``shell`` (the frame), ``actor``, ``installation`` (None on the host's own pages),
        ``root`` (put it before the app's own addresses), ``here`` (the address of this page) and ``asset(name)``.

        Args:
            request: The request, as it came through the host.
            name: The template, in the package's folder or ``smartcity/…``.
            context: Values for the template.
            status: HTTP status.
            headers: Further headers.

        Raises:
            NoInstallationError: The request did not come through the host.
            jinja2.UndefinedError: The template uses a value that was not given.
        """
        language = shell_of(request).language
        return HTMLResponse(
            self.text(request, name, context), status, headers={"Content-Language": language, **(headers or {})}
        )

    def _environment_for(self, overrides: Overrides) -> Environment:
        """Return the app's own environment, or the one with the region's templates before it."""
        return self._regional(overrides) if overrides.templates else self.environment

    def _sandbox(self, overrides: Overrides) -> Environment:
        return _environment(ChoiceLoader([DictLoader(overrides.templates), *self._loaders]), RegionalSandbox)


def check_template(source: str) -> None:
    """Read a template without drawing it.

    Args:
        source: The template.

    Raises:
        jinja2.TemplateSyntaxError: It cannot be read; the error tells the line.
    """
    environment = _environment(DictLoader({}), RegionalSandbox)
    environment.compile(source)


def _environment(loader: BaseLoader, kind: type[Environment] = Environment) -> Environment:
    environment = kind(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined] # messages are filled in by the functions
    environment.globals.update(
        {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext, "pgettext": _pgettext, "npgettext": _npgettext}
    )
    environment.filters.update(
        localdate=_localdate,
        localtime=_localtime,
        number=_number,
        period=_period,
        currency=_currency,
        text=_text,
        language_name=language_name,
        machine_time=machine_time,
    )
    environment.globals.update(asset=_asset)
    return environment


def _overrides(source: Mapping[str, Any]) -> Overrides:
    installation = source.get(INSTALLATION_KEY)
    return installation.overrides if isinstance(installation, Installation) else NO_OVERRIDES


def _address(source: Mapping[str, Any]) -> str:
    """Return path and query of the page; ASGI servers differ on whether ``path`` includes ``root_path``."""
    path, root = str(source.get("path", "")), str(source.get("root_path", ""))
    inner = path[len(root) :] if root and path.startswith(root) else path
    query = source.get("query_string", b"").decode("latin-1")
    return root + inner + (f"?{query}" if query else "")


def _language_choices(shell: Shell, here: str) -> list[tuple[str, str, bool]]:
    """Return code, address and whether it is the present one, for each language a reader may choose."""
    return [
        (code, f"{shell.language_url}?{urlencode({'ke': code, 'next': here})}", code == shell.language)
        for code in shell.languages
    ]
