"""The network that a request counts for."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

#: A household or an office has at least this much of IPv6 to itself (RFC 6177), so its single addresses say nothing.
_IPV6_PREFIX: Final = 64


def network_of(address: str) -> str:
    """Return the network of an IP address: of IPv4 itself, of IPv6 its /64; other texts unchanged."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found, _IPV6_PREFIX), strict=False))
        found = found.ipv4_mapped
    return str(found)
