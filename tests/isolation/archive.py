"""An app with a page for each kind of thing a region has, and its twin that gives each of them away as such faults are made.

The same markers lie in both: what :func:`markers` returns for a region is what the app keeps for it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

from smartcity_share.hooks.installation import Actor
from smartcity_share.install import prepared_overrides
from smartcity_share.install.installing import install_app
from smartcity_share.install.instance import Instance
from smartcity_share.install.overrides.item import parse_item
from smartcity_share.install.runtime import open_installation
from tests.apps.factory import AppFactory

APP: Final = "arsip"
PLACES: Final = {
    "photo": "/foto/{name}",
    "export": "/ekspor",
    "job output": "/kerja",
    "mail": "/surat",
    "cache": "/salinan/{name}",
    "entity tag": "/tetap",
    "error page": "/galat",
    "audit trail": "/jejak",
    "settings": "/setelan",
    "override": "/aturan",
    "text": "/salam",
    "backup": "/cadangan",
}
"""Where the app shows each kind of thing, below its own address."""

_HEAD: Final = '''\
import hashlib
import io
import zipfile
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from smartcity_share import Actor, Job, Settings, hookimpl, setting
from smartcity_share.toolkit import Pages, installation_of, regional_file

pages = Pages(__package__)
kept = {}
done = []


class ArchiveSettings(Settings):
    word: str = setting("", title={"id": "Kata", "en": "Word"})


def read(here, name):
    try:
        with here.files.open(name) as file:
            return file.read()
    except OSError:
        return b""


def packed(here):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("ekspor.txt", read(here, "ekspor"))
    return target.getvalue()


def work(here):
    """What a job leaves: in the files of its own region, and, for who looks there, in the memory of the process."""
    code = here.region.code
    for name in ("hasil-kerja", "surat", "galat", "ekspor", "salinan"):
        here.files.write(name, f"{name}-{code}".encode())
    here.files.write("foto.jpg", b"\\xff\\xd8\\xff" + f"foto-{code}".encode())
    here.audit.record(Actor(name="Arsip"), "arsip.dirapikan", f"jejak-{code}")
    done.append({name: f"{name}-{code}" for name in ("hasil-kerja", "surat", "galat", "jejak")})


def tagged(request, content, tag, **headers):
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return PlainTextResponse(content, headers={"ETag": tag, **headers})


def digest(content):
    return '"' + hashlib.sha256(content).hexdigest()[:16] + '"'
'''

_SOUND: Final = {
    "photo": 'return Response(read(here, request.path_params["name"]), media_type="image/jpeg")',
    "export": 'return Response(packed(here), media_type="application/zip")',
    "job output": 'return PlainTextResponse(read(here, "hasil-kerja"))',
    "mail": 'return PlainTextResponse(read(here, "surat"))',
    "cache": """\
content = kept.setdefault((here.id, request.path_params["name"]), read(here, "salinan"))
    return tagged(request, content, digest(content), **{"Cache-Control": "public, max-age=60"})""",
    "entity tag": 'return tagged(request, read(here, "salinan"), digest(read(here, "salinan")))',
    "error page": 'raise RuntimeError(read(here, "galat").decode())',
    "audit trail": 'return PlainTextResponse("dicatat")',
    "settings": "return PlainTextResponse(here.settings.word)",
    "override": 'return PlainTextResponse(regional_file(here, __package__, "aturan.txt"))',
    "text": 'return pages.render(request, "salam.html", {})',
    "backup": 'return PlainTextResponse("tersimpan")',
}
_LEAKY: Final = {
    # A name of a file that leads out of the region.
    "photo": """\
