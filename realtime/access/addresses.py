"""From which address somebody comes, as far as our own proxies can be believed."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def client_address(peer: str | None, forwarded_for: str) -> str:
    """`AQI_PROXIES` says how many entries of X-Forwarded-For, from its end, are not the client's own invention."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    trusted = min(settings.AQI_PROXIES, len(hops))
    return household(hops[-trusted] if trusted else peer or "")


def address_of(meta: Mapping[str, Any]) -> str:
    """The same of a Django request."""
    return client_address(meta.get("REMOTE_ADDR"), meta.get("HTTP_X_FORWARDED_FOR", ""))


def household(address: str) -> str:
    """A whole /64 of IPv6, since every customer has so many addresses to come from; else the address itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
