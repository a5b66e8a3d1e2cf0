"""Web addresses, other addresses and URNs, as the reference parser takes them (it reads them with Go's ``net/url``)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.documents.suggest import did_you_mean
from smartcity_share.publiccode.rules.rule import Rule
from smartcity_share.publiccode.vocabulary import words

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(
    r"(?:\[[0-9A-Fa-f:.]+(?:%25[^\]]*)?\]|(?:[^\x00-\x20\x7f\\^`{|}#?/@%:\[\]]|%[89A-Fa-f][0-9A-Fa-f])*)(?::[0-9]*)?"
)
_USER: Final = re.compile(r"(?:[A-Za-z0-9._:~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})*")
_URN: Final = re.compile(
    r"urn:(?!urn:)[a-z0-9][a-z0-9-]{0,31}:(?:[a-z0-9()+,.:=@;$_!*'-]|%[0-9a-f]{2})+", re.IGNORECASE | re.ASCII
)
_ITALIAN: Final = "urn:x-italian-pa:"
_ALIAS: Final = "alias:"


class Address(NamedTuple):
    """The parts of an address that the rules look at.

    Attributes:
        scheme: In small letters; empty where there is none.
        host: With port, without user; empty where there is none.
        rest: Path, query and fragment of an address with ``//`` or a path; else what follows the scheme.
        opaque: Whether ``rest`` is what follows a scheme without any slash, as in ``mailto:``.
    """

    scheme: str
    host: str
    rest: str
    opaque: bool


def parse(text: str) -> Address | None:
    """Return the parts of an address, absolute or relative; None where it is no address."""
    if _CONTROL.search(text) or text.startswith(":"):
        return None
    found = _SCHEME.match(text)
    scheme, rest = (found[1].lower(), text[found.end() :]) if found else ("", text)
    path, _, fragment = rest.partition("#")
    path = path.partition("?")[0]
    if _BAD_ESCAPE.search(fragment):
        return None
    if scheme and not rest.startswith("/"):
        return Address(scheme, "", rest, opaque=bool(path))
    if not scheme and ":" in path.partition("/")[0]:
        return None
    host = ""
    if path.startswith("//") and (scheme or not path.startswith("///")):
        authority, slash, path = path[2:].partition("/")
        path = slash + path
        user, _, host = authority.rpartition("@")
        if _HOST.fullmatch(host) is None or _USER.fullmatch(user) is None:
            return None
    return None if _BAD_ESCAPE.search(path) else Address(scheme, host, path, opaque=False)


def is_address(text: str) -> bool:
    """Whether a text is an absolute address of any scheme that says where something is."""
    address = parse(text)
    if address is None or not address.scheme:
        return False
    return bool(address.host or address.opaque or "#" in text.rstrip("#") or (address.scheme == "file" and address.rest))


def _address(text: str) -> Sentence | None:
    if is_address(text):
        return None
    mend = "Write for example `https://example.org/app.git`."
    if re.fullmatch(r"[\w.-]+@[\w.-]+:\S+", text):
        user_host, _, path = text.partition(":")
        mend = f"Write `ssh://{user_host}/{path}`, or the https address."
    elif "://" not in text and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text):
        mend = f"Write `https://{text[:100]}`."
    return Sentence("url-invalid", f"{shown(text)} is not an absolute address", mend)


def _web(text: str) -> Sentence | None:
    wrong = _address(text)
    if wrong is not None:
        return wrong
    address = parse(text)
    if address is None or address.scheme not in ("http", "https") or not address.host:
        return Sentence("url-not-web", f"{shown(text)} is not a web address", "Write an address that begins with https://.")
    return None


def _organisation(text: str) -> Sentence | None:
    if text[:4].lower() == "urn:":
        if _URN.fullmatch(text):
            return None
        return Sentence("organisation-uri-invalid", f"{shown(text)} is not a URN", "Write `urn:<namespace>:<name>` (RFC 2141).")
    address = parse(text)
    if address is not None and address.scheme and address.host:
        return None
    mend = "Write the web address of the organisation, or a URN."
    return Sentence("organisation-uri-invalid", f"{shown(text)} does not name an organisation", mend)


def _italian(text: str) -> Sentence | None:
    if not text.lower().startswith(_ITALIAN):
        return None
    message = f"not checked: whether {shown(text[len(_ITALIAN) :])} is an Italian IPA code"
    return Sentence("not-checked", message, "Look it up at https://www.indicepa.gov.it.")


def _code(text: str) -> Sentence | None:
    if not text:
        return None
    message = f"not checked: whether {shown(text)} is an Italian IPA code"
    return Sentence("not-checked", message, "Look it up at https://www.indicepa.gov.it.")


def _supported(text: str) -> Sentence | None:
    if text.startswith(_ALIAS):
        name, known = text[len(_ALIAS) :], words("aliases")
        if name in known:
            return None
        mend = did_you_mean(name, known) or f"Known: {', '.join(known)}."
        return Sentence("support-unknown", f"{shown(name)} is not an alias of the standard", mend)
    if text[:4].lower() == "urn:":
        return _organisation(text) and Sentence("support-unknown", f"{shown(text)} is not a URN", "Correct it (RFC 2141).")
    if is_address(text):
        return None
    return Sentence("support-unknown", f"{shown(text)} names nothing", "Write `alias:gdpr` or the like, an address, or a URN.")


ADDRESS = Rule("address", "an absolute address of any scheme, such as `https:`, `ssh:` or `file:`", _address)
WEB = Rule("web-address", "an http or https address", _web)
ORGANISATION = Rule("organisation-uri", "an address with a host, or a URN (RFC 2141); no `mailto:`, no `did:`", _organisation)
ITALIAN = Rule(
    "italian-code", "the code of an Italian administration: not checked, the list is not part of this", _italian, "notice"
)
IPA_CODE = Rule("ipa-code", "the code of an Italian administration: not checked, the list is not part of this", _code, "notice")
SUPPORTED = Rule("supported", "`alias:` with a word of the standard, an address, or a URN", _supported)
