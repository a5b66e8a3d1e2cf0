"""Signing in and out, and changing one's own password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from smartcity_share.console.context import address, pages, region_of, see_other, services_of, texts_of, typed, visit_of
from smartcity_share.console.paths import PASSWORD, SIGN_IN
from smartcity_share.errors import AccountError, SignInError, SignInWaitError
from smartcity_share.host.passwords import MIN_LENGTH
from smartcity_share.host.paths import safe_next

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from smartcity_share.host.signin import SignedIn


def sign_in_form(request: Request) -> Response:
    """Show the sign-in form; who is signed in already is led on."""
    target = safe_next(request.query_params.get("next"), region_of(request).root_path)
    if visit_of(request).session is not None:
        return see_other(target)
    asked = target if request.query_params.get("next") else ""
    return _form(request, next=asked, signed_out="keluar" in request.query_params)


def sign_in(request: Request, form: FormData) -> Response:
    """Check name and password; the answer to a wrong one never says which of them it was."""
    login, target = typed(form, "login"), safe_next(typed(form, "next"), region_of(request).root_path)
    try:
        done = services_of(request).sign_in.sign_in(request.scope, login, typed(form, "password"))
    except SignInWaitError as wait:
        answer = _form(request, 429, login=login[:200], next=target, locked_until=wait.until)
        answer.headers["Retry-After"] = str(max(1, round(wait.wait.total_seconds())))
        return answer
    except SignInError:
        insecure = visit_of(request).secure_cookies and visit_of(request).scheme != "https"
        return _form(request, 403, login=login[:200], next=target, failed=not insecure, insecure=insecure)
    return _with_session(see_other(address(request, PASSWORD) if done.must_change else target), done)


def sign_out(request: Request, form: FormData) -> Response:  # noqa: ARG001 - the form of this button has no entry
    """End the session and lead to the sign-in form."""
    cookie = services_of(request).sign_in.sign_out(request.scope)
    answer = see_other(f"{address(request, SIGN_IN)}?keluar=1")
    answer.raw_headers.append((b"set-cookie", cookie))
    return answer


def password_form(request: Request) -> Response:
    """Show the form that changes one's own password."""
    if visit_of(request).session is None:
        return see_other(address(request, SIGN_IN))
    return _password(request, done="selesai" in request.query_params)


def change_password(request: Request, form: FormData) -> Response:
    """Change one's own password; every other session of the account ends."""
    session = visit_of(request).session
    if session is None:
        return see_other(address(request, SIGN_IN))
    translate = texts_of(request).gettext
    new = typed(form, "new")
    if new != typed(form, "again"):
        return _password(request, 422, errors={"again": translate("The two new passwords are not the same.")})
    try:
        done = services_of(request).sign_in.change_password(request.scope, typed(form, "current"), new)
    except SignInWaitError as wait:
        return _password(request, 429, locked_until=wait.until)
    except SignInError:
        return _password(request, 403, errors={"current": translate("The present password is not right.")})
    except AccountError as error:
        return _password(request, 422, errors={"new": password_fault(request, new, error)})
    target = region_of(request).root_path + "/" if session.must_change else f"{address(request, PASSWORD)}?selesai=1"
    return _with_session(see_other(target), done)


def password_fault(request: Request, password: str, error: AccountError) -> str:
    """Return why a new password is refused, in the reader's language.

    Args:
        request: The request.
        password: The password, to see whether its length is the reason.
        error: What the host said.
    """
    texts = texts_of(request)
    if len(password) < MIN_LENGTH:
        return texts.ngettext(
            "The password needs at least %(num)d character.", "The password needs at least %(num)d characters.", MIN_LENGTH
        ) % {"num": MIN_LENGTH}
    return texts.gettext(error.message)


def _form(request: Request, status: int = 200, **values: Any) -> Response:
    context = {
        "action": address(request, SIGN_IN),
        "login": "",
        "next": "",
        "locked_until": None,
        "failed": False,
        "insecure": False,
        "signed_out": False,
        **values,
    }
    return pages.render(request, "console/sign_in.html", context, status, {"Cache-Control": "no-store"})


def _password(request: Request, status: int = 200, **values: Any) -> Response:
    session = visit_of(request).session
    context = {
        "action": address(request, PASSWORD),
        "done": False,
        "errors": {},
        "locked_until": None,
        "must_change": session is not None and session.must_change,
        "shortest": MIN_LENGTH,
        **values,
    }
    return pages.render(request, "console/password.html", context, status, {"Cache-Control": "no-store"})


def _with_session(answer: Response, done: SignedIn) -> Response:
    answer.raw_headers.append((b"set-cookie", done.cookie))
    return answer
