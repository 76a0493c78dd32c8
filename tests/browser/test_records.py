"""Records cannot act: whatever a record's Markdown tries, the checker names it, and no page of the site runs or leads anywhere."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import markdown
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page, Route

import arusha
from kb.base.interface import phrases
from kb.base.links import EXTENSIONS, Judge
from kb.base.places import project_folder
from kb.library.knowledge import Knowledge, read_in_part
from kb.site.pages import make

RUN = "javascript:alert(document.domain)"
DATA = "data:text/html,<script>alert(1)</script>"
LINK = "[Read the order][x]"


def nested(*lines: str) -> str:
    """A link, and further down its definition inside another block."""
    return "\n".join([LINK, "", *lines])


TRICKS = {
    # definitions inside every kind of block
    "definition": nested(f"[x]: {RUN}"),
    "definition-before": f"[x]: {RUN}\n\n{LINK}",
    "definition-in-a-quotation": nested(f"> [x]: {RUN}"),
    "definition-in-two-quotations": nested(f"> > [x]: {RUN}"),
    "definition-in-a-quotation-without-blank": nested(f">[x]: {RUN}"),
    "definition-in-a-list": nested("- first", "", f"- [x]: {RUN}"),
    "definition-in-a-starred-list": nested(f"* [x]: {RUN}"),
    "definition-in-a-plus-list": nested(f"+ [x]: {RUN}"),
    "definition-in-a-numbered-list": nested(f"1. [x]: {RUN}"),
    "definition-under-a-list-item": nested("- item", "", f"    [x]: {RUN}"),
    "definition-two-lists-deep": nested("- item", f"    - [x]: {RUN}"),
    "definition-in-a-quotation-in-a-list": nested(f"- > [x]: {RUN}"),
    "definition-in-a-list-in-a-quotation": nested(f"> - [x]: {RUN}"),
    "definition-in-an-admonition": nested("!!! note", "", f"    [x]: {RUN}"),
    "definition-at-once-in-an-admonition": nested('!!! note "Title"', f"    [x]: {RUN}"),
    "definition-in-an-admonition-in-a-list": nested("- item", "", "    !!! note", "", f"        [x]: {RUN}"),
    "definition-of-a-term": nested("Term", f":   [x]: {RUN}"),
    "definition-under-a-term": nested("Term", ":   told", "", f"    [x]: {RUN}"),
    "definition-in-a-quotation-under-a-term": nested("Term", ":   told", "", f"    > [x]: {RUN}"),
    "definition-on-two-lines": nested(f"> [x]:\n> {RUN}"),
    "definition-with-a-title": nested(f"> [x]: {RUN} 'a title'"),
    "definition-with-a-title-below": nested(f"> [x]: {RUN}\n>   (a title)"),
    "definition-in-angle-brackets": nested(f"> [x]: <{RUN}>"),
    "definition-in-entities": nested("> [x]: &#106;&#97;vascript&#58;alert(1)"),
    "definition-in-named-entities": nested("> [x]: java&Tab;script&colon;alert(1)"),
    "definition-in-mixed-case": nested("> [X]: JaVaScRiPt:alert(1)"),
    "definition-of-data": nested(f"> [x]: {DATA}"),
    "definition-of-data-in-base64": nested("> [x]: data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="),
    "definition-of-vbscript": nested("> [x]: vbscript:msgbox(1)"),
    "definition-of-a-file": nested("> [x]: file://localhost/etc/passwd"),
    "definition-of-a-share": nested("> [x]: \\\\\\\\attacker.example\\\\share"),
    "definition-of-another-host": nested("> [x]: //attacker.example/x"),
    "definition-of-a-blob": nested("> [x]: blob:http://attacker.example/x"),
    "definition-of-a-scheme-in-a-scheme": nested("> [x]: view-source:javascript:alert(1)"),
    "definition-like-a-footnote": f"Text[^1] and [link][^1]\n\n> [^1]: {RUN}",
    "definition-used-by-its-name": f"See [order].\n\n> [order]: {RUN}",
    "definition-used-with-empty-brackets": f"See [order][].\n\n> [order]: {RUN}",
    "definition-used-in-a-heading": f"## [order]\n\n> [order]: {RUN}",
    "definition-used-in-a-table": f"| [order] | b |\n| --- | --- |\n| [order] | c |\n\n> [order]: {RUN}",
    "definition-of-a-picture": f"![picture][x]\n\n> [x]: {RUN}",
    "definition-after-a-carriage-return": f"{LINK}\r\r> [x]: {RUN}",
    # links
    "link": f"[a]({RUN})",
    "link-in-mixed-case": "[a](JAVASCRIPT:alert(1))",
    "link-with-a-title": f'[a]({RUN} "title")',
    "link-in-angle-brackets": f"[a](<{RUN}>)",
    "link-after-a-blank": f"[a](  {RUN})",
    "link-after-a-tab": f"[a](\t{RUN})",
    "link-after-a-line-break": f"[a](\n{RUN})",
    "link-in-entities": "[a](&#x6a;avascript:alert(1))",
    "link-with-an-entity-for-a-tab": "[a](java&#9;script:alert(1))",
    "link-with-an-entity-for-a-line-break": "[a](&NewLine;javascript:alert(1))",
    "link-with-an-entity-unended": "[a](&#106avascript:alert(1))",
    "link-with-a-line-break-in-it": "[a](<java\nscript:alert(1)>)",
    "link-with-a-control-character-first": "[a](<\x01javascript:alert(1)>)",
    "link-with-a-dropped-character": "[a](java\x02script:alert(1))",
    "link-parted-by-a-dropped-character": f"[a]\x02({RUN})",
    "link-parted-by-the-other-dropped-character": f"[a]\x03({RUN})",
    "link-with-a-zero-width-space": "[a](\u200bjavascript:alert(1))",
    "link-with-a-mark-of-order": "[a](\ufeffjavascript:alert(1))",
    "link-in-code-signs": f"[a](`{RUN}`)",
    "link-with-an-escape": "[a](javascript\\:alert(1))",
    "link-of-data": f"[a]({DATA})",
    "link-of-vbscript": "[a](vbscript:msgbox(1))",
    "link-of-a-file": "[a](file://localhost/etc/passwd)",
    "link-to-nowhere": "[a]()",
    "link-around-a-picture": f"[![i](x.png)]({RUN})",
    "link-in-a-heading": f"## [a]({RUN})",
    "link-in-a-table": f"| a |\n| --- |\n| [a]({RUN}) |",
    "link-in-a-quotation": f"> [a]({RUN})",
    "link-in-a-term": f"[a]({RUN})\n:   told",
    "picture": f"![a]({RUN})",
    "picture-from-elsewhere": "![a](https://ok.example/x.png)",
    "autolink": f"<{RUN}>",
    "autolink-in-a-bare-line": RUN,
    # HTML and attributes
    "html-script": "<script>alert(1)</script>",
    "html-picture": "<img src=x onerror=alert(1)>",
    "html-picture-after-a-dropped-character": "<\x02img src=x onerror=alert(1)>",
    "html-script-after-a-dropped-character": "<\x03script>alert(1)<\x03/script>",
    "html-drawing": "<svg onload=alert(1)>",
    "html-frame": f'<iframe src="{RUN}"></iframe>',
    "html-form": f'<form action="{RUN}"><button>send</button></form>',
    "html-details": "<details open ontoggle=alert(1)><summary>a</summary>b</details>",
    "html-link": f'<a href="{RUN}">a</a>',
    "html-with-markdown-in-it": f'<div markdown>\n\n[a]({RUN})\n\n</div>',
    "html-refresh": f'<meta http-equiv="refresh" content="0;url={DATA}">',
    "html-base": '<base href="//attacker.example/">\n\n[a](https://ok.example/)',
    "html-comment": "<!-- x --><img src=x onerror=alert(1)>",
    "html-instruction": "<?x ?><img src=x onerror=alert(1)>",
    "html-in-an-entity": "&lt;img src=x onerror=alert(1)&gt;",
    "attribute-of-a-link": f"[a](https://ok.example/){{ href='{RUN}' }}",
    "attribute-of-a-text": "*a*{ onmouseover='alert(1)' }",
    "attribute-of-a-heading": "## a { onclick=alert(1) }",
    "attribute-of-a-paragraph": "a\n{: onmouseover=alert(1) }",
    "attribute-in-two-words": "*a*{ x/onmouseover='alert(1)' }",
    "title-of-a-link": "[a](https://ok.example/ \"' onmouseover='alert(1)\")",
    "title-in-markup": '[a](https://ok.example/ "\\"><img src=x onerror=alert(1)>")',
    # what other tools would make of it
    "abbreviation": f"*[order]: {RUN}\n\nThe order.",
    "snippet": '--8<-- "/etc/passwd"\n\n[a][b]\n\n--8<-- "javascript:alert(1)"',
    "emoji-and-keys": f":smile: ++ctrl+c++ [a][:x:]\n\n> [:x:]: {RUN}",
    "details-block": f'??? note "Title"\n    [x]: {RUN}\n\n{LINK}',
    "tab-block": f'=== "Tab"\n\n    - [x]: {RUN}\n\n{LINK}',
    "task-list": f"- [ ] [x]: {RUN}\n- [x] {LINK}",
    "template-signs": "{{ '<script>alert(1)</script>' }} {% raw %} {# x #}",
    "code-unended": f"```\n[a]: x\n\n> [x]: {RUN}\n\n{LINK}",
    "code-ended-alone": f"~~~\n~~~\n~~~ html\n{LINK}\n\n> [x]: {RUN}",
    "code-after-a-dropped-character": f"\x02```\n\x02```\n{LINK}\n\n- [x]: {RUN}",
}  # fmt: skip
GOOD = {
    "link": "[a](https://ok.example/a?b=c&d=e#f)",
    "mail": "[a](mailto:integrity@ok.example)",
    "definition": f"{LINK}\n\n> [x]: http://ok.example/ 'Title'",
    "brackets": "[a] and [b] (see [c])",
    "colon": "javascript: as a word, and data: of 2019",
}


def plain(text: str) -> str:
    """A text as Markdown makes it, without any wall of ours."""
    return markdown.markdown(text, extensions=list(EXTENSIONS))


class Acting(HTMLParser):
    """What HTML holds that no record may bring in: an address that is none of the web or of mail, an event, a foreign element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "svg", "iframe", "form", "meta", "base", "details"):
            self.found.append(tag)
        for name, value in attrs:
            is_address = name in ("href", "src", "action")
            if "on" in name or (is_address and not re.match(r"https?://|mailto:", value or "", re.I)):
                self.found.append(f"{name}={value}")


