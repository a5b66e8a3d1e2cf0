"""Errors of apps and their hooks; one of them never stops another app."""

from __future__ import annotations

from smartcity_share.errors.base import SmartCityError


class AppError(SmartCityError):
    """The root of what can be wrong with one app. It never stops another app."""

    code = "app-error"


class AppNotFoundError(AppError):
    """No app of this id is installed in the environment or in the instance."""

    code = "app-not-found"


class AppMetadataError(AppError):
    """What an installer recorded of an app is incomplete, or contradicts the manifest."""

    code = "app-metadata-invalid"


class AppConflictError(AppError):
    """Two distributions claim the same app id, or the same import name; neither is guessed to be the right one."""

    code = "app-conflict"


class HostApiError(AppError):
    """The app is made for another range of the host API; it is not imported."""

    code = "host-api-unsupported"


class AppImportError(AppError):
    """The module an entry point names cannot be imported."""

    code = "app-import-failed"


class AppStartError(AppError):
    """An app refused to start, or did not start in time; it is not served, every other app is."""

    code = "app-start-failed"


class HookError(AppError):
    """A hook is misspelt, takes an argument its specification does not have, or returned the wrong type."""

    code = "hook-invalid"


class HookCallError(AppError):
    """An app raised in a hook, or did not answer in time."""

    code = "hook-failed"


class NoInstallationError(AppError):
    """Code asked for the installation outside a request or job of one: an exception, never a guess."""

    code = "no-installation"
