"""A parameter of an operation, and reading the parameters of a request: all faults in one pass.

An empty parameter counts as one that is not given, as GeoReport v2 wants it; one that is not known is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import attrs

from smartcity_complaints.open311.errors import Fault, Refusal, UnreadableError
from smartcity_complaints.open311.kinds import Kind
from smartcity_share.toolkit.translations import message

_MOST_PAIRS: Final = 400

Pairs = Sequence[tuple[str, str]]
"""Names and values as they were sent, in their order."""


@attrs.frozen
class Parameter:
    """One parameter.

    Attributes:
        name: Its name.
        kind: What values it has.
        summary: What it does, in English, for the published description.
        required: Whether it must be given.
        many: Whether it takes several values, with commas between them or given more than once.
        most: With ``many``: how many.
        extension: Whether it goes beyond GeoReport v2.
    """

    name: str
    kind: Kind
    summary: str
    required: bool = False
    many: bool = False
    most: int = 100
    extension: bool = False


@attrs.frozen
class Values:
    """What was given, by name; what was not is None, or an empty tuple where several are taken."""

    _given: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self._given[name]

    def get(self, name: str) -> Any:
        """Return what was given, None also where the operation has no such parameter."""
        return self._given.get(name)


def pairs_of(text: bytes) -> Pairs:
    """Return the names and values of a query or of a form.

    Args:
        text: Percent-encoded UTF-8.

    Raises:
        Refusal: It is no UTF-8, or has more parameters than any request needs.
    """
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PAIRS)
    except UnicodeDecodeError:
        reason = UnreadableError(message("What you sent is not encoded in UTF-8."))
    except ValueError:
        reason = UnreadableError(message("There are more than %(limit)s parameters."), limit=_MOST_PAIRS)
    raise Refusal(HTTPStatus.BAD_REQUEST, Fault(reason))


def read(parameters: Iterable[Parameter], pairs: Pairs) -> tuple[Values, tuple[Fault, ...]]:
    """Read the parameters of a request.

    Args:
        parameters: Those of the operation.
        pairs: What was sent.

    Returns:
        The values, and everything that is wrong; a value with a fault is as if it were not given.
    """
    sent: dict[str, list[str]] = defaultdict(list)
    for name, text in pairs:
        if text:
            sent[name].append(text)
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    for parameter in parameters:
        try:
            given[parameter.name] = _value(parameter, sent[parameter.name])
        except UnreadableError as reason:
            given[parameter.name] = () if parameter.many else None
            faults.append(Fault(reason, parameter.name))
    return Values(given), tuple(faults)


def _value(parameter: Parameter, texts: Sequence[str]) -> Any:
    if parameter.many:
        parts = [part.strip() for text in texts for part in text.split(",")]
        if len(parts) > parameter.most:
            raise UnreadableError(message("Give at most %(limit)s values."), limit=parameter.most)
        return tuple(dict.fromkeys(parameter.kind.read(part) for part in parts if part))
    if len(texts) > 1:
        raise UnreadableError(message("It is given more than once."))
    if not texts:
        if parameter.required:
            raise UnreadableError(message("It is missing."))
        return None
    return parameter.kind.read(texts[0])
