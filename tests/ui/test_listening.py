"""What `guanchao serve` says where it cannot listen."""

import socket

import pytest

from ui import web
from ui.web import PortInUseError


def test_a_port_that_is_taken_is_told():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortInUseError, match=r"已被占用.*--port"):
            web.listen("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "2001:db8::1", "no-such-host.invalid", "a" * 70, "..", "观潮。"]
)
def test_an_address_that_is_not_this_machines_is_no_port_that_is_taken(host):
    with pytest.raises(PortInUseError, match="不是本机的地址"):
        web.listen(host, 0)


def test_a_port_that_needs_more_rights_is_told(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(PortInUseError, match=r"没有权限监听端口 80.*1024"):
        web.listen("127.0.0.1", 80)
