"""Mutate DOCX, ODT, PDF, HTML, Markdown and text files and import them: no traceback, no hang, no greed, no stray file.

Run: `python benchmarks/fuzz_import.py --files 10000 --seconds 1500`. Prints counts; exit code 1 if a rule was broken.
Needs the project's test extra (Typst makes the PDF to start from).
"""

import argparse
import io
import json
import multiprocessing
import random
import resource
import socket
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import docx
import typst

from kb.newsletter.desk.membership import load_members
from kb.newsletter.folder import read as read_folder
from kb.newsletter.intake.importing import import_files

SLOWEST, MEMORY = 10.0, 1_000_000
PARAGRAPHS = [
    "Bulgaria",
    "A register that everybody may read",
    "Officers enter each gift on the day it was made, all of them.",
    "- one;",
]
ENDINGS = ["docx", "odt", "pdf", "html", "md", "txt"]
SPLICES = [
    b"\0",
    b"\xff\xfe",
    b"<w:p>",
    b"</w:p>",
    b"&#0;",
    b"<!DOCTYPE x>",
    b"%PDF-",
    b"\f",
    b"\x80",
    b"[^1]",
    b"![",
    b"\r",
    b"9" * 30,
]


def seeds() -> dict[str, bytes]:
    """One sound file of each format."""
    document, word = docx.Document(), io.BytesIO()
    for text in PARAGRAPHS * 5:
        document.add_paragraph(text)
    document.add_table(2, 2).cell(0, 0).text = "Year"
    document.save(word)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<text:p>{text}</text:p>" for text in PARAGRAPHS * 5)
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:text="{space}:text:1.0"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    odt = io.BytesIO()
    with zipfile.ZipFile(odt, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return {
        "docx": word.getvalue(),
        "odt": odt.getvalue(),
        "pdf": typst.compile("\n\n".join(f"#par[{text}]" for text in PARAGRAPHS * 5).encode()),
        "html": ("<html><body>" + "".join(f"<h2>{text}</h2><p>{text}</p>" for text in PARAGRAPHS * 5)).encode(),
        "md": "\n\n".join(f"## {text}\n\n{text}" for text in PARAGRAPHS * 5).encode(),
        "txt": "\n\n".join(PARAGRAPHS * 5).encode(),
    }


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """*data* with bytes flipped, cut, doubled or spliced in; of a package, often one of its parts."""
    if data[:2] == b"PK" and chance.random() < 0.7:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            chosen = chance.choice([name for name in old.namelist() if name.endswith(".xml")])
            for name in old.namelist():
                new.writestr(name, _mutated(old.read(name), chance) if name == chosen else old.read(name))
        return target.getvalue()
    return _mutated(data, chance)


def _mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(5):
            case 0 if changed:
                changed[place % len(changed)] = chance.randrange(256)
            case 1:
                del changed[place : place + chance.randint(1, 200)]
            case 2:
                changed[place:place] = changed[place : place + chance.randint(1, 400)] * chance.randint(1, 30)
            case 3:
                changed[place:place] = chance.choice(SPLICES) * chance.randint(1, 40)
            case _ if chance.random() < 0.1:
                del changed[place:]
    return bytes(changed)


def work(job: tuple[int, int, float]) -> Counter[str]:
    """Import *count* mutated files, each into a folder of its own, until the time is up."""
    seed, count, until = job

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a network request")

    socket.socket.connect = refused  # type: ignore[method-assign, assignment]
    chance, members, sound = random.Random(seed), load_members(), seeds()
    tally: Counter[str] = Counter()
    for number in range(count):
        if time.monotonic() > until:
            break
        ending = ENDINGS[number % len(ENDINGS)]
        data = spoilt(sound[ending], chance)
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            file = place / f"{chance.choice(['a', 'Kenya', 'ünï côdé', '-o', '..x'])}.{ending}"
            file.write_bytes(data)
            began = time.monotonic()
            try:
                outcome = import_files([file], place / "edition", members)
                tally[f"{ending}: {'taken' if outcome.articles else 'refused'}"] += 1
                if outcome.articles:
                    read_folder(place / "edition")
                    tally["BROKEN account"] += any(account.unexplained for account in outcome.accounts)
            except Exception as error:  # what this looks for
                tally[f"BROKEN traceback {ending}: {type(error).__name__}: {error}"[:160]] += 1
                Path(tempfile.gettempdir(), f"fuzz-{seed}-{number}.{ending}").write_bytes(data)
            if time.monotonic() - began > SLOWEST:
                tally[f"BROKEN slow: {ending}"] += 1
            stray = {path.name for path in place.iterdir()} - {file.name, "edition"}
            tally["BROKEN stray file"] += bool(stray)
    tally["files"] += sum(times for key, times in tally.items() if key.endswith((": taken", ": refused")))
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    tally["BROKEN memory"] += most > MEMORY
    return +tally


def main() -> None:
    """Share the files among the processors and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=1500)
    parser.add_argument("--seed", type=int, default=16)
    asked = parser.parse_args()
    shares = multiprocessing.cpu_count()
    until = time.monotonic() + asked.seconds
    jobs = [(asked.seed + share, -(-asked.files // shares), until) for share in range(shares)]
    with multiprocessing.Pool(shares) as pool:
        tally = sum(pool.map(work, jobs), Counter())
    print(json.dumps(dict(sorted(tally.items())), indent=1, ensure_ascii=False))
    sys.exit(any(key.startswith("BROKEN") for key in tally))


if __name__ == "__main__":
    main()