LIVE = [name for name, text in TRICKS.items() if Acting(plain(text)).found]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(arusha.main, [str(word) for word in words])


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder with a record for each trick."""
    content = Path(shutil.copytree(project_folder() / "content", tmp_path_factory.mktemp("tricks") / "content"))
    record = (content / "practices" / "nz-gift-register.md").read_text(encoding="utf-8")
    head = record.partition("# What was done")[0]
    for kind, texts in (("trick", TRICKS), ("good", GOOD)):
        for name, text in texts.items():
            body = (
                head.replace("id: nz-gift-register", f"id: {kind}-{name}") + f"# What was done\n\nA word.\n\n{text}\n"
            )
            (content / "practices" / f"{kind}-{name}.md").write_text(body, encoding="utf-8", newline="")
    edition = content / "editions" / "16" / "edition.yml"
    ids = ", ".join([*(f"trick-{name}" for name in TRICKS), *(f"good-{name}" for name in GOOD)])
    text = edition.read_text(encoding="utf-8")
    assert text.count("nz-gift-register") == 1, "mend the test"
    edition.write_text(text.replace("nz-gift-register", f"{ids}, nz-gift-register"), encoding="utf-8")
    return content


@pytest.fixture(scope="module")
def faults(planted: Path) -> dict[str, list[str]]:
    """What `kb check` says of each record that was planted."""
    result = run("kb", "check", "--content", planted)
    assert result.exit_code == 1
    said: dict[str, list[str]] = {}
    for line in result.stdout.splitlines():
        file, _, told = line.partition(": ")
        said.setdefault(Path(file).stem, []).append(told)
    return said


def test_there_are_enough_tricks() -> None:
    """Of which without our walls at least 42 would act."""
    assert len(TRICKS) >= 80
    assert len(LIVE) >= 60


@pytest.mark.parametrize("name", LIVE)
def test_the_checker_names_what_a_record_tries(faults: dict[str, list[str]], name: str) -> None:
    told = faults.get(f"trick-{name}", [])
    assert told, "no fault found"
    assert all(line.startswith("done: holds ") and "; write plain Markdown" in line for line in told), told


@pytest.mark.parametrize("name", GOOD)
def test_the_checker_takes_a_good_link(faults: dict[str, list[str]], name: str) -> None:
    assert f"good-{name}" not in faults


def test_the_description_of_an_instrument_is_checked_too(tmp_path: Path) -> None:
    content = Path(shutil.copytree(project_folder() / "content", tmp_path / "content"))
    with (content / "instruments" / "idg.md").open("a", encoding="utf-8") as file:
        file.write(f"\n{TRICKS['definition-in-a-quotation']}\n")
    result = run("kb", "check", "--content", content)
    assert result.exit_code == 1
    assert "instruments/idg.md: description" in result.stdout
    assert f"holds a link to “{RUN}”" in result.stdout


def test_a_site_of_such_records_is_not_built(planted: Path, tmp_path: Path) -> None:
    result = run("site", "build", "--content", planted, "--out", tmp_path / "site")
    assert result.exit_code == 2
    assert re.fullmatch(r"arusha: practices/trick-[a-z-]+\.md: done: holds .*\n", result.stderr)
    assert not (tmp_path / "site").exists()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the shipped content."""
    target = tmp_path_factory.mktemp("site") / "public"
    assert run("site", "build", "--out", target).exit_code == 0
    return target


