"""What answers change in the settings of an installation: pure, values in, values out."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, get_args

import attrs
from pydantic import BaseModel, PydanticUserError, SecretStr, TypeAdapter, ValidationError

from smartcity_share.documents.model import validate
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.documents.toml import Key, TomlDocument, dotted
from smartcity_share.errors import Fault, HookError, Location
from smartcity_share.hooks.settings import Settings, is_secret
from smartcity_share.install.answers import Answer, Answers, toml_value
from smartcity_share.install.records import SettingValue
from smartcity_share.install.settings_store import scope_of

_HIDDEN = "•••"


@attrs.frozen
class SettingChange:
    """One setting that gets another value.

    Attributes:
        key: The setting.
        scope: Id of the app, or the word for the whole region.
        is_secret: Whether the value is kept apart and never shown.
        before: The stored value; None where none is stored.
        after: The new value as JSON; None for a secret and where the value is taken away.
        secret: The new secret; None for any other setting.
        unset: Whether the value is taken away.
        default: The value that holds where none is stored, as JSON; None for a secret and where there is none.
    """

    key: str
    scope: str
    is_secret: bool
    before: SettingValue | None
    after: Any = None
    secret: str | None = attrs.field(default=None, repr=False)
    unset: bool = False
    default: Any = None


@attrs.frozen
class SettingsOutcome:
    """What became of answers.

    Attributes:
        changes: What they change; nothing where every value is there already.
        faults: Everything that is wrong with them; the changes then mean nothing.
    """

    changes: tuple[SettingChange, ...] = ()
    faults: tuple[Fault, ...] = ()


def settings_outcome(  # noqa: PLR0917 - the values it is judged from, all needed
    model: type[Settings] | None,
    app: str,
    stored: Mapping[str, SettingValue],
    secrets: Mapping[str, str],
    answers: Answers,
    unset: Iterable[str] = (),
) -> SettingsOutcome:
    """Judge answers, all faults in one pass, and tell what they change.

    Args:
        model: The settings of the app; None for an app without settings.
        app: Id of the app.
        stored: The stored values by key.
        secrets: The stored secrets by key.
        answers: The new values.
        unset: Keys whose stored value is taken away, so that the default holds again.
    """
    model = model or Settings
    refuse_nested_secrets(model, app)
    dropped = tuple(unset)
    faults = [_unknown_unset(key, model) for key in dropped if key not in model.model_fields]
    values = {key: secrets.get(key) if value.secret_ref else value.value for key, value in stored.items() if key not in dropped}
    data, hidden = _with_answers(model, values, answers)
    document = _Given(f"settings of `{app}`", data, answers)
    settings, found = validate(model, document)
    faults += [_mended(fault, model, hidden) for fault in found]
    if settings is None or faults:
        return SettingsOutcome(faults=tuple(faults))
    changes = [_change(settings, app, key, stored, secrets) for key in model.model_fields if key in answers.keys]
    changes += [
        SettingChange(
            key,
            scope_of(model, key, app),
            is_secret(model.model_fields[key]),
            stored[key],
            unset=True,
            default=default_as_json(model, key),
        )
        for key in dropped
        if key in stored and key not in answers.keys
    ]
    return SettingsOutcome(tuple(change for change in changes if change is not None))


def refuse_nested_secrets(model: type[BaseModel], app: str) -> None:
    """Refuse settings that hide a secret inside another value: it would be stored where anybody reads it.

    Raises:
        HookError: They do; the app is named.
    """
    for key, field in model.model_fields.items():
        if not is_secret(field) and _holds_secret(field.annotation, set()):
            raise HookError(
                f"App `{app}`: the setting `{key}` holds a secret inside another value",
                hint="Its maker gives each secret a setting of its own, typed SecretStr.",
            )


def default_as_json(model: type[Settings], key: str) -> Any:
    """Return the default of a setting as JSON; None for a secret and for a setting that has none."""
    field = model.model_fields[key]
    if field.is_required() or is_secret(field):
        return None
    return TypeAdapter(Any).dump_python(field.get_default(call_default_factory=True), mode="json")


class _Given(TomlDocument):
    """The values to validate as if they were one document; places lead to the source each value came from."""

    def __init__(self, label: str, data: dict[str, Any], answers: Answers) -> None:
        super().__init__(label, "", data)
        self._answers = answers

    def locate(self, key: Key) -> Location:
        """Return where a value was given; the settings themselves where it was not."""
        return self._answers.place_of(key) or Location(self.label, key=dotted(key) or None)


def _with_answers(model: type[Settings], values: dict[str, Any], answers: Answers) -> tuple[dict[str, Any], set[str]]:
    """Lay answers over the stored values; also return every secret text, to keep it out of messages."""
    data = copy.deepcopy(values)
    for entry in answers.entries:
        key, *inner = entry.key
        value = _typed(model, entry) if entry.is_text else entry.value
        if not inner:
            data[key] = value
            continue
        if key not in data and key in model.model_fields:
            data[key] = default_as_json(model, key)
        _put(data, [key, *inner], value)
    hidden = {
        text
        for key, field in model.model_fields.items()
        if is_secret(field) and (text := str(data.get(key) or "")) and len(text) > 1
    }
    return data, hidden


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    node = data
    for part in path[:-1]:
        inner = node.get(part)
        node[part] = node = dict(inner) if isinstance(inner, Mapping) else {}
    node[path[-1]] = value


def _typed(model: type[Settings], entry: Answer) -> Any:
    """Return the text itself where the setting takes text, else what it means as a TOML value."""
    text: str = entry.value
    annotation = _annotation(model, entry.key)
    if annotation is not None:
        try:
            TypeAdapter(annotation).validate_python(text)
        except (ValidationError, PydanticUserError):
            pass
        else:
            return text
    is_toml, value = toml_value(text)
    return value if is_toml else text


def _annotation(model: type[BaseModel], path: tuple[str, ...]) -> Any:
    """Return the type of the value at a path, None where the model does not say."""
    found: Any = model
    for part in path:
        owner = next(
            (kind for kind in (found, *get_args(found)) if isinstance(kind, type) and issubclass(kind, BaseModel)), None
        )
        if owner is not None:
            field = owner.model_fields.get(part)
            found = None if field is None else field.annotation
        else:
            arguments = get_args(found)
            found = arguments[1] if len(arguments) == 2 and arguments[0] is str else None  # noqa: PLR2004 - dict[str, X]
        if found is None:
            return None
    return found


def _change(
    settings: Settings, app: str, key: str, stored: Mapping[str, SettingValue], secrets: Mapping[str, str]
) -> SettingChange | None:
    model = type(settings)
    before = stored.get(key)
    scope = scope_of(model, key, app)
    if is_secret(model.model_fields[key]):
        found = getattr(settings, key)
        if found is None:
            return None if before is None else SettingChange(key, scope, is_secret=True, before=before, unset=True)
        secret = found.get_secret_value()
        if before is not None and secrets.get(key) == secret:
            return None
        return SettingChange(key, scope, is_secret=True, before=before, secret=secret)
    after = settings.model_dump(mode="json", include={key})[key]
    if before is not None and before.value == after:
        return None
    return SettingChange(key, scope, is_secret=False, before=before, after=after, default=default_as_json(model, key))


def _mended(fault: Fault, model: type[Settings], hidden: set[str]) -> Fault:
    """Say how to give a missing value, and keep every secret out."""
    key = (fault.where.key or "").split(".")[0].split("[")[0]
    field = model.model_fields.get(key)
    if field is not None and is_secret(field):
        if fault.code == "key-missing":
            mend = f"Give it in the environment variable SMARTCITY_SECRET_{key.upper()}, or answer the wizard."
            return fault._replace(message=f"The secret `{key}` is missing", mend=mend)
        return fault._replace(message=f"The value given for the secret `{key}` is not accepted", mend="Give another one.")
    if fault.code == "key-missing" and fault.where.line is None:
        fault = fault._replace(mend=f"Give it with `--set {fault.where.key}=VALUE`, or in an answers file.")
    for text in hidden:
        fault = fault._replace(message=fault.message.replace(text, _HIDDEN), mend=fault.mend.replace(text, _HIDDEN))
    return fault


def _unknown_unset(key: str, model: type[Settings]) -> Fault:
    mend = did_you_mean(key, model.model_fields) or f"Known keys: {', '.join(model.model_fields) or 'none'}."
    return Fault("key-unknown", f"`{key[:60]}` is not a known key", Location("--unset", key=key[:60]), mend)


def _holds_secret(annotation: Any, seen: set[Any]) -> bool:
    if annotation is SecretStr:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return False
        seen.add(annotation)
        return any(_holds_secret(field.annotation, seen) for field in annotation.model_fields.values())
    return any(_holds_secret(argument, seen) for argument in get_args(annotation))
