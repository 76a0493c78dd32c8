"""Search in the browser, ours against Material's own (lunr) and Pagefind: the same practices, one Chromium, one run.

    python benchmarks/browser_search.py [--records 10000] [--runs 5] [--work FOLDER]

Needs the test extra of the project, Chromium on PATH, and npm for Pagefind, which is installed into the work folder. What takes long,
our index and the peers' sites, is kept in the work folder for the next time. Times are milliseconds, sizes bytes with headers as the
server sent them; each figure is the median over the runs, each run with two queries of its own in a fresh browser context. lunr,
which takes a minute or more, is measured in the first run only.

What is measured:

- Navigation to first result: a visit to an address with ?q=, from the navigation's start (the page itself included) until the first
  result with its snippet is there: as an item of the list on the search page and in the header's box, as data for a script otherwise.
  Nothing is asked of the page before. Where there is a list, also until that result has been painted.
- First query: on a page that has come to rest, until ten results with their snippets are there; its bytes hold all that the search
  ever loaded, before the query too. Next query: another one after it. Repeated query: the first one again; each engine keeps what
  it likes to keep, ours its last answers.
- “engine” and “Pagefind” search from the same page of the peer site, in which Material's own search does not start; theirs is the
  documented `import()`, once where the documentation has it, in the article, and once where our engine stands, at the very
  beginning of the head. No page of any side holds its layout or the theme's script back. A goal is held against the faster of
  Pagefind's two. “search page” and “header's box” are pages of our site.
- Load: what else this computer did, as the average number of running programs before and after; times hang on it, ratios less.
- The floor: when a visit's first script can run at all; and, for the weight of the page itself, when it is whole and what stands
  in it has run (DOMContentLoaded), Material's own script with it.
"""

import argparse
import gzip
import hashlib
import json
import os
import pickle
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import corpus
from playwright.sync_api import Browser, Page, sync_playwright

from kb.base.interface import phrases
from kb.base.places import project_folder
from kb.search import index as search
from kb.search import ranking, shards
from kb.site import build, pages

PAGEFIND = "1.5.2"
LINK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 200_000,
}  # 1.6 Mbit/s each way
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
BOX, API, SEARCH_PAGE, PAGEFIND_API, PAGEFIND_HEAD, LUNR = (
    "ours, header's box",
    "ours, engine",
    "ours, search page",
    "Pagefind",
    "Pagefind in the head",
    "lunr",
)
AS = {PAGEFIND_API: (PAGEFIND_API, PAGEFIND_HEAD)}  # one peer in two ways; the better figure counts
GOALS = [  # figure, of ours, against, at most this share
    ("navigation", BOX, PAGEFIND_API, 0.4),
    ("navigation", API, PAGEFIND_API, 0.4),
    ("navigation", SEARCH_PAGE, PAGEFIND_API, 0.4),
    ("navigation", BOX, LUNR, 0.05),
    ("navigation", API, LUNR, 0.05),
    ("navigation", SEARCH_PAGE, LUNR, 0.05),
    ("first_bytes", BOX, PAGEFIND_API, 0.16),
    ("first_bytes", API, PAGEFIND_API, 0.16),
    ("repeated", BOX, PAGEFIND_API, 0.1),
    ("repeated", API, PAGEFIND_API, 0.1),
    ("slow_first", BOX, PAGEFIND_API, 0.25),
    ("slow_first", API, PAGEFIND_API, 0.25),
]
FIGURES = {
    "navigation": "navigation to first result, ms",
    "painted": "navigation to first result painted, ms",
    "begins": "floor: its first script can run, ms",
    "stands": "floor: the page is whole, ms",
    "first": "first query, ms",
    "first_bytes": "first query with the search itself, bytes",
    "first_requests": "its requests",
    "next": "next query, ms",
    "next_bytes": "next query, bytes",
    "repeated": "repeated query, ms",
    "slow_navigation": "150 ms, 1.6 Mbit/s: navigation to first result, ms",
    "slow_first": "150 ms, 1.6 Mbit/s: first query, ms",
    "slow_next": "150 ms, 1.6 Mbit/s: next query, ms",
}

Sizes = list[tuple[str, int]]


# ---- what is measured: sites of the same practices ----


INDEXED = (
    "benchmarks/corpus.py",
    "kb/base/folding.py",
    "kb/search/ranking.py",
    "kb/search/index.py",
    "content/*.yml",
    "content/practices/*",
)
SHOWN = ("benchmarks/corpus.py", "kb/site/pages.py", "kb/site/templates/*", "content/**/*.*")