@pytest.fixture(scope="module")
def known(planted: Path) -> Knowledge:
    """The records of the tricks as they are read, whatever the checker says."""
    return read_in_part(planted)


def drawn(known: Knowledge, language: str) -> str:
    """What was done, on each page of a trick, as the site renders it: by our pages and its converter, past the checker's refusal."""
    written = make(known, phrases(language))
    converter = markdown.Markdown(extensions=[*EXTENSIONS, Judge(within=True)])
    pages = [converter.reset().convert(written[f"practices/trick-{name}.md"].split("---\n", 2)[2]) for name in TRICKS]
    return "\n".join(page.partition('<h2 id="done">')[2].partition('<h2 id="results">')[0] for page in pages)


POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
HOST, PATH = "records.example", "/practices/nz-gift-register.html"
STIRRED = """async () => {
  for (const one of document.body.querySelectorAll("*")) {
    for (const kind of ["mouseover", "focus", "toggle", "error", "load"]) one.dispatchEvent(new Event(kind));
    if (!one.matches("a, button, input, summary, h1, h2, p, em, svg")) continue;
    if (one.click) one.click(); else one.dispatchEvent(new MouseEvent("click", {bubbles: true}));
    await new Promise((go) => setTimeout(go));
  }
}"""


class Trap:
    """A browser that is offline, shows pages under one address, and notes whatever runs and wherever it is led."""

    def __init__(self, browser: Browser, site: Path) -> None:
        self.context = browser.new_context()
        self.site = site
        self.text = ""
        self.ran: list[str] = []
        self.asked: set[str] = set()
        self.context.route("**/*", self._answer)
        self.context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("dialog", lambda dialog: (self.ran.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("framenavigated", lambda frame: self._note(frame.url))

    def _note(self, url: str) -> None:
        if urlsplit(url).hostname != HOST and url not in ("about:blank", "about:srcdoc"):
            self.ran.append(f"led to {url}")

    def _answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        path = self.site / url.path.lstrip("/")
        self.asked.add(str(url.hostname))
        if (url.hostname, url.path) == (HOST, PATH) and self.text:
            text, self.text = self.text, ""
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
        elif url.hostname == HOST and path.is_file() and path.suffix != ".html":
            route.fulfill(path=path)
        else:
            route.fulfill(status=204)  # and the page stays

    def show(self, text: str) -> list[str]:
        """What runs when the page is opened and all on it is touched and clicked."""
        self.text, self.ran, self.asked = text, [], set()
        with self.context.new_page() as page:
            page.goto(f"http://{HOST}{PATH}", wait_until="domcontentloaded")
            page.evaluate(STIRRED)
            page.wait_for_timeout(100)
        return self.ran


@pytest.fixture(scope="module")
def trap(browser: Browser, site: Path) -> Trap:
    return Trap(browser, site)


def within(page: str, content: str) -> str:
    """A page of the site with other content in it."""
    before, rest = page.split('<article class="md-content__inner md-typeset">', 1)
    return f'{before}<article class="md-content__inner md-typeset">{content}</article>{rest.split("</article>", 1)[1]}'


BARE = "<!doctype html><html><meta charset=utf-8>"
FOREIGN = [
    name for name in TRICKS if name.startswith("html-")
]  # each needs a page of its own, since it may swallow others
REST = "\n".join(plain(text) for name, text in TRICKS.items() if name not in FOREIGN)


def test_the_trap_notes_what_runs(trap: Trap) -> None:
    """Or the other tests here would say nothing: without a wall of ours at least 42 tricks do run."""
    dialogs = len(trap.show(f"{BARE}<body>{REST}"))
    assert dialogs + sum(bool(trap.show(f"{BARE}<body>{plain(TRICKS[name])}")) for name in FOREIGN) >= 42


def sources(known: Knowledge) -> set[str]:
    """The addresses of what records rest on, which a page may link to."""
    links = [*known.references, *(edition.original for edition in known.editions if edition.original)]
    return {address for each in links for address in (each.url, each.archived) if address}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_of_the_site_runs_or_leads_astray(trap: Trap, site: Path, known: Knowledge, language: str) -> None:
    """Every trick as a page shows it, clicked on through under the theme, with the page's policy and without it."""
    folder = site / "fr" if language == "fr" else site
    page = within((folder / "practices" / "nz-gift-register.html").read_text(encoding="utf-8"), drawn(known, language))
    assert POLICY.search(page)
    cited = {
        str(urlsplit(url).hostname)
        for url in re.findall(r'<a [^>]*href="(https?://[^"]+)"', page)
        if url in sources(known)
    }
    for shown in (page, POLICY.sub("", page)):
        assert trap.show(shown) == []
        assert trap.asked <= {HOST, "ok.example", *cited}


def test_the_policy_stands_alone(trap: Trap, site: Path) -> None:
    """Whatever of a record got into a page raw, the policy of the page lets none of it run."""
    policy = POLICY.search((site / "practices" / "nz-gift-register.html").read_text(encoding="utf-8"))
    assert policy
    head = f"{BARE}{policy[0]}<body>"
    ran = {name: trap.show(head + plain(TRICKS[name])) for name in FOREIGN} | {"rest": trap.show(head + REST)}
    assert {name: found for name, found in ran.items() if found} == {}
