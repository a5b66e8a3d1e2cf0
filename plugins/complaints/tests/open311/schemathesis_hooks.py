"""Loaded by the command line of schemathesis: gives generated requests what only this test run knows.

Without it no generated report would pass the check of its API key, and no generated number would be that of a request.
"""

from __future__ import annotations

import os
from typing import Any

import schemathesis

KEY = os.environ["OPEN311_TEST_KEY"]
ITEMS = {
    "service_request_id": os.environ["OPEN311_TEST_NUMBER"],
    "token": os.environ["OPEN311_TEST_TOKEN"],
}


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_body(context: Any, body: Any) -> Any:
    """Put the valid key where a key was generated."""
    return {**body, "api_key": KEY} if isinstance(body, dict) and "api_key" in body else body


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Put a request and a token that exist where they were generated, for about half of the requests."""
    if not isinstance(path_parameters, dict):
        return path_parameters
    return {name: ITEMS[name] if name in ITEMS and len(str(value)) % 2 else value for name, value in path_parameters.items()}
