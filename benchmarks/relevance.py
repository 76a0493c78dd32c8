"""How well search finds what an officer means: labelled queries, our search beside SQLite FTS5 and Pagefind, in one run.

    python benchmarks/relevance.py

prints nDCG@10 and recall@10 of each search, for all queries of tests/content/relevance.json and for parts of them.
FTS5 comes with Python. Pagefind (npm 1.5.2, or `pip install "pagefind[bin]"`) is asked in a browser, through Playwright;
without it, it is left out:

    npm install --prefix ~/pagefind pagefind@1.5.2
    python benchmarks/relevance.py --pagefind ~/pagefind/node_modules/.bin/pagefind

`--worst 20` lists the queries that our search serves worst, those held out left aside.

Each query has practices labelled 2 (just what they want) or 1 (useful), judged by reading the records. The first, third and so on
were looked at while the thesaurus and the weights were tuned; the second, fourth and so on were held out. The peers search the
same texts with the same weights: title, Members' names, summary and body, and once more with the records' keywords. They do not
get our thesaurus. They get each query without our stop words. FTS5 is asked for all the words and then, if that finds nothing, for
any; and once more for any word at once, which ranks questions better. Pagefind always asks for all.
"""

import argparse
import functools
import html
import http.server
import json
import math
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from kb.base.folding import words
from kb.base.places import project_folder
from kb.library.knowledge import Knowledge, load
from kb.search.index import BOOSTS, fields, open_postings
from kb.search.ranking import Postings, search

LABELS = project_folder() / "tests" / "content" / "relevance.json"
CUT = 10
FIELDS = ("title", "names", "summary", "body")

Rows = Mapping[str, Mapping[str, str]]
"""The texts that a peer searches: practice id → field → text."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """One query with the grades, 2 or 1, of the practices that answer it."""

    text: str
    language: str
    grades: Mapping[str, int]
    misspelt: bool
    held_out: bool


Answers = Mapping[Labelled, Sequence[str]]
"""What one search found for each query: ids, best first."""


def read(path: Path = LABELS) -> tuple[Labelled, ...]:
    """The labelled queries."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Labelled(row["query"], row["language"], row["labels"], row.get("misspelt", False), place % 2 == 1)
        for place, row in enumerate(rows)
    )


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Discounted gain of the first ten found, as a share of the best possible; a grade g gains 2^g - 1."""
    best = sorted(grades.values(), reverse=True)
    return _gain([grades.get(key, 0) for key in found[:CUT]]) / _gain(best[:CUT])


def _gain(grades: Sequence[int]) -> float:
    return sum(((1 << grade) - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def recall(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of the labelled practices that stand among the first ten found."""
    return len(set(found[:CUT]) & set(grades)) / min(CUT, len(grades))


def figures(answers: Answers, queries: Sequence[Labelled]) -> tuple[float, float]:
    """Mean nDCG@10 and mean recall@10 over *queries*."""
    return (
        fmean(ndcg(answers[query], query.grades) for query in queries),
        fmean(recall(answers[query], query.grades) for query in queries),
    )


def ours(queries: Sequence[Labelled], postings: Mapping[str, Postings]) -> Answers:
    """What our own search finds; *postings*: by language."""
    return {
        query: [hit.document.id for hit in search(postings[query.language], query.text, limit=CUT).hits]
        for query in queries
    }


def fts5(
    queries: Sequence[Labelled],
    knowledge: Knowledge,
    postings: Mapping[str, Postings],
    names: Sequence[str],
    joins: Sequence[str] = ("AND", "OR"),
) -> Answers:
    """What SQLite's full-text search finds in the fields *names*, the words joined by the first of *joins* that finds something."""
    answers: dict[Labelled, list[str]] = {}
    for language, index in postings.items():
        find = _fts5(_rows(knowledge, language, names), joins)
        answers.update({query: find(_bare(query, index)) for query in queries if query.language == language})
    return answers


def _rows(knowledge: Knowledge, language: str, names: Sequence[str]) -> Rows:
    return {key: {name: found[name] for name in names} for key, found in fields(knowledge, language).items()}


def _bare(query: Labelled, postings: Postings) -> list[str]:
    return [word for word in words(query.text) if word not in postings.stopwords]


