"""`arusha site serve` answers this computer alone, takes odd requests calmly, and its pages run no script but their own."""

import http.client
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from threading import Thread
from typing import NamedTuple

import pytest

from kb.site.local import refusal

HOSTS = {
    "127.0.0.1:8000": None,
    "localhost:8000": None,
    "LocalHost:8000": None,
    "[::1]:8000": None,
    "127.0.0.1:8001": 403,
    "127.0.0.1": 403,
    "": 403,
    "drafts.example:8000": 403,
    "127.0.0.1.drafts.example:8000": 403,
    "localhost.drafts.example:8000": 403,
    "user@127.0.0.1:8000": 403,
    "127.0.0.1:8000, drafts.example": 403,
    "0.0.0.0:8000": 403,
}
PATHS = {
    "/": None,
    "/practices/a.html": None,
    "/fr/data/practices.json": None,
    "/%00": 404,
    "/a%00.html": 404,
    "/\x00": 404,
    "/%0d%0aSet-Cookie:a": 404,
    "/%1b]0;a%07": 404,
    "/..\\a": 404,
    "/%5c%5chost%5cshare": 404,
    "/c:/windows/win.ini": 404,
}


@pytest.mark.parametrize("host", HOSTS)
def test_a_request_by_another_name_is_refused(host: str) -> None:
    assert refusal(host, "/", 8000) == HOSTS[host]


@pytest.mark.parametrize("path", PATHS)
def test_an_odd_path_is_not_there(path: str) -> None:
    assert refusal("127.0.0.1:8000", path, 8000) == PATHS[path]


def test_the_usual_port_need_not_be_named() -> None:
    assert refusal("localhost", "/", 80) is None
    assert refusal("kb.example:80", "/", 80, own="kb.example") is None


class Server(NamedTuple):
    """A server of drafts, and what it says as it goes on."""

    port: int
    said: list[str]

    def ask(self, path: str, host: str | None = None) -> tuple[int, str]:
        """The status and the page of an answer to a path exactly as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest("GET", path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        connection.endheaders()
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
        return response.status, page


def answers(port: int) -> bool:
    """Whether anybody listens."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "arusha", "site", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            said: list[str] = []
            Thread(target=said.extend, args=(process.stdout,), daemon=True).start()
            while not answers(port):
                assert process.poll() is None, said
                time.sleep(0.2)
            yield Server(port, said)
        finally:
            process.terminate()


def test_drafts_are_served_to_this_computer_alone(server: Server) -> None:
    """A browser led here by somebody else's name reads nothing, neither pages nor whether they changed."""
    assert server.ask("/index.html")[0] == 200
    assert server.ask("/index.html", f"localhost:{server.port}")[0] == 200
    for host in ("drafts.example", f"drafts.example:{server.port}", "127.0.0.1", "127.0.0.1:1", ""):
        for path in ("/index.html", "/", "/search/dir.js", "/livereload/0/0"):
            status, page = server.ask(path, host)
            assert (status, page) == (403, "not served here\n")


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/practices/%00.html",
        "/%ff%fe",
        "/%",
        "/%zz",
        f"/{'a' * 5000}",
        f"/{'a/' * 5000}",
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%5c..%5cetc%5cpasswd",
        "/%1b%5d0;a%07",
        "/livereload/x/y",
        "//attacker.example/",
        "/index.html/",
        "/index.html/x",
    ],
)
def test_an_odd_request_gets_no_page_and_leaves_no_traceback(server: Server, path: str) -> None:
    assert server.ask(path)[0] == 404
    assert server.ask("/index.html")[0] == 200
    assert "Traceback" not in "".join(server.said)


def test_a_draft_keeps_its_policy_and_reloads(server: Server) -> None:
    """The policy takes the one script that MkDocs adds to what it serves, and no other."""
    _, page = server.ask("/practices/nz-gift-register.html")
    (script,) = re.findall(r"<script>([^<]*livereload\([^<]*)</script></body>", page)
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    hashed = b64encode(sha256(script.encode()).digest()).decode()
    assert f"; script-src 'self' 'sha256-{hashed}' " in policy
    assert policy.count("'sha256-") == page.count("<script>")
