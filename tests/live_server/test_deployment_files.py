"""The files in ``deploy``: the programs that read them find no fault in them."""

import http.client
import os
import shutil
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.app_server import HOST, ROOT, ServerError, free_port
from benchmarks.proxied_app import COOKIE, configuration_for, haproxy
from mnist_app.server import limits

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def program():
    try:
        return haproxy()
    except ServerError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def proxy(program, tmp_path):
    """Yield the address of HAProxy in front of a server that answers with what it was sent."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self):
            body = str(self.headers).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer((HOST, 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "haproxy.cfg").write_text(configuration_for(1))
    address = (HOST, free_port())
    environment = {
        "MNIST_APP_BIND": ":".join(map(str, address)),
        "MNIST_APP_STATISTICS": f"{HOST}:{free_port()}",
        "MNIST_APP_1": f"{HOST}:{server.server_port}",
    }
    running = subprocess.Popen([program, "-db", "-f", tmp_path / "haproxy.cfg"], env=environment)
    while running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(address) == 0:
                break
    yield address
    running.terminate()
    running.wait(10)
    server.shutdown()
    server.server_close()


def ask(address, method="GET", **headers):
    connection = http.client.HTTPConnection(*address, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, "/class?key=secret", headers=named)
    reply = connection.getresponse()
    found = reply.status, dict(reply.getheaders()), reply.read().decode()
    connection.close()
    return found


def test_the_proxy_tells_the_visitors_true_address_and_keeps_the_host(proxy, capfd):
    status, headers, received = ask(
        proxy, X_Forwarded_For="198.51.100.1", X_Forwarded_Proto="https", Host="digits.example"
    )
    assert status == 200
    sent = dict(line.split(": ", 1) for line in received.splitlines() if line)
    assert {name.lower(): value for name, value in sent.items()} == {
        "host": "digits.example",
        "accept-encoding": "identity",
        "connection": "close",
        "x-forwarded-for": HOST,
        "x-forwarded-proto": "http",
    }
    cookie = headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=app1;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    _, headers, received = ask(proxy, Cookie=f"{COOKIE}=app1")
    assert "set-cookie" not in headers
    assert COOKIE not in received
    assert ask(proxy, "PUT", Content_Length="21000001")[0] == 413
    out, err = capfd.readouterr()
    assert "secret" not in out + err


def test_haproxy_finds_no_fault(program):
    checked = subprocess.run(
        [program, "-c", "-f", DEPLOY / "haproxy.cfg"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stdout + checked.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_no_fault(tmp_path):
    """The units name folders of the computer that they are for: here they get others."""
    python = Path(shutil.which("true"))
    for name in ("mnist-app@.service", "mnist-app.target"):
        unit = (DEPLOY / name).read_text()
        unit = unit.replace("/opt/mnist-app/.venv/bin/streamlit", str(python))
        (tmp_path / name).write_text(unit.replace("/opt/mnist-app", str(tmp_path)))
    verified = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "mnist-app@8501.service"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    faults = [line for line in verified.stderr.splitlines() if "mnist-app" in line]
    assert faults == []
    assert verified.returncode == 0, verified.stderr


def test_containers_and_units_give_the_app_what_the_guide_says():
    """One place says what a process needs; the others must say the same."""
    names = {
        line.partition("=")[0]
        for line in (DEPLOY / "mnist-app.env").read_text().splitlines()
        if line and not line.startswith("#")
    }
    compose = (DEPLOY / "compose.yaml").read_text()
    assert all(f"    {name}: " in compose for name in names)
    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert all(name in guide for name in names)
    for number in range(1, 5):
        address = f"MNIST_APP_{number}"
        assert f"presetenv {address} 127.0.0.1:{8500 + number}" in configuration_for(4)
        assert f"{address}: app{number}:8501" in compose
    seconds = limits.BODY_SECONDS
    for side in ("client", "server"):
        (line,) = [
            one
            for one in configuration_for(4).splitlines()
            if one.strip().startswith(f"timeout {side} ")
        ]
        assert int(line.split()[2].removesuffix("s")) > seconds
