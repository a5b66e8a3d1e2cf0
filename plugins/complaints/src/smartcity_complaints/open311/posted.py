"""What a program sends to file a report: the parameters of ``POST requests``."""

from __future__ import annotations

from typing import Final

from smartcity_complaints.draft import SHORTEST_TEXT
from smartcity_complaints.open311.asked import jurisdiction_parameter
from smartcity_complaints.open311.context import Context
from smartcity_complaints.open311.kinds import LINES_CONTROL, ONE_LINE, ONE_LINE_WITH_WORDS, Choice, Number, Text
from smartcity_complaints.open311.parameters import Parameter
from smartcity_complaints.regional import districts
from smartcity_complaints.workflow import TEXT_LIMIT
from smartcity_share.toolkit.translations import message

_PLACE: Final = 300
_HALF_NAME: Final = 59  # both halves and a blank fit into the name of a reporter
_EMAIL: Final = r"^[^@\s\x00-\x1f\x7f-\x9f]{1,64}@[^@\s\x00-\x1f\x7f-\x9f]{1,150}\.[^@\s\x00-\x1f\x7f-\x9f]{2,30}$"
_PHONE: Final = r"^\+?[0-9][0-9 ().-]{5,28}$"
_ADDRESS: Final = r"^https?://[^\s\x00-\x1f\x7f-\x9f]{3,490}$"
_WORDS: Final = rf"^\s*[^\s{LINES_CONTROL}][^{LINES_CONTROL}]{{{SHORTEST_TEXT - 2},}}[^\s{LINES_CONTROL}]\s*$"
_OUTSIDE: Final = message("These coordinates lie outside the region. Check them, or describe the place.")

API_KEY: Final = Parameter(
    "api_key", Text(200), "A key that officials of the region gave out; without a valid one the answer is 403.", required=True
)


def post_parameters(context: Context) -> tuple[Parameter, ...]:
    """Return the parameters of a report, without those a service asks beyond them."""
    area = context.settings.area
    codes = tuple(districts(context.installation))
    # Where reports are not anonymous, a name of blanks is none.
    name = Text(_HALF_NAME, ONE_LINE if context.settings.anonymous_allowed else ONE_LINE_WITH_WORDS)
    places = [
        Parameter(
            "lat",
            Number(area.south, area.north, _OUTSIDE) if area else Number(-90, 90),
            "Latitude in degrees, WGS 84; together with `long`.",
        ),
        Parameter(
            "long",
            Number(area.west, area.east, _OUTSIDE) if area else Number(-180, 180),
            "Longitude in degrees, WGS 84; together with `lat`.",
        ),
        Parameter(
            "address_string",
            Text(_PLACE, ONE_LINE_WITH_WORDS),
            "Address or description of the place, from the most to the least specific.",
        ),
    ]
    if codes:
        places.append(Parameter("address_id", Choice(codes), "Code of the district."))
    return (
        API_KEY,
        jurisdiction_parameter(context),
        Parameter(
            "service_code",
            Choice(tuple(kind.code for kind in context.settings.kinds), closed=False),
            "The service, from the list of services.",
            required=True,
        ),
        *places,
        Parameter(
            "description",
            Text(TEXT_LIMIT, _WORDS, message("Describe the problem in at least ten characters."), shortest=SHORTEST_TEXT),
            "What is the matter: plain text, line breaks allowed.",
            required=True,
        ),
        Parameter("email", Text(254, _EMAIL, message("Write the e-mail address like name@example.org, or leave it empty.")),
                  "E-mail address of the reporter; officials in charge see it, nobody else."),
        Parameter("first_name", name, "Given name of the reporter; officials in charge see it, nobody else."),
        Parameter("last_name", name, "Family name of the reporter; officials in charge see it, nobody else."),
        Parameter("phone", Text(30, _PHONE, message("Write the telephone number with digits, or leave it empty.")),
                  "Telephone number of the reporter; officials in charge see it, nobody else."),
        Parameter("device_id", Text(200), "Tells two reporters of one program apart; is not kept."),
        Parameter("account_id", Text(200), "Tells two reporters of one program apart; is not kept."),
        Parameter("media_url", Text(500, _ADDRESS, message("Write the address of the picture like https://example.org/1.jpg.")),
                  "Address of a picture elsewhere; officials see the address. It is not fetched and not published."),
    )  # fmt: skip
