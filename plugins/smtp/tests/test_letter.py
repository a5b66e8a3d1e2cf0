"""Nothing in a message can become a header, another recipient or another language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTPUTF8, default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share import Message
from smartcity_smtp.letter import RefusedLetterError, letter_of
from smartcity_smtp.settings import SmtpSettings

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SETTINGS = SmtpSettings(host="127.0.0.1", security="none", sender="laporan@contoh.example", sender_name='Kab. "Contoh", bagian')
HEADERS = {
    "message-id", "date", "from", "to", "subject", "content-language", "auto-submitted",
    "content-type", "content-transfer-encoding", "mime-version",
}  # fmt: skip
nasty = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\t\0 ,;:<>@\"'()=?")), max_size=120)


@given(subject=nasty, text=nasty, reference=nasty)
def test_whatever_subject_and_text_hold_the_headers_are_ours(subject: str, text: str, reference: str) -> None:
    letter = letter_of(Message("warga@contoh.example", subject, text, "id", reference), SETTINGS, NOW, "71.08")
    read = message_from_bytes(letter.as_bytes(policy=SMTPUTF8), policy=default)

    assert {name.lower() for name in read} == HEADERS
    assert len(read.keys()) == len(HEADERS)
    assert read["To"].addresses[0].addr_spec == "warga@contoh.example"
    assert [address.addr_spec for address in read["From"].addresses] == ["laporan@contoh.example"]
    assert len(read["To"].addresses) == 1
    assert not read.is_multipart()


@given(to=nasty)
def test_an_address_is_exactly_one_or_refused(to: str) -> None:
    try:
        letter = letter_of(Message(to, "S", "T", "id", "r"), SETTINGS, NOW, "71.08")
    except RefusedLetterError:
        return
    read = message_from_bytes(letter.as_bytes(policy=SMTPUTF8), policy=default)

    assert {name.lower() for name in read} == HEADERS
    assert len(read["To"].addresses) == 1


@pytest.mark.parametrize(
    "to",
    [
        "",
        "warga",
        "warga@contoh.example\r\nBcc: lain@contoh.example",
        "warga@contoh.example, lain@contoh.example",
        "warga@contoh.example lain@contoh.example",
        "Warga <warga@contoh.example>",
        "warga@contoh.example\n",
        "warga@@contoh.example",
        "warga@contoh.example;lain@contoh.example",
        '"a b"@contoh.example',
    ],
)
def test_what_is_not_one_plain_address_is_refused(to: str) -> None:
    with pytest.raises(RefusedLetterError, match="address"):
        letter_of(Message(to, "S", "T", "id", "r"), SETTINGS, NOW, "71.08")


@pytest.mark.parametrize("language", ["", "id\r\nBcc: x@contoh.example", "bahasa indonesia", "i"])
def test_what_is_no_language_is_refused(language: str) -> None:
    with pytest.raises(RefusedLetterError, match="language"):
        letter_of(Message("warga@contoh.example", "S", "T", language, "r"), SETTINGS, NOW, "71.08")


def test_a_subject_becomes_one_line_and_keeps_its_letters() -> None:
    letter = letter_of(
        Message("warga@contoh.example", "Jalan\r\nBcc: x@contoh.example\tdiperbaiki — é", "T", "id", "r"),
        SETTINGS,
        NOW,
        "71.08",
    )

    assert letter["Subject"] == "Jalan Bcc: x@contoh.example diperbaiki — é"
    assert letter["Bcc"] is None


@pytest.mark.parametrize("understands", [True, False])
def test_an_address_beyond_ascii_needs_a_server_that_takes_it(
    install: Callable[..., object],
    serve: Callable[..., int],
    mailbox: object,
    message: Callable[..., Message],
    understands: bool,
) -> None:
    from smartcity_smtp.plugin import deliver_message

    port = serve(enable_SMTPUTF8=understands)
    delivery = deliver_message(install(port=port), message(to="josé@contoh.example"))  # type: ignore[arg-type]

    assert (delivery.accepted, delivery.retry) == (understands, False)
    assert len(mailbox.letters) == understands  # type: ignore[attr-defined]


def test_a_line_of_one_dot_ends_nothing(
    install: Callable[..., object], serve: Callable[..., int], mailbox: object, message: Callable[..., Message]
) -> None:
    from smartcity_smtp.plugin import deliver_message

    text = "satu\n.\nMAIL FROM:<x@contoh.example>\n..\nFrom here on"
    deliver_message(install(port=serve()), message(text=text))  # type: ignore[arg-type]
    (envelope,) = mailbox.letters  # type: ignore[attr-defined]

    assert message_from_bytes(envelope.content, policy=default).get_content().replace("\r\n", "\n") == text + "\n"