def digest(patterns: Iterable[str]) -> str:
    """Twelve hexadecimal digits over the files that something kept was made from."""
    paths = [path for pattern in patterns for path in sorted(project_folder().glob(pattern)) if path.is_file()]
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()[:12]


def index(records: int, work: Path) -> ranking.Postings:
    """Our index of the practices in English."""
    kept = work / f"postings-{records}-{digest(INDEXED)}.pickle"
    if not kept.exists():
        tell(f"indexing {records} practices with Whoosh")
        with tempfile.TemporaryDirectory(dir=work) as folder:
            knowledge = corpus.knowledge(records)
            made = search.export(search.write(knowledge, "en", Path(folder)), knowledge, "en")
        part = kept.with_suffix(".part")
        part.write_bytes(pickle.dumps(made))
        part.replace(kept)
    postings: ranking.Postings = pickle.loads(kept.read_bytes())
    return postings


def our_site(work: Path) -> Path:
    """Our site with one made-up practice: its pages are like those of any number, the index is put in by the server."""
    content, made = work / "content", work / "ours"
    shutil.rmtree(content, ignore_errors=True)
    build.build(made, corpus.write(1, content))
    return made


def peer_site(records: int, work: Path) -> Path:
    """The same practice pages, built by plain MkDocs with Material and its own search; no navigation, as it would take hours."""
    folder = work / f"material-{records}-{digest(SHOWN)}"
    made = folder / "site"
    if (folder / "done").exists():
        return made
    tell(f"building {records} pages with Material's own search")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "docs" / "practices").mkdir(parents=True)
    (folder / "docs" / "index.md").write_text("# Practices\n", encoding="utf-8")
    for name, text in pages.make(corpus.knowledge(records), phrases("en")).items():
        if name.startswith("practices/") and name != "practices/index.md":
            (folder / "docs" / name).write_text(text, encoding="utf-8")
    settings = {
        "site_name": "Practices",
        "use_directory_urls": False,
        "theme": {"name": "material", "font": False},
        "plugins": ["search"],
        "nav": ["index.md"],
        "markdown_extensions": [
            "admonition",
            "attr_list",
            "def_list",
            "md_in_html",
            "tables",
            {"toc": {"permalink": "#"}},
        ],
        "validation": {"nav": {"omitted_files": "ignore"}, "links": {"not_found": "ignore", "anchors": "ignore"}},
    }
    (folder / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(folder / "mkdocs.yml")]
    subprocess.run(command, check=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})
    (folder / "done").touch()
    return made


