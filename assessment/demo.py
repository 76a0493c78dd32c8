"""The demo: a fictional administration's answers carried to their report, beside the site of good practices."""

import http.server
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

from assessment import answers, replay
from assessment.audience import Audience
from assessment.journal import Assessment
from assessment.output import expect_writable, write
from assessment.report import compute, files
from assessment.rounds.answering import answered
from assessment.rounds.opening import opening
from assessment.storing.sqlite import AssessmentFile
from kb.base.interface import Phrases, Refusal, phrases
from kb.library.content import find_root
from kb.library.knowledge import Knowledge, load
from kb.site import local
from kb.site.build import build

ADMINISTRATION = "Ruvania Customs Service (fictional)"


@dataclass(frozen=True)
class Made:
    """Where the parts of the demo lie."""

    folder: Path
    assessment: Path
    report: Path
    site: Path


def make(folder: Path) -> Made:
    """Make the assessment, the report and the site in *folder*; what an earlier demo left there is replaced."""
    made = Made(folder, folder / "demo.arusha", folder / "report.html", folder / "site")
    folder.mkdir(parents=True, exist_ok=True)
    if made.assessment.exists():
        with AssessmentFile.open(made.assessment) as earlier:
            if earlier.entries()[0].body["administration"] != ADMINISTRATION:
                raise Refusal("demo.other_file", path=made.assessment)
        made.assessment.unlink()
    bank = load().bank
    responses = answers.read_responses(find_root() / "examples" / "ruvania.json", bank)
    with AssessmentFile.create(made.assessment, *opening(ADMINISTRATION, None, "en", bank)) as file:
        file.append([answered(key, given, bank, responses.respondent) for key, given in responses.answers.items()])
    build(made.site)
    write_report(made.assessment, made.report, site="site")
    return made


def told(made: Made, language: str) -> str:
    """Where the parts of a demo lie, in words."""
    parts = {"assessment": made.assessment, "report": made.report, "site": made.site / "index.html"}
    return phrases(language)("demo.made", **parts)


def write_report(
    file: Path,
    output: Path,
    language: str | None = None,
    site: str | None = None,
    *,
    audience: Audience = Audience.INTERNAL,
    earlier: Path | None = None,
    plan: Path | None = None,
    unit: str = "",
    as_of: date | None = None,
    paper: str = "a4",
    template: Path | None = None,
) -> Phrases:
    """Write the report of an assessment file to *output*, whole or not at all; the phrases of its language come back.

    The ending of *output* says what kind of file it is; those there are: `files.KINDS`.
    """
    knowledge = load()
    if unit and (plan or earlier):
        raise Refusal("report.unit_alone")
    assessment = _opened(file, knowledge)
    before = None if earlier is None else _opened(earlier, knowledge)
    planned = None if plan is None else _opened(plan, knowledge, plan=True)
    expect_writable(output)
    say = phrases(language or assessment.language)
    if plan is not None and planned is not None:
        try:
            compute.expect_plan(planned, assessment)
        except Refusal as refusal:
            raise Refusal("of_file", file=plan, what=refusal) from None
    rounds = {"earlier": before, "plan": planned}
    report = compute.make(assessment, knowledge, say, version("arusha"), site, **rounds, unit=unit, as_of=as_of)
    cut = compute.for_audience(report, audience, say)
    write(output, files.render(cut, say, output.suffix, paper, template))
    return say


def _opened(path: Path, knowledge: Knowledge, *, plan: bool = False) -> Assessment:
    with AssessmentFile.open(path) as opened:
        return replay.read(opened, knowledge.bank, plan=plan)


class _Pages(http.server.SimpleHTTPRequestHandler):
    """Serves the report and the site, and nothing else of the folder, to this computer only."""

    def send_head(self):  # type: ignore[no-untyped-def]
        path = self.path.split("?")[0].split("#")[0]
        assert isinstance(self.server, http.server.HTTPServer)  # noqa: S101 - serve() makes one
        refused = local.refusal(self.headers.get("Host", ""), path, self.server.server_port)
        if refused:
            self.send_error(refused)
            return None
        if path == "/":
            self.send_response(302)
            self.send_header("Location", "/report.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        parts = Path(self.translate_path(self.path)).relative_to(self.directory).parts  # “..” and “%2e” are taken out
        if parts != ("report.html",) and parts[:1] != ("site",):
            self.send_error(404)
            return None
        return super().send_head()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def serve(made: Made, port: int, language: str, announce: Callable[[str], None]) -> None:
    """Serve report and site on the loopback address until interrupted."""
    handler = partial(_Pages, directory=str(made.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        announce(phrases(language)("demo.open", address=address))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            announce("")
