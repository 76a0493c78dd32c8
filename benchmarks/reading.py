"""Foreign files of hostile shapes at growing sizes: does reading or refusing them cost time in proportion to their bytes?

    python benchmarks/reading.py [--kinds json responses exports text …] [--export 10 100 1000]

Each file is read in a fresh child, as the commands read it, with limits wide enough to see a curve that rises. A row gives the
sizes in MB, the CPU seconds for each MB at each size, the highest resident memory in MB (a mapped file counts, though the system
may drop its pages), and how the largest ended: “read”, or the sentence. *growth* is the time for a MB at the largest size over that
at the smallest: about 1 where time is in proportion, up to the ratio of the sizes where it grows with their square. “MISSED” marks
a growth above 2, and what came to the limits of its command. The figures go to `benchmarks/results/reading.json`. Times hang on
what else the computer does; growth hardly does. POSIX only.
"""

import argparse
import hashlib
import io
import json
import os
import platform
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reading  # this file, as the child can import it

from assessment import answers
from assessment.exchange import as_json
from assessment.rounds import opening as openings
from assessment.storing.sqlite import AssessmentFile
from kb.base import bounded, strict_json
from kb.base.errors import ArushaError
from kb.library.knowledge import load
from kb.newsletter.desk.membership import load_members
from kb.newsletter.intake import formats
from kb.newsletter.intake.importing import read_apart
from kb.newsletter.intake.naming import Names

MB = 1_000_000
WIDE = bounded.Limits(seconds=120, memory=8_000_000_000)
GOAL = 2.0
GREAT = ("many keys, last twice", "empty lists", "one long text of escapes", "many short texts")
RESULTS = Path(__file__).parent / "results" / "reading.json"
Shapes = dict[str, Callable[[int], bytes]]


def filled(piece: str, size: int, before: str = "", after: str = "", between: str = "") -> bytes:
    """*piece* as often as fits into *size* bytes; `%d` in it is its number."""
    parts, left, number = [before], size - len(before.encode()) - len(after.encode()), 0
    while left > 0:
        parts.append((between if number else "") + piece.replace("%d", str(number)))
        left -= len(parts[-1].encode())
        number += 1
    return ("".join(parts) + after).encode()