def pagefind(made: Path, work: Path) -> Path | None:
    """Pagefind's index of a built site, or nothing if npm cannot give us Pagefind."""
    target = made.parent / "pagefind"
    if (target / "pagefind.js").exists():
        return target
    program = work / "npm" / "node_modules" / ".bin" / "pagefind"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            return None
        (work / "npm").mkdir(exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", f"pagefind@{PAGEFIND}"]
        if subprocess.run(install, cwd=work / "npm", check=False).returncode or not program.exists():
            return None
    tell("indexing them with Pagefind")
    only = ["--root-selector", "article", "--exclude-selectors", ".headerlink", "--glob", "practices/*.html"]
    run = [str(program), "--silent", "--site", str(made), "--output-path", str(target), *only]
    subprocess.run(run, check=True)
    return target


# ---- the server ----


@dataclass(eq=False)
class Server:
    """A server on this computer only: threads, gzip at level 6, TCP_NODELAY, no caching; it counts what it sends."""

    folders: Mapping[str, Path]
    made: Mapping[str, str]
    sent: Sizes = field(default_factory=list)
    address: str = ""

    @cache  # noqa: B019 - one server lives as long as the run
    def body(self, path: str) -> tuple[bytes, str, bool] | None:
        """Body, type and whether it is compressed, of an address."""
        mount, _, rest = path.lstrip("/").partition("/")
        if path in self.made:
            data = self.made[path].encode()
        else:
            file = self.folders.get(mount, Path(os.devnull)) / rest
            if not file.is_file():
                return None
            data = file.read_bytes()
        kind = TYPES.get(Path(path).suffix)
        return (gzip.compress(data, 6, mtime=0), kind, True) if kind else (data, "application/octet-stream", False)

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Serve while the block runs."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self) -> None:
                path = unquote(urlsplit(self.path).path)
                found = server.body(path)
                data, kind, packed = found or (b"", "text/plain", False)
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Cache-Control", "no-store")
                if packed:
                    self.send_header("Content-Encoding", "gzip")
                head = b"".join(self._headers_buffer)  # type: ignore[attr-defined]
                server.sent.append((path, len(head) + 2 + len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
            self.address = f"http://127.0.0.1:{http.server_port}"
            threading.Thread(target=http.serve_forever, daemon=True).start()
            try:
                yield self
            finally:
                http.shutdown()


# ---- what the reader does ----

# Each gives window.ask(query): a promise of [ms until the first ten results with their snippets are there, how many they are].
ASK_OURS = """
  window.ask = async (query) => {
    const start = performance.now();
    window.engine = window.engine || new ArushaSearch.Index(`${location.origin}/ours/search/`);
    const found = await ArushaSearch.search(engine, query);
    await found.hits[0];
    window.shown?.();
    window.found = (await Promise.all(found.hits)).map((hit) => hit.id);
    return [performance.now() - start, found.hits.length];
  };
"""
ASK_PAGEFIND = """
  window.ask = async (query) => { // its own boxes load it at the first focus too
    const start = performance.now();
    window.engine = window.engine || await import("/pagefind/pagefind.js");
    await engine.init();
    const found = await engine.search(query), ten = found.results.slice(0, 10).map((result) => result.data());
    await Promise.race(ten);
    window.shown?.();
    await Promise.all(ten);
    return [performance.now() - start, ten.length];
  };
"""
AT_ONCE = """
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) ask(asked);
"""
ASK_BOX = """
  window.ask = (query) => new Promise((done) => {
    const line = document.querySelector("#search-line"), start = performance.now();
    const watch = new MutationObserver(() => {
      if (line.form.dataset.shown !== query) return;
      watch.disconnect();
      done([performance.now() - start, line.form.querySelectorAll("[role=option]").length]);
    });
    watch.observe(line.form, { attributes: true });
    line.value = query;
    line.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
"""
ASK_LUNR = """
  window.ask = (query) => new Promise((done) => {
    const line = document.querySelector(".md-search__input"), list = document.querySelector(".md-search-result__list");
    const start = performance.now();
    const watch = new MutationObserver(() => {
      const shown = list.querySelectorAll("article").length;
      if (!shown) return;
      watch.disconnect();
      done([performance.now() - start, shown]);
    });
    watch.observe(list, { childList: true });
    document.querySelector("#__search").checked = true;
    line.value = query;
    line.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  });
"""
FIRST_SHOWN = """window.begins = performance.now();
addEventListener("DOMContentLoaded", () => { window.stands = performance.now(); });
window.shown = () => {
  if (window.firstResult) return;
  window.firstResult = performance.now();
  requestAnimationFrame(() => setTimeout(() => {
    window.painted = performance.now();
    console.debug("first result");
  }));
};
new MutationObserver((_, watch) => {
  if (!document.querySelector("[role=option], .md-search-result__list article, .results li")) return;
  watch.disconnect();
  shown();
}).observe(document, { childList: true, subtree: true });"""


HEAD_OURS = """<script src="/ours/assets/search-engine.js"></script><script src="/ours/search/dir.js"></script>"""


def plain_pages(page: str) -> dict[str, str]:
    """A practice page of the peer site without Material's search: with our engine or Pagefind asked in its head or its article."""
    page = page.replace('data-md-component="search"', "hidden")  # Material then never starts its own search
    head, article = '<meta charset="utf-8">', "</article>"
    ours, theirs = (f"<script>{ask}{AT_ONCE}</script>" for ask in (ASK_OURS, ASK_PAGEFIND))
    return {
        "/plain/practices/ours.html": page.replace(head, head + HEAD_OURS + ours, 1),
        "/plain/practices/pagefind-in-head.html": page.replace(head, head + theirs, 1),
        "/plain/practices/pagefind.html": page.replace(article, theirs + article, 1),
    }


@dataclass(frozen=True)
class Engine:
    """One way to search: the page it starts from, what belongs to it of what the server sends, and how to ask it by script."""

    name: str
    page: str
    belongs: tuple[str, ...]
    box: str = ""  # the script that asks it through its own box
    has_list: bool = False
    is_light: bool = True  # light enough to be visited again, idle and over the slow link
    asks_again: bool = True

    def measure(self, browser: Browser, server: Server, queries: tuple[str, str]) -> dict[str, float]:
        """All figures of one run: a visit that asks at once, one that asks when all is quiet, and both over the slow link."""
        address = f"{server.address}{self.page}"
        figures: dict[str, float] = {}
        with opened(browser) as page:
            before = len(server.sent)
            figures["navigation"] = self._arrive(page, f"{address}?q={quote(queries[0])}")
            page.wait_for_load_state("networkidle")
            told = ("begins", "stands", "painted") if self.has_list else ("begins", "stands")
            figures |= {name: float(page.evaluate(f"window.{name}")) for name in told}
            if not (self.is_light and self.asks_again):
                figures |= self._sizes("first", server.sent[before:])
            if not self.is_light:
                figures |= self._again(page, server, queries)
        if not self.is_light:
            return figures
        with opened(browser) as page:
            throttle(page)
            figures["slow_navigation"] = self._arrive(page, f"{address}?q={quote(queries[0])}")
        if not self.asks_again:
            return figures
        with opened(browser) as page:
            before = len(server.sent)
            page.goto(address, wait_until="networkidle")
            figures["first"] = self._ask(page, queries[0])
            page.wait_for_load_state("networkidle")
            figures |= self._sizes("first", server.sent[before:])
            figures |= self._again(page, server, queries)
        with opened(browser) as page:
            page.goto(address, wait_until="networkidle")
            throttle(page)
            return figures | {"slow_first": self._ask(page, queries[0]), "slow_next": self._ask(page, queries[1])}

    def _arrive(self, page: Page, address: str) -> float:
        page.add_init_script(FIRST_SHOWN)
        with page.expect_console_message(lambda said: said.text == "first result"):  # nothing is asked of it before
            page.goto(address, wait_until="commit")
        return float(page.evaluate("window.firstResult"))

    def _again(self, page: Page, server: Server, queries: tuple[str, str]) -> dict[str, float]:
        before = len(server.sent)
        figures = {"next": self._ask(page, queries[1])}
        figures |= self._sizes("next", server.sent[before:])
        return figures | {"repeated": self._ask(page, queries[0])}

    def _ask(self, page: Page, query: str) -> float:
        if self.box:
            page.evaluate(f"() => {{ {self.box} }}")
        ms, many = page.evaluate("(query) => ask(query)", query)
        if not many:
            raise RuntimeError(f"{self.name} finds nothing for {query!r}")
        return float(ms)

    def _sizes(self, name: str, sent: Sizes) -> dict[str, float]:
        own = [size for path, size in sent if path.startswith(self.belongs)]
        return {f"{name}_bytes": sum(own), f"{name}_requests": len(own)}


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.set_default_timeout(300_000)
        yield page
    finally:
        context.close()


def throttle(page: Page) -> None:
    """Put the page and its workers behind the slow link."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", LINK)


def engines(start: str) -> list[Engine]:
    """All that are compared; *start* is the practice page that visits with a header's box begin on."""
    ours, lunr = (
        ("/ours/search/", "/ours/assets/search-"),
        ("/material/search/", "/material/assets/javascripts/workers/"),
    )
    return [
        Engine(BOX, f"/ours/practices/{start}.html", ours, ASK_BOX, has_list=True),
        Engine(API, "/plain/practices/ours.html", ours),
        Engine(SEARCH_PAGE, "/ours/search.html", ours, has_list=True, asks_again=False),
        Engine(LUNR, f"/material/practices/{start}.html", lunr, ASK_LUNR, has_list=True, is_light=False),
        Engine(PAGEFIND_API, "/plain/practices/pagefind.html", ("/pagefind/",)),
        Engine(PAGEFIND_HEAD, "/plain/practices/pagefind-in-head.html", ("/pagefind/",), asks_again=False),
    ]


# ---- the run ----


def measured_queries(records: int, postings: ranking.Postings, runs: int) -> list[tuple[str, str]]:
    """Two queries for each run, of one, two and three words in turn, which at least ten practices meet in full."""
    good = [
        query
        for query in corpus.queries(records)
        if (answer := ranking.search(postings, query)).complete and answer.total >= 10
    ]
    by_length = [[query for query in good if query.count(" ") == spaces] for spaces in range(3)]
    mixed = [query for group in zip(*by_length, strict=False) for query in group]
    if len(mixed) < 2 * runs:
        raise SystemExit(f"only {len(mixed)} queries find ten practices; ask for more records or fewer runs")
    return [(mixed[2 * run], mixed[2 * run + 1]) for run in range(runs)]


def same_as_python(browser: Browser, server: Server, postings: ranking.Postings, queries: Iterable[str]) -> int:
    """How many queries were asked in the browser and gave the very results of `ranking`. Raises RuntimeError at a difference."""
    many = 0
    with opened(browser) as page:
        page.goto(f"{server.address}/plain/practices/ours.html")
        for query in queries:
            page.evaluate("(query) => ask(query)", query)
            wanted = [hit.document.id for hit in ranking.search(postings, query).hits]
            if page.evaluate("window.found") != wanted:
                raise RuntimeError(f"the browser and kb/search/ranking.py differ on {query!r}")
            many += 1
    return many


def main() -> None:
    """Prepare, measure, tell, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "arusha-benchmarks")
    parser.add_argument("--no-lunr", action="store_true", help="leave lunr out, which takes most of the time")
    arguments = parser.parse_args()
    work: Path = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    os.environ["ARUSHA_CACHE"] = str(work / "cache")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no chromium on PATH; install it, on Debian with: apt-get install chromium")

    postings = index(arguments.records, work)
    ours, peers = our_site(work), peer_site(arguments.records, work)
    found = pagefind(peers, work)
    if found is None:
        tell("Pagefind is missing: npm is not on PATH or could not install it, so there is nothing to compare with it")
    start = corpus.knowledge(1).practices[0].id
    say = phrases("en")
    made = shards.make(postings, search.labels(corpus.knowledge(1), say), pages.search_phrases(say))
    folders = {"ours": ours, "material": peers, "plain": peers, "pagefind": found or Path(os.devnull)}
    page = (peers / "practices" / f"{start}.html").read_text(encoding="utf-8")
    texts = {f"/ours/search/{name}": text for name, text in made.items()} | plain_pages(page)
    left_out = {LUNR} if arguments.no_lunr else set()
    left_out |= set(AS[PAGEFIND_API]) if found is None else set()
    compared = [engine for engine in engines(start) if engine.name not in left_out]
    queries = measured_queries(arguments.records, postings, arguments.runs)

    before = os.getloadavg()[0]
    runs: dict[str, list[dict[str, float]]] = {engine.name: [] for engine in compared}
    with Server(folders, texts).running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            version = browser.version
            same = same_as_python(browser, server, postings, corpus.queries(arguments.records))
            for number, pair in enumerate([queries[-1], *queries]):  # the first round only warms the server
                for engine in compared:
                    if engine.name != LUNR or number == 1:
                        began = perf_counter()
                        figures = engine.measure(browser, server, pair)
                        tell(f"run {number} {engine.name}: {perf_counter() - began:.0f} s")
                        runs[engine.name] += [figures] if number else []
        finally:
            browser.close()

    medians = {
        name: {figure: statistics.median(run[figure] for run in found) for figure in found[0]}
        for name, found in runs.items()
    }
    goals = [
        {"figure": figure, "ours": ours, "peer": peer, "at_most": share, "ratio": ratio, "met": ratio <= share}
        for figure, ours, peer, share in GOALS
        if peer in medians
        for best in [min(medians[way][figure] for way in AS.get(peer, (peer,)) if figure in medians[way])]
        for ratio in [round(medians[ours][figure] / best, 4)]
    ]
    print(table(medians, goals, arguments.records, same))
    result = {
        "command": f"python benchmarks/browser_search.py --records {arguments.records} --runs {arguments.runs}",
        "records": arguments.records,
        "versions": {"chromium": version, "python": platform.python_version(), "pagefind": PAGEFIND if found else None},
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "queries": queries,
        "same_as_python": same,
        "medians": medians,
        "goals": goals,
        "runs": runs,
    }
    target = Path(__file__).parent / "results" / "browser_search.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(
    medians: Mapping[str, Mapping[str, float]], goals: Iterable[Mapping[str, Any]], records: int, same: int
) -> str:
    """The figures and the goals as text."""
    names = list(medians)
    lines = [f"{records} practices; {same} queries gave the results of kb/search/ranking.py", ""]
    lines.append(f"{'':50}" + "".join(f"{name:>22}" for name in names))
    for figure, label in FIGURES.items():
        cells = [medians[name].get(figure) for name in names]
        lines.append(f"{label:50}" + "".join(f"{'–' if cell is None else f'{cell:,.1f}':>22}" for cell in cells))
    lines.append("")
    for goal in goals:
        met = "met" if goal["met"] else "MISSED"
        label = FIGURES[goal["figure"]].rpartition(",")[0]
        lines.append(
            f"{label:40}{goal['ours']:>22} / {goal['peer']:9}{goal['ratio']:8.3f}  goal ≤ {goal['at_most']:<5} {met}"
        )
    return "\n".join(lines)


def tell(line: str) -> None:
    """Say what goes on, beside the result."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
