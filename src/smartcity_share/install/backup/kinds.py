"""Values turned from one engine's form into the other's, by what PostgreSQL says of the column.

Whatever cannot be turned without loss is refused with its table and column; nothing is rounded, cut or guessed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

import attrs

from smartcity_share.errors import BackupError
from smartcity_share.install.storage.copy_port import Value

_Turn = Callable[[Value], Value]


@attrs.frozen
class Kind:
    """How values of one kind of column are turned.

    Attributes:
        to_sqlite: From PostgreSQL's text to what SQLAlchemy keeps in SQLite.
        to_postgresql: The other way.
        same: From what SQLite keeps to a form in which equal values are equal.
    """

    to_sqlite: _Turn
    to_postgresql: _Turn
    same: _Turn


def kind_of(column_type: str) -> Kind | None:
    """Return the kind of a column, None where the other engine has nothing like it.

    Args:
        column_type: In PostgreSQL's words.
    """
    name, _, rest = column_type.partition("(")
    zone = " with time zone" if rest.endswith(" with time zone") else ""
    return _KINDS.get(name.strip() + zone)


def turned(turn: _Turn, value: Value, table: str, column: str) -> Value:
    """Turn one value; NULL stays.

    Raises:
        BackupError: It cannot be turned without loss.
    """
    if value is None:
        return None
    try:
        return turn(value)
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise BackupError(
            f"A value of `{table}.{column}` cannot go to the other engine: {str(error)[:120] or type(error).__name__}; "
            "nothing was changed",
            hint="Restore it on the engine it was backed up from, or have the maker of the app correct the value.",
        ) from None


def _text(value: Value) -> str:
    if not isinstance(value, str):
        message = f"{type(value).__name__} where a text was wanted"
        raise TypeError(message)
    return value


def _sqlite_text(value: Value) -> str:
    if "\0" in (text := _text(value)):
        message = "a text with a zero byte, which PostgreSQL cannot keep"
        raise ValueError(message)
    return text


def _whole(value: Value) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int):
        message = f"{type(value).__name__} where a whole number was wanted"
        raise TypeError(message)
    return value


def _truth(value: Value) -> int:
    if value not in (0, 1):
        message = f"{value!r} where true or false was wanted"
        raise ValueError(message)
    return int(value)


def _floating(value: Value) -> float:
    if not isinstance(value, int | float):
        message = f"{type(value).__name__} where a number was wanted"
        raise TypeError(message)
    return float(value)


def _floating_text(value: Value) -> str:
    return repr(_floating(value)).replace("inf", "Infinity").replace("nan", "NaN")


def _exact(value: Value) -> Decimal:
    if isinstance(value, bytes):
        message = "bytes where a number was wanted"
        raise TypeError(message)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        message = f"{str(value)[:40]!r} is no number"
        raise ValueError(message) from None


def _number(value: Value) -> Value:
    exact = _exact(value)
    if exact == exact.to_integral_value() and abs(exact) < 1 << 53:
        return int(exact)
    if not exact.is_finite() or Decimal(repr(float(exact))) != exact:
        message = f"{exact} has more digits than SQLite keeps"
        raise ValueError(message)
    return float(exact)


def _plain_number(value: Value) -> str:
    return f"{_exact(value).normalize():f}"


def _moment(value: Value) -> datetime:
    found = datetime.fromisoformat(_text(value))
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def _sqlite_moment(value: Value) -> str:
    return _moment(value).isoformat(" ", "microseconds")


def _zoned_moment(value: Value) -> str:
    return f"{_sqlite_moment(value)}+00"


def _day(value: Value) -> str:
    return date.fromisoformat(_text(value)).isoformat()


def _hour(value: Value) -> str:
    return time.fromisoformat(_text(value)).isoformat("microseconds")


def _bytes(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    return bytes.fromhex(_text(value).removeprefix("\\x"))


def _bytes_text(value: Value) -> str:
    if not isinstance(value, bytes):
        message = "a text where bytes were wanted"
        raise TypeError(message)
    return f"\\x{value.hex()}"


def _json(value: Value) -> str:
    json.loads(_text(value))
    return _text(value)


def _same_json(value: Value) -> str:
    return json.dumps(json.loads(_text(value)), sort_keys=True, ensure_ascii=False)


def _same_value(value: Value) -> Value:
    return value


def _hexadecimal(value: Value) -> str:
    return UUID(_text(value)).hex


def _hyphened(value: Value) -> str:
    return str(UUID(_text(value)))


_TEXT: Final = Kind(_text, _sqlite_text, _same_value)
_WHOLE: Final = Kind(lambda value: int(_text(value)), lambda value: str(_whole(value)), _whole)
_FLOAT: Final = Kind(lambda value: float(_text(value)), _floating_text, _floating_text)
_MOMENT: Final = Kind(_sqlite_moment, _sqlite_moment, _sqlite_moment)
_KINDS: Final[Mapping[str, Kind]] = {
    "boolean": Kind(
        lambda value: {"true": 1, "false": 0}[_text(value)], lambda value: ("false", "true")[_truth(value)], _truth
    ),
    "smallint": _WHOLE,
    "integer": _WHOLE,
    "bigint": _WHOLE,
    "real": _FLOAT,
    "double precision": _FLOAT,
    "numeric": Kind(_number, _plain_number, _plain_number),
    "text": _TEXT,
    "character varying": _TEXT,
    "character": _TEXT,
    "timestamp without time zone": _MOMENT,
    "timestamp": _MOMENT,
    "timestamp with time zone": Kind(_sqlite_moment, _zoned_moment, _sqlite_moment),
    "date": Kind(_day, _day, _day),
    "time without time zone": Kind(_hour, _hour, _hour),
    "time": Kind(_hour, _hour, _hour),
    "bytea": Kind(_bytes, _bytes_text, _same_value),
    "json": Kind(_json, _json, _same_json),
    "jsonb": Kind(_json, _json, _same_json),
    "uuid": Kind(_hexadecimal, _hyphened, _hexadecimal),
}
