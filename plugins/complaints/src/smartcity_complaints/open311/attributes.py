"""The further questions of a kind as parameters of a form, read after the service definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from smartcity_complaints.open311.answers import Answer
from smartcity_complaints.open311.errors import Fault, UnreadableError
from smartcity_complaints.open311.kinds import LINES_CONTROL, Choice, Kind, Moment, Number, Text
from smartcity_complaints.open311.parameters import Pairs
from smartcity_complaints.open311.settings import Attribute, Datatype
from smartcity_share.toolkit.translations import message

_PREFIX: Final = "attribute["
_LONGEST_LINE: Final = 250
_LONGEST_TEXT: Final = 2000
_LINES: Final = f"^[^{LINES_CONTROL}]*$"


def kind_of(attribute: Attribute) -> Kind:
    """Return what values an attribute takes."""
    match attribute.datatype:
        case Datatype.STRING:
            return Text(_LONGEST_LINE)
        case Datatype.TEXT:
            return Text(_LONGEST_TEXT, _LINES, message("Leave out control characters."))
        case Datatype.NUMBER:
            return Number()
        case Datatype.DATETIME:
            return Moment()
        case Datatype.SINGLE | Datatype.MULTI:
            return Choice(tuple(choice.key for choice in attribute.choices))


def name_of(attribute: Attribute) -> str:
    """Return the name of the parameter that answers an attribute."""
    return f"{_PREFIX}{attribute.code}]"


def read_answers(attributes: Sequence[Attribute], pairs: Pairs) -> tuple[tuple[Answer, ...], tuple[Fault, ...]]:
    """Read ``attribute[CODE]=value`` and ``attribute[CODE][]=value``.

    Args:
        attributes: What the service asks.
        pairs: The form.

    Returns:
        The answers in the order of the questions, and everything that is wrong.
    """
    sent: dict[str, list[str]] = defaultdict(list)
    faults: list[Fault] = []
    asked = {attribute.code for attribute in attributes if not attribute.informs}
    for name, text in pairs:
        if not (text and name.startswith(_PREFIX)):
            continue
        code = name.removeprefix(_PREFIX).removesuffix("[]").removesuffix("]")
        if name in {f"{_PREFIX}{code}]", f"{_PREFIX}{code}][]"} and code in asked:
            sent[code].append(text)
        else:
            reason = UnreadableError(message("The service does not ask this. Its definition has the codes."))
            faults.append(Fault(reason, name[:60]))
    answers: list[Answer] = []
    for attribute in attributes:
        try:
            answers += [Answer(attribute.code, value) for value in _values(attribute, sent[attribute.code])]
        except UnreadableError as reason:
            faults.append(Fault(reason, name_of(attribute)))
    return tuple(answers), tuple(faults)


def _values(attribute: Attribute, texts: Sequence[str]) -> list[str]:
    if not texts:
        if attribute.required:
            raise UnreadableError(message("It is missing."))
        return []
    many = attribute.datatype is Datatype.MULTI
    if len(texts) > 1 and not many:
        raise UnreadableError(message("It is given more than once."))
    kind = kind_of(attribute)
    for text in texts:
        kind.read(text)
    return list(dict.fromkeys(texts))
