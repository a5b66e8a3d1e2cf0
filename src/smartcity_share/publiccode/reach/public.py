"""Which addresses may be connected to: those of the public internet."""

from __future__ import annotations

import ipaddress


def is_ip(host: str) -> bool:
    """Whether a host is an IP address, in its usual spelling, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def may_be_asked(address: str, *, loopback: bool = False) -> bool:
    """Whether an IP address is one of the public internet.

    Loopback, private, link-local (a cloud keeps its secrets there), shared, reserved, documentation and multicast addresses
    are not; nor are those of IPv6 that a gateway turns into one of IPv4, for that could be any of these.

    Args:
        address: An IP address as text.
        loopback: Whether loopback addresses are taken too.
    """
    if not is_ip(address):
        return False
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip.scope_id or ip.is_site_local or ip.sixtofour is not None:
            return False
    if loopback and ip.is_loopback:
        return True
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
