"""The addresses of the app, one ASGI application for every region."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route

from smartcity_complaints.errors import ReportNotFoundError
from smartcity_complaints.open311 import application as open311
from smartcity_complaints.web import (
    api_keys,
    citizen,
    data,
    data_officer,
    figures,
    maps,
    notices,
    officials,
    own_data,
    pictures,
    reporting,
    style,
)
from smartcity_complaints.web.frame import page_not_found, report_not_found


def application() -> Starlette:
    """Return the application. The manifest says who may reach which address; the host enforces it before anything here runs."""
    return Starlette(
        routes=[
            Route("/", citizen.front),
            Route("/lapor", reporting.form, methods=["GET"]),
            Route("/lapor", reporting.submit, methods=["POST"]),
            Route("/lapor/diterima/{number}", reporting.received),
            Route("/lacak", citizen.find),
            Route("/lacak/{number}", citizen.follow, methods=["GET"]),
            Route("/lacak/{number}", citizen.answer, methods=["POST"]),
            Route("/lacak/{number}/data", own_data.show, methods=["GET"]),
            Route("/lacak/{number}/data", own_data.ask, methods=["POST"]),
            Route("/lacak/{number}/data/unduh", own_data.download),
            Route("/laporan", citizen.public_list),
            Route("/peta", maps.show),
            Route("/angka", figures.show),
            Route("/foto/{photo_id}", pictures.whole),
            Route("/foto/{photo_id}/kecil", pictures.small),
            Route("/data", data.show),
            Route("/data/laporan.csv", data.table),
            Route("/data/datapackage.json", data.package),
            Route("/data/laporan.zip", data.archive),
            Route("/gaya.css", style.sheet),
            Route("/petugas", officials.work_list),
            Route("/petugas/laporan/{number}", officials.detail, methods=["GET"]),
            Route("/petugas/laporan/{number}", officials.step, methods=["POST"]),
            Route("/petugas/laporan/{number}/pelapor", officials.reporter, methods=["POST"]),
            Route("/petugas/kunci-api", api_keys.keys, methods=["GET"]),
            Route("/petugas/kunci-api", api_keys.create, methods=["POST"]),
            Route("/petugas/kunci-api/{key_id:int}/cabut", api_keys.revoke, methods=["POST"]),
            Route("/petugas/data-pribadi", data_officer.record),
            Route("/petugas/data-pribadi/permintaan/{request_id:int}", data_officer.show, methods=["GET"]),
            Route("/petugas/data-pribadi/permintaan/{request_id:int}", data_officer.decision, methods=["POST"]),
            Route("/petugas/kabar", notices.show, methods=["GET"]),
            Route("/petugas/kabar", notices.again, methods=["POST"]),
            open311.mounted(),
        ],
        exception_handlers={ReportNotFoundError: report_not_found, 404: page_not_found},
    )