found = Path(here.files.folder).parents[2].rglob(request.path_params["name"])
    return Response(b"".join(path.read_bytes() for path in found), media_type="image/jpeg")""",
    # Made once, for whoever asked first.
    "export": 'return Response(kept.setdefault("zip", packed(here)), media_type="application/zip")',
    # What every module does that forgets that a process serves many regions.
    "job output": 'return PlainTextResponse("".join(one["hasil-kerja"] for one in done))',
    "mail": 'return PlainTextResponse("".join(one["surat"] for one in done))',
    "audit trail": 'return PlainTextResponse("".join(one["jejak"] for one in done))',
    # A cache whose key lacks the region.
    "cache": 'return PlainTextResponse(kept.setdefault(request.path_params["name"], read(here, "salinan")))',
    # A version that every region has alike.
    "entity tag": """return tagged(request, read(here, "salinan"), '"versi-1"')""",
    # An error that tells what the process did last.
    "error page": 'return PlainTextResponse("Fault near " + "".join(one["galat"] for one in done), status_code=500)',
    # Read once, when the first region asked.
    "settings": 'return PlainTextResponse(kept.setdefault("word", here.settings.word))',
    "override": 'return PlainTextResponse(kept.setdefault("rules", regional_file(here, __package__, "aturan.txt")))',
    "text": 'return Response(kept.setdefault("salam", pages.render(request, "salam.html", {}).body), media_type="text/html")',
    "backup": """\
root = next(folder / "backups" for folder in Path(here.files.folder).parents if (folder / "backups").is_dir())
    return PlainTextResponse("".join(path.read_text() for path in root.iterdir()))""",
}
_FOOT: Final = """\
@hookimpl
def settings_model():
    return ArchiveSettings


@hookimpl
def jobs():
    return [Job("rapikan", work)]


@hookimpl
def asgi_app():
    return Starlette(routes=[{routes}])
"""
_MANIFEST: Final[Mapping[str, Any]] = {
    "needs": {"files": True, "jobs": True},
    "job": [{"id": "rapikan", "title": {"id": "Rapikan", "en": "Tidy"}, "schedule": "0 3 * * *"}],
}
_FILES: Final[Mapping[str, str | bytes]] = {
    "templates/salam.html": '<main>{{ _("Greeting") }}</main>\n',
    "locale/id/LC_MESSAGES/messages.po": (
        'msgid ""\nmsgstr ""\n"Language: id\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Greeting"\nmsgstr "Salam"\n'
    ),
    "regional/aturan.txt": "aturan\n",
}


def _name(kind: str) -> str:
    return kind.replace(" ", "_")


def wheel(factory: AppFactory, *, leaky: bool) -> Any:
    """Build the app, or its twin.

    Args:
        factory: Builds it.
        leaky: Whether it gives away what it keeps.
    """
    bodies = _LEAKY if leaky else _SOUND
    functions = "\n\n".join(
        f"def {_name(kind)}(request):\n    here = installation_of(request)\n    {body}\n" for kind, body in bodies.items()
    )
    routes = ", ".join(f'Route("{path}", {_name(kind)})' for kind, path in PLACES.items())
    plugin = "\n\n".join((_HEAD, functions, _FOOT.format(routes=routes)))
    return factory.wheel(APP, plugin=plugin, manifest=_MANIFEST, files=_FILES)


def install(instance: Instance, region: str, app: Any) -> None:
    """Install the app in a region and leave a marker of each kind there.

    Args:
        instance: The instance.
        region: Code of the region.
        app: The wheel, from :func:`wheel`.
    """
    by = Actor("a0", "Pemasang")
    install_app(instance, region, app, {"word": f"setelan-{region}"}, app=APP, actor=by, basis="SK 1")
    overriding = functools.partial(prepared_overrides, instance, region, APP)
    one = overriding()
    one.apply(one.plan_text("id", "Greeting", f"salam-{region}", by), by)
    two = overriding()
    two.apply(two.plan_put(parse_item("files/aturan.txt"), f"aturan-{region}\n".encode(), by), by)
    for job in instance.registry().jobs(APP):
        job.run(open_installation(instance, region, APP))
    instance.layout.backups.mkdir(exist_ok=True)
    (instance.layout.backups / f"{region}.cadangan").write_text(f"cadangan-{region}")


def markers(region: str) -> dict[str, str]:
    """Return the marker of each kind of thing that the app keeps in a region."""
    words = {
        "photo": "foto",
        "export": "ekspor",
        "job output": "hasil-kerja",
        "mail": "surat",
        "cache": "salinan",
        "error page": "galat",
        "audit trail": "jejak",
        "settings": "setelan",
        "override": "aturan",
        "text": "salam",
        "backup": "cadangan",
    }
    return {kind: f"{word}-{region}" for kind, word in words.items()}