def _fts5(rows: Rows, joins: Sequence[str]) -> Callable[[Sequence[str]], list[str]]:
    names = list(next(iter(rows.values())))
    base = sqlite3.connect(":memory:")
    base.execute(
        f"CREATE VIRTUAL TABLE practice USING fts5(id UNINDEXED, {', '.join(names)}, "
        "tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    marks = ", ".join("?" * (len(names) + 1))
    base.executemany(f"INSERT INTO practice VALUES ({marks})", [(key, *row.values()) for key, row in rows.items()])
    weights = ", ".join(str(BOOSTS[name]) for name in names)
    ask = f"SELECT id FROM practice WHERE practice MATCH ? ORDER BY bm25(practice, 0, {weights}), id LIMIT {CUT}"

    def find(asked: Sequence[str]) -> list[str]:
        for join in joins:
            if found := base.execute(ask, (f" {join} ".join(f'"{word}"' for word in asked),)).fetchall():
                return [row[0] for row in found]
        return []

    return find


def pagefind(
    command: str,
    queries: Sequence[Labelled],
    knowledge: Knowledge,
    postings: Mapping[str, Postings],
    names: Sequence[str],
) -> Answers:
    """What Pagefind finds in pages of the fields *names*."""
    answers: dict[Labelled, list[str]] = {}
    for language, index in postings.items():
        lines = {query: " ".join(_bare(query, index)) for query in queries if query.language == language}
        found = _pagefind(command, _rows(knowledge, language, names), language, list(lines.values()))
        answers.update(zip(lines, found, strict=True))
    return answers


_ASK_PAGEFIND = """async ([lines, cut]) => {
  const pagefind = await import("/pagefind/pagefind.js");
  const answers = [];
  for (const line of lines) {
    const { results } = await pagefind.search(line);
    const found = await Promise.all(results.slice(0, cut).map((result) => result.data()));
    answers.push(found.map((data) => data.url.split("/").pop().replace(".html", "")));
  }
  return answers;
}"""


def _pagefind(command: str, rows: Rows, language: str, lines: Sequence[str]) -> list[list[str]]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only Pagefind needs it)

    with tempfile.TemporaryDirectory(prefix="arusha-relevance-") as name:
        for key, row in rows.items():
            (Path(name) / f"{key}.html").write_text(_page(language, row), encoding="utf-8")
        subprocess.run([command, "--site", name], check=True, stdout=subprocess.DEVNULL)
        with _served(Path(name)) as address, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"{address}/{next(iter(rows))}.html")
            found: list[list[str]] = page.evaluate(_ASK_PAGEFIND, [list(lines), CUT])
            browser.close()
    return found


def _page(language: str, row: Mapping[str, str]) -> str:
    title = html.escape(row["title"])
    parts = "".join(
        f'<p data-pagefind-weight="{BOOSTS[name]}">{html.escape(part)}</p>'
        for name, text in row.items()
        if name != "title"
        for part in text.split("\n")
        if part
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f"<body><main data-pagefind-body><h1>{title}</h1>{parts}</main></body></html>"
    )


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Silent, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    """Ask every search every query, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pagefind", default=shutil.which("pagefind"), help="the pagefind command")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N queries served worst")
    chosen = parser.parse_args()
    queries, knowledge, root = read(), load(), project_folder() / "content"
    postings = {language: open_postings(root, language) for language in ("en", "fr")}
    searches = {"Arusha": ours(queries, postings)}
    for label, names in (("", FIELDS), (" with keywords", (*FIELDS, "keywords"))):
        searches[f"FTS5{label}"] = fts5(queries, knowledge, postings, names)
        searches[f"FTS5 any word{label}"] = fts5(queries, knowledge, postings, names, ["OR"])
        if chosen.pagefind:
            searches[f"Pagefind{label}"] = pagefind(chosen.pagefind, queries, knowledge, postings, names)
    parts = {
        "all": queries,
        "en": [query for query in queries if query.language == "en"],
        "fr": [query for query in queries if query.language == "fr"],
        "misspelt": [query for query in queries if query.misspelt],
        "tuned": [query for query in queries if not query.held_out],
        "held out": [query for query in queries if query.held_out],
    }
    print(f"nDCG@{CUT} / recall@{CUT}, {len(knowledge.practices)} practices")
    print(" " * 28 + "".join(f"{name} ({len(part)})".rjust(16) for name, part in parts.items()))
    for name, answers in searches.items():
        cells = (figures(answers, part) for part in parts.values())
        print(f"{name:28}" + "".join(f"{gain:.3f} / {share:.3f}".rjust(16) for gain, share in cells))
    if not chosen.pagefind:
        print("Pagefind is left out: there is no pagefind command (see --help).")
    found = searches["Arusha"]
    for query in sorted(parts["tuned"], key=lambda query: ndcg(found[query], query.grades))[: chosen.worst]:
        wanted = ", ".join(f"{key} {grade}" for key, grade in query.grades.items())
        print(f"\n{ndcg(found[query], query.grades):.2f}  {query.text}\n  wanted: {wanted}")
        print(f"  found:  {', '.join(found[query])}")


if __name__ == "__main__":
    main()
