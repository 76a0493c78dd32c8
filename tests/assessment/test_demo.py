"""The demo: the main job from shipped answers to report and site, made twice and served to this computer alone."""

import http.client
import re
import signal
import socket
import subprocess

import pytest

from assessment.answers import read_responses
from assessment.demo import ADMINISTRATION


@pytest.fixture(scope="module")
def made(tmp_path_factory, arusha):
    """The folder of a demo and what the command said."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "demo"
    result = arusha("demo", "--no-serve", "--dir", folder)
    assert result.exit_code == 0, result.stderr
    return folder, result.stdout


@pytest.fixture(scope="module")
def contents(made):
    """The files of the demo when it was made first."""
    return {path: path.read_bytes() for path in made[0].rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def server(made, contents, command):
    """A demo served, made a second time in the same folder; at the end it is interrupted as by Ctrl+C."""
    process = subprocess.Popen(
        [*command, "demo", "--dir", made[0]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - as in a terminal
    )
    try:
        told = []
        while not told or "Stop with" not in told[-1]:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            told.append(line)
        yield process, "".join(told)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def port(server):
    return int(re.search(r"http://127\.0\.0\.1:(\d+)/report\.html", server[1])[1])


@pytest.fixture(scope="module")
def fetch(port):
    """Ask the server for a path exactly as it is written."""

    def ask(path, host=None, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{port}")
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    return ask


def test_a_demo_leaves_its_assessment_its_report_and_its_site(made, stands, knowledge):
    folder, said = made
    assert sorted(path.name for path in folder.iterdir()) == ["demo.arusha", "report.html", "site"]
    for path in ("demo.arusha", "report.html", "site/index.html"):
        assert (folder / path).is_file()
        assert str(folder / path) in said
    shipped = read_responses(knowledge.root / "examples" / "ruvania.json", knowledge.bank)
    assert stands(folder / "demo.arusha").answers == shipped.answers


def test_the_demo_s_administration_is_clearly_fictional_and_no_member(made, page, knowledge, stands):
    assert "fictional" in ADMINISTRATION
    assert ADMINISTRATION in page((made[0] / "report.html").read_text(encoding="utf-8")).text
    assert stands(made[0] / "demo.arusha").member is None
    assert not {member.name.en for member in knowledge.members.members if member.name.en in ADMINISTRATION}


def test_the_demo_shows_every_kind_of_answer(made, stands, bank):
    answers = stands(made[0] / "demo.arusha").answers
    assert {answer.level for answer in answers.values()} == {None, 0, 1, 2, 3, 4}
    assert any(answer.dont_know for answer in answers.values())
    assert any(answer.not_applicable for answer in answers.values())
    assert any(answer.evidence for answer in answers.values())
    assert len(answers) < len(bank.questions)


def test_the_report_of_the_demo_links_to_pages_of_its_site(made, page):
    folder = made[0]
    links = {href for href in page((folder / "report.html").read_text("utf-8")).values("href") if href[0] not in "#d"}
    assert links
    assert all((folder / href).is_file() for href in links), links


@pytest.mark.parametrize("content", ["another administration's", "no assessment at all"])
def test_a_folder_whose_demo_file_is_not_a_demo_s_is_refused(arusha, refused, start, tmp_path, content):
    file = tmp_path / "demo.arusha"
    start(file) if content.startswith("another") else file.write_text("mine")
    before = file.read_bytes()
    refused(arusha("demo", "--no-serve", "--dir", tmp_path), f"{file}: ", "; ")
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo.arusha"]


def test_a_site_folder_with_other_things_in_it_is_not_replaced(arusha, refused, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("mine")
    refused(arusha("demo", "--no-serve", "--dir", tmp_path), tmp_path / "site", "; ")
    assert (tmp_path / "site" / "thesis.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_refused(arusha, refused, tmp_path):
    (tmp_path / "file").touch()
    refused(arusha("demo", "--no-serve", "--dir", tmp_path / "file"), tmp_path / "file", "; ")


def test_a_port_in_use_is_refused_with_one_sentence(command, made):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*command, "demo", "--dir", made[0], "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "arusha: the port is taken; choose another with --port\n")


def test_made_again_in_the_same_folder_a_demo_is_the_same(made, contents, server):
    files = {path for path in made[0].rglob("*") if path.is_file()}
    assert files == contents.keys()
    assert contents[made[0] / "report.html"] == (made[0] / "report.html").read_bytes()
    assert sorted(path.name for path in made[0].iterdir()) == ["demo.arusha", "report.html", "site"]


def test_report_and_site_are_served(fetch, made):
    for path in ("report.html", "site/index.html", "site/factors/index.html"):
        status, body = fetch(f"/{path}?x=1")
        assert (status, body) == (200, (made[0] / path).read_bytes())
    assert fetch("/")[0] == 302
    assert fetch("/report.html", method="HEAD") == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/demo.arusha",
        "//demo.arusha",
        "/site/../demo.arusha",
        "/site/./../demo.arusha",
        "/site/%2e%2e/demo.arusha",
        "/site/..%2fdemo.arusha",
        "/site/%2e%2e%2fdemo.arusha?/site/",
        "/site/x/../../demo.arusha",
        "/site//../demo.arusha",
        "/site/../../../../../../etc/passwd",
        "/site/..\\demo.arusha",
        "/report.html/../demo.arusha",
        "/report.html/",
        "/.",
        "/%00",
        "/site/%00",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_else_of_the_folder_is_served(fetch, path, method):
    status, body = fetch(path, method=method)
    assert status == 404
    assert b"SQLite" not in body


@pytest.mark.parametrize("host", ["arusha.example", "arusha.example:80", "127.0.0.1.example", "", "[::1]"])
def test_a_page_elsewhere_cannot_reach_it_under_another_name(fetch, host):
    """A browser led to this address by somebody else's name (DNS rebinding) sends that name."""
    assert fetch("/report.html", host)[0] == 403


def test_the_name_localhost_is_good(fetch, port):
    assert fetch("/report.html", f"localhost:{port}")[0] == 200


def test_it_listens_to_this_computer_only(port):
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=5):  # noqa: PT011
        pass


def test_ctrl_c_ends_it_cleanly(server):
    """Stands last: the server is gone afterwards."""
    process, _ = server
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")
