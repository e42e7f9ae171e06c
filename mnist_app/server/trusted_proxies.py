"""Reverse proxies whose header ``X-Forwarded-For`` says where a visitor really is.

Behind a proxy every connection comes from the proxy, and all its visitors would share the budgets
of one. The environment variable ``FORWARDED_ALLOW_IPS`` names the addresses or networks of the
proxies, with commas between. Without it no header is believed: uvicorn itself would believe
whoever connects from this computer, and that is also who comes through a tunnel.
"""

import functools
import os
from typing import Any, Final

import uvicorn.config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

VARIABLE: Final = "FORWARDED_ALLOW_IPS"
"""Environment variable that names the proxies: https://www.uvicorn.org/settings/#http."""


class TrustedProxies(ProxyHeadersMiddleware):
    """Takes a visitor's address from the header, if the connection comes from a named proxy.

    Of several addresses in it, the last one that is no proxy's counts: what a visitor has written
    there stands before it.
    """

    def __init__(self, app: Any, trusted_hosts: object = None) -> None:  # noqa: ARG002 (uvicorn's)
        super().__init__(app, os.environ.get(VARIABLE, ""))


def believe_named_proxies_only() -> None:
    """Make uvicorn, which is loading the app, put `TrustedProxies` around it."""
    uvicorn.config.ProxyHeadersMiddleware = TrustedProxies  # type: ignore[attr-defined]


def is_proxy(address: str | None) -> bool:
    """Tell whether ``address`` is that of a named proxy."""
    return address in _proxies(os.environ.get(VARIABLE, "")).trusted_hosts


@functools.lru_cache(maxsize=1)
def _proxies(_: str) -> TrustedProxies:
    return TrustedProxies(None)
