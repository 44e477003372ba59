"""Web addresses in decks: whether one is whole. Nothing is looked up."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?")


def address_problem(address: str) -> str:
    """What keeps `address` from being a whole web address, in a few words; "" if nothing does."""
    if re.search(r"\s", address):
        return "it has a space in it"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in ("https", "http"):
        return "it does not begin with https://"
    if not host or not _HOST.fullmatch(host):
        return "it names no host"
    return ""
