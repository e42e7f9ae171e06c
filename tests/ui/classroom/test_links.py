"""Under which address pupils open a class, for every way in which the app can be started."""

import socket

import pytest

from mnist_app.ui.classroom import links
from mnist_app.ui.classroom.links import Reach, reach_of

HERE = "http://localhost:8501/class"
LAN = "http://192.168.1.23:8501/class"


@pytest.mark.parametrize(
    ("url", "listens_at", "announced", "expected"),
    [
        (HERE, "localhost", "localhost", Reach(HERE, False)),
        (
            "http://127.0.0.1:8501/class",
            "",
            "localhost",
            Reach("http://127.0.0.1:8501/class", False),
        ),
        (HERE, "0.0.0.0", "localhost", Reach(HERE, False)),
        (HERE, "0.0.0.0", "192.168.1.23", Reach(LAN, True)),
        (LAN, "0.0.0.0", "192.168.1.23", Reach(LAN, True)),
        (HERE, "192.168.1.23", "192.168.1.23", Reach(LAN, True)),
        (HERE, "localhost", "192.168.1.23", Reach(LAN, False)),
        ("http://[::1]:8501/class", "::", "fd00::7", Reach("http://[fd00::7]:8501/class", True)),
        # behind a proxy on the same computer
        (
            "https://school.example/digits/class",
            "localhost",
            "localhost",
            Reach("https://school.example/digits/class", True),
        ),
    ],
)
def test_the_link_is_what_other_devices_open(url, listens_at, announced, expected):
    assert reach_of(url, listens_at, announced) == expected


def test_a_link_carries_its_parameter():
    assert Reach(LAN, True).link("code", "ABC234") == f"{LAN}?code=ABC234"


def test_the_address_in_the_network_is_one_of_this_computer():
    found = links.address_in_network()
    if found is not None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.bind((found, 0))  # only an address of this computer can be bound


def test_without_a_network_there_is_no_address(monkeypatch):
    class NoNetwork(socket.socket):
        def connect(self, address):
            raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "socket", NoNetwork)
    assert links.address_in_network() is None


@pytest.mark.parametrize(
    ("url", "is_secure"),
    [
        (HERE, True),
        ("http://127.0.0.1:8501/photo", True),
        ("http://[::1]:8501/photo", True),
        ("https://school.example/photo", True),
        (LAN, False),
        ("http://localhost.example/photo", False),
    ],
)
def test_browsers_give_the_camera_to_secure_contexts(url, is_secure):
    assert links.is_secure(url) == is_secure
