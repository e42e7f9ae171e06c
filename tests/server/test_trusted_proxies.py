"""Whose X-Forwarded-For is believed: that of proxies that the environment names."""

import pytest
import uvicorn
import uvicorn.config

from mnist_app.server import trusted_proxies
from mnist_app.server.trusted_proxies import VARIABLE, TrustedProxies, is_proxy
from tests.server.asgi import Recorder, run, scope

VISITOR, INVENTED, PROXY = "203.0.113.9", "198.51.100.1", "127.0.0.1"


@pytest.mark.parametrize(
    ("named", "sent", "known_as"),
    [
        (None, (PROXY, VISITOR), PROXY),  # no proxy is named: no header is believed
        ("", (PROXY, VISITOR), PROXY),
        (PROXY, (PROXY, VISITOR), VISITOR),
        (PROXY, (PROXY, None), PROXY),
        (PROXY, (VISITOR, INVENTED), VISITOR),  # a visitor who is no proxy
        (PROXY, (PROXY, f"{INVENTED}, {VISITOR}"), VISITOR),
        (PROXY, (PROXY, [INVENTED, VISITOR]), VISITOR),
        (f"{PROXY},192.0.2.0/24", (PROXY, f"{INVENTED}, {VISITOR}, 192.0.2.8"), VISITOR),
        ("192.0.2.0/24", ("192.0.2.8", VISITOR), VISITOR),
        ("192.0.2.0/24", (PROXY, VISITOR), PROXY),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_visitor_cannot_choose_an_address(monkeypatch, kind, named, sent, known_as):
    peer, forwarded = sent
    if named is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, named)
    asked = scope(kind, client=peer, **{"x-forwarded-for": forwarded})
    run(TrustedProxies(Recorder()), asked)
    assert asked["client"][0] == known_as


def test_networks_and_addresses_are_proxies_only_where_they_are_named(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert not is_proxy(PROXY)
    monkeypatch.setenv(VARIABLE, f"{PROXY}, 192.0.2.0/24")
    found = [is_proxy(one) for one in (PROXY, "192.0.2.8", "::1", VISITOR, "", None)]
    assert found == [True, True, False, False, False, False]


def test_uvicorn_uses_it_for_an_app_that_asks_while_it_is_loaded(monkeypatch):
    monkeypatch.setattr(
        uvicorn.config, "ProxyHeadersMiddleware", uvicorn.config.ProxyHeadersMiddleware
    )
    monkeypatch.delenv(VARIABLE, raising=False)
    trusted_proxies.believe_named_proxies_only()
    loading = uvicorn.Config(Recorder(), log_level="error")
    loading.load()
    asked = scope(client=PROXY, **{"x-forwarded-for": VISITOR})
    run(loading.loaded_app, asked)
    assert asked["client"][0] == PROXY
