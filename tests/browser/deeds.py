"""What people do in the browser: sign in, choose a language, fill in a form, send it."""

from __future__ import annotations

from typing import Final

from smartcity_share.cli.journey.preparation import Login
from tests.browser.chromium import BrowserError
from tests.browser.tab import Tab

REPORT: Final = {
    "text": "Lampu jalan di depan pasar padam sejak tiga malam.",
    "place": "Depan pasar",
    "name": "Pelapor Contoh",
    "email": "pelapor@contoh.example",
    "consent": True,
}
"""A report that every region of the demo takes; what is chosen from a list is left to :data:`_FILL`."""

_FILL: Final = """(number, values) => {
  const form = document.forms[number];
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements[name];
    if (typeof value === "boolean") control.checked = value; else control.value = value;
  }
  for (const list of form.querySelectorAll("select")) if (!list.value) list.selectedIndex = list.options.length - 1;
}"""
_EMPTY: Final = """number => {
  const form = document.forms[number];
  form.noValidate = true;
  for (const control of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (["checkbox", "radio"].includes(control.type)) control.checked = false;
    else if (control.type !== "submit") control.value = "";
  }
}"""
_SEND: Final = "number => document.forms[number].requestSubmit(document.forms[number].querySelector('[type=submit], button'))"
_NUMBER: Final = "action => [...document.forms].findIndex(form => new URL(form.action).pathname.endsWith(action))"


def form_number(tab: Tab, action: str) -> int:
    """Return which form of the page is sent to an address with this end.

    Raises:
        BrowserError: None is.
    """
    number = int(tab.run(_NUMBER, action))
    if number < 0:
        raise BrowserError(f"{tab.address} has no form that is sent to {action}")
    return number


def send(tab: Tab, number: int, values: dict[str, str | bool]) -> None:
    """Fill in a form of the page and send it."""
    tab.run(_FILL, number, values)
    _send(tab, number)


def send_empty(tab: Tab, number: int) -> None:
    """Send a form of the page with nothing in it, past the browser's own checks."""
    tab.run(_EMPTY, number)
    _send(tab, number)


def _send(tab: Tab, number: int) -> None:
    tab.forget()
    with tab.leading():
        tab.run(_SEND, number)


def sign_in(tab: Tab, root: str, account: Login) -> None:
    """Sign in through the page, as an official does.

    Raises:
        BrowserError: The page came back.
    """
    tab.open(f"{root}/_/masuk")
    send(tab, form_number(tab, "/_/masuk"), {"login": account.login, "password": account.password})
    if "/_/masuk" in tab.address:
        raise BrowserError(f"{account.login} of {account.region} could not sign in")


def choose_language(tab: Tab, root: str, code: str) -> None:
    """Choose the language of the pages on the front page, as everybody does."""
    tab.open(f"{root}/")
    with tab.leading():
        tab.run("code => document.querySelector(`.languages a[hreflang=${code}]`).click()", code)