JSON: Shapes = {
    "many keys, last twice": lambda n: filled('"k%d":0', n, "{", ',"k0":0}', ","),
    "one key again and again": lambda n: filled('"k":0', n, "{", "}", ","),
    "many objects with a key twice": lambda n: filled('{"k":0,"k":0}', n, "[", "]", ","),
    "long key over many values": lambda n: filled("0", n // 2, '{"' + "k" * (n // 2) + '":[', "]}", ","),
    "forty levels of long keys": lambda n: (('{"' + "k" * (n // 41) + '":') * 39 + "[NaN]" + "}" * 39).encode(),
    "endless brackets": lambda n: b"[" * n,
    "many small nests": lambda n: filled("[" * 38 + "]" * 38, n, "[", "]", ","),
    "empty lists": lambda n: filled("[]", n, "[", "]", ","),
    "empty objects": lambda n: filled("{}", n, "[", "]", ","),
    "many NaN": lambda n: filled("NaN", n, "[", "]", ","),
    "one long number": lambda n: b'{"a":' + b"9" * n + b"}",
    "one long decimal number": lambda n: b'{"a":1.' + b"9" * n + b"}",
    "many long numbers": lambda n: filled("9" * 999, n, "[", "]", ","),
    "one long text": lambda n: b'{"a":"' + b"x" * n + b'"}',
    "one long text of escapes": lambda n: filled("\\u00e9", n, '{"a":"', '"}'),
    "many short texts": lambda n: filled('"%d"', n, "[", "]", ","),
    "lines without end": lambda n: b"\n" * n,
    "a fault at the end": lambda n: filled("0", n, "[", "x]", ",\n"),
}
HEAD = '{"questionnaire":"self-assessment","version":"VERSION","answers":{'
RESPONSES: Shapes = {
    "unknown questions": lambda n: filled('"9.z.%d":{"level":1}', n, HEAD, "}}", ","),
    "unknown fields": lambda n: filled('"f%d":1', n, HEAD + '"1.a.1":{', "}}}", ","),
    "unknown fields of dots": lambda n: (HEAD + '"1.a.1":{"' + "." * n + '":1}}}').encode(),
    "wrong pieces of evidence": lambda n: filled('{"x":1}', n, HEAD + '"1.a.1":{"level":1,"evidence":[', "]}}}", ","),
    "a great value in the wrong place": lambda n: filled("0", n, HEAD + '"1.a.1":{"level":[', "]}}}", ","),
    "fields beside the three": lambda n: filled('"f%d":1', n, HEAD + "},", "}", ","),
    "a respondent of many fields": lambda n: filled('"f%d":1', n, HEAD + '},"respondent":{', "}}", ","),
    "a note of escape characters": lambda n: filled("\\u001b", n, HEAD + '"1.a.1":{"level":1,"note":"', '"}}}'),
}


TEXT: Shapes = {
    "lines": lambda n: filled("This is sentence %d of the text.\n", n),
    "paragraphs": lambda n: filled("Paragraph %d is long enough to be one.\n\n", n),
    "a contents list": lambda n: filled("Entry %d .... 5\n", n // 2, "Contents\n\n"),
    "one word in halves": lambda n: filled("word-\n", n // 6),
    "slashes at ends": lambda n: filled("a" * 30 + "/\n", n),
    "leaders": lambda n: filled(". ", n, "x"),
    "blanks": lambda n: filled(" ", n, "x", "x\n"),
    "closing signs": lambda n: filled(")", n, "x.", "x"),
    "opening brackets": lambda n: filled("[", n, "x "),
    "pictures begun": lambda n: filled("![", n, "x "),
    "footnote marks begun": lambda n: filled("[^", n, "x "),
    "braces": lambda n: filled("{", n, "x "),
    "comments": lambda n: filled("<!---->", n),
    "signs of entities": lambda n: filled("&a", n, "x "),
    "stars": lambda n: filled("*", n, "x "),
    "names of Members": lambda n: filled("Ghana ", n),
    "abbreviations": lambda n: filled("AB%d Abbreviation of something\n", n // 2),
    "addresses begun": lambda n: filled("http://", n),
    "bullets": lambda n: filled("• a\n", n // 3),
}
MARKDOWN: Shapes = {
    **{
        name: TEXT[name]
        for name in ("paragraphs", "opening brackets", "pictures begun", "footnote marks begun", "braces")
    },
    "a heading of blanks": lambda n: filled(" ", n, "# a", "b\n"),
    "a heading of signs": lambda n: filled(" #", n, "# x", "x\n"),
    "quotations in quotations": lambda n: filled("> ", n),
    "bold without end": lambda n: filled("****", n, "x"),
    "a table of many columns": lambda n: filled("|a", n, "|" * 40 + "\n" + "|-" * 40 + "|\n", "|\n"),
    "footnotes": lambda n: filled("[^a%d]: x\n", n // 2),
    "a table of the form": lambda n: filled("| Member | Ghana |\n", n // 2),
    "front matter of brackets": lambda n: filled("[", n, "---\na: ", "\n---\nx\n"),
    "front matter of base 60": lambda n: filled(":1", n, "---\na: !!int 1", "\n---\nx\n"),
}
HTML: Shapes = {
    "paragraphs": lambda n: filled("<p>x", n),
    "cells": lambda n: filled("<td>x", n, "<table>"),
    "tables": lambda n: filled("<table><tr><td>x</table>", n),
    "deep boxes": lambda n: filled("<div>" * 200 + "x" + "</div>" * 200, n),
    "bold begun": lambda n: filled("<b>", n),
    "links begun": lambda n: filled("<a href=http://x.y>x", n),
    "comments": lambda n: filled("<!---->", n),
    "attributes": lambda n: filled(" a%d=1", n, "<p", "><p>x"),
    "a picture's bytes": lambda n: filled("A", n, "<p>x<img src='data:image/png;base64,", "'>"),
    "deletions": lambda n: filled("<del>x</del>y", n, "<p>"),
}
NAMESPACES = " ".join(
    f'xmlns:{name}="http://schemas.openxmlformats.org/{place}"'
    for name, place in (
        ("w", "wordprocessingml/2006/main"),
        ("mc", "markup-compatibility/2006"),
        ("r", "officeDocument/2006/relationships"),
    )
)
RUN = "<w:r><w:t>word</w:t></w:r>"
PARAGRAPH = f"<w:p>{RUN}</w:p>"
BOX, BOXED = "<w:p><w:r><w:drawing><w:txbxContent>", "</w:txbxContent></w:drawing></w:r></w:p>"
CELL, CELLED = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"


def docx(body: bytes) -> bytes:
    """A Word file of this body."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        whole = f"<w:document {NAMESPACES}><w:body>".encode() + body + b"</w:body></w:document>"
        archive.writestr("word/document.xml", whole)
    return packed.getvalue()


WORD: Shapes = {
    "paragraphs": lambda n: docx(filled(PARAGRAPH, n)),
    "runs": lambda n: docx(filled(RUN, n, "<w:p>", "</w:p>")),
    "rows": lambda n: docx(filled(f"<w:tr>{f'<w:tc>{PARAGRAPH}</w:tc>' * 2}</w:tr>", n, "<w:tbl>", "</w:tbl>")),
    "tables in tables": lambda n: docx(filled(CELL * 60 + PARAGRAPH + CELLED * 60, n)),
    "much in 200 tables": lambda n: docx(filled(PARAGRAPH, n, CELL * 200, CELLED * 200)),
    "boxes in boxes": lambda n: docx(filled(BOX * 30 + PARAGRAPH + BOXED * 30, n, PARAGRAPH)),
    "much in 150 boxes": lambda n: docx(filled(PARAGRAPH, n, PARAGRAPH + BOX * 150, BOXED * 150)),
    "deletions": lambda n: docx(filled(f"<w:del>{RUN}</w:del>", n, PARAGRAPH + "<w:p>", "</w:p>")),
}


def export(size: int) -> bytes:
    """The export of an assessment with evidence attached, in pieces of 18 MB, and a text of characters outside the plane."""
    attached = [os.urandom(1000) * (min(18 * MB, size * 3 // 4) // 1000) for _ in range(max(1, size // (24 * MB)))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.arusha"
        with AssessmentFile.create(path, *openings.opening("Ruvania", None, "en", load().bank)) as file:
            for number, data in enumerate(attached, 1):
                about = {"sha256": hashlib.sha256(data).hexdigest(), "name": "a.pdf", "size": len(data)}
                file.append([("evidence", {"id": f"e{number}", "text": "“Ⅴ” 😀", "file": about})], [data])
            return as_json.as_text(file).encode()


def measured(function: Callable[..., Any], *args: Any) -> tuple[float, int, str]:
    """CPU seconds, the peak of resident memory in MB, and how it ended."""
    began = time.process_time()
    try:
        function(*args)
        ended = "read"
    except ArushaError as error:
        ended = str(error)
    return time.process_time() - began, _peak(), ended


def _peak() -> int:
    status = Path("/proc/self/status")
    if status.is_file():  # of this program alone; what getrusage tells begins with the parent's
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 // MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB


def row(make: Callable[[int], bytes], sizes: list[float], call: Callable[[bytes, Path], tuple[float, int, str]]) -> Any:
    """One shape at its sizes."""
    rates: list[float] = []
    peak, ended, missed = 0, "", False
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            data = make(int(size * MB))
            try:
                seconds, peak, ended = call(data, Path(folder) / "file")
            except ArushaError as error:
                ended, missed = str(error), True
                break
            rates.append(seconds / size)
    growth = rates[-1] / max(rates[0], 0.01) if rates else 0  # below 10 ms for a MB the clock is too coarse
    missed = missed or growth > GOAL
    ended = " ".join(ended.replace(str(Path(folder) / "file"), "FILE").split())[:120]
    rates = [round(rate, 4) for rate in rates]
    return {
        "mb": sizes,
        "seconds_per_mb": rates,
        "growth": round(growth, 2),
        "peak_mb": peak,
        "ended": ended,
        "missed": missed,
    }


def read_json(data: bytes, path: Path) -> tuple[float, int, str]:
    """As any JSON file is read."""
    path.write_bytes(data)
    return bounded.call("FILE", WIDE, reading.measured, strict_json.read, path, "response file", 2 * 10**9)


def read_responses(data: bytes, path: Path) -> tuple[float, int, str]:
    """As `assess collect` reads a file."""
    bank = load().bank
    path.write_bytes(data.replace(b"VERSION", bank.version.encode()))
    return bounded.call("FILE", WIDE, reading.measured, answers.read_responses, path, bank)


def take_export(data: bytes, path: Path) -> tuple[float, int, str]:
    """As `assess import` takes one, with the limits that it has."""
    path.write_bytes(data)
    made = path.with_suffix(".arusha")
    made.unlink(missing_ok=True)
    limits = as_json.limits(len(data))
    return bounded.call("FILE", limits, reading.measured, as_json.take, path, made, load().bank)


def read_document(ending: str) -> Callable[[bytes, Path], tuple[float, int, str]]:
    """As `edition import` reads a document after another one, with the limits that it has."""
    names = Names(load_members())
    names.mentioned("Ghana")
    names.exact("Ghana")
    small = docx(PARAGRAPH.encode()) if ending == "docx" else b"<p>Ghana is a word of this text." * 3

    def call(data: bytes, _: Path) -> tuple[float, int, str]:
        with bounded.Child() as child:
            for document in (small, data):
                found = child.call(
                    "FILE", formats.LIMITS, reading.measured, read_apart, document, f"FILE.{ending}", names
                )
        return found

    return call


def main() -> None:
    """Measure, print a line for each shape, and keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    texts, words = [0.06, 0.24, 0.96], [0.48, 1.92, 7.68]
    kinds: dict[str, Any] = {
        "json": (JSON, [1, 4, 16], read_json),
        "50 MB of json": ({name: JSON[name] for name in GREAT}, [0.5, 5, 50], read_json),
        "responses": (RESPONSES, [0.5, 2, 8], read_responses),
        "exports": ({"attachments": export}, [], take_export),
        "text": (TEXT, texts, read_document("txt")),
        "markdown": (MARKDOWN, texts, read_document("md")),
        "html": (HTML, texts, read_document("html")),
        "word": (WORD, words, read_document("docx")),
    }
    parser.add_argument("--kinds", nargs="*", choices=kinds, default=list(kinds))
    parser.add_argument("--export", nargs="*", type=float, default=[10.0, 100.0, 990.0], help="MB of the exports")
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    for kind in options.kinds:
        shapes, sizes, call = kinds[kind]
        kept[kind] = {}
        for name, make in shapes.items():
            found = kept[kind][name] = row(make, sizes or options.export, call)
            told = "  ".join(f"{rate:.3f}" for rate in found["seconds_per_mb"])
            mark = "MISSED" if found["missed"] else ""
            print(
                f"{kind:<13} {name:<34} {told}  s/MB  × {found['growth']:<5} {found['peak_mb']:>5} MB  {mark}",
                flush=True,
            )
    kept["machine"] = {"python": platform.python_version(), "processors": os.cpu_count(), "load": os.getloadavg()[0]}
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
