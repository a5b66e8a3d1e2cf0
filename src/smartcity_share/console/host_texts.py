"""Texts the host hands over in English, named here so that the catalogue of the console has them.

``tests/console/test_host_texts.py`` reads the host's code and fails where one is missing or no longer used.
"""

from __future__ import annotations

from typing import Final

from smartcity_share.toolkit.translations import message

HOST_TEXTS: Final = (
    # headings of error pages
    message("This request cannot be read"),
    message("Sign in first"),
    message("You may not open this page"),
    message("There is no such page"),
    message("This page does not take this kind of request"),
    message("Sending took too long"),
    message("That is too large"),
    message("The address is too long"),
    message("The request is too large"),
    message("Something went wrong here"),
    message("This service is not available now"),
    # sentences below them
    message("A header is given twice."),
    message("Change the password first."),
    message("It is being changed or has a fault. The other services of the region work."),
    message("No region is served at this address."),
    message("The address is not written clearly."),
    message("The address is too long."),
    message("The fault is recorded. The other services of the region work."),
    message("The host name of the request is not valid."),
    message("The length of the request is not clear."),
    message("The line was quiet for too long. Try again."),
    message("The page takes other kinds of requests."),
    message("The profile of this region has faults."),
    message("The request is too large."),
    message("The service has no page at this address."),
    message("This kind of request is not known here."),
    message("This needs an official of the region who is signed in."),
    message("This region has no service at this address."),
    message("This was sent from another site. Open the page here and send it again."),
    message("What you sent is larger than this service takes."),
    message("Your roles do not open this page."),
    # what is wrong with an account or a password
    message("The name is empty or too long."),
    message("The new password is the present one."),
    message("The password is made of words and sequences that are tried first."),
    message("The password repeats too few characters."),
    message("The region has no such account."),
)
"""Message ids."""
