"""Files as a forger makes them: SQLite and SHA-256 alone, nothing of the program, and every hash right.

A line of a journal is `[at, kind, body]`; the body is a set of fields, or a text as it will stand.
"""

import hashlib
import json
import sqlite3
from contextlib import closing

from assessment.storing.journal import read

OPENED = {"administration": "Testland", "language": "en", "questionnaire": "self-assessment", "version": "1.0"}


def said(**about):
    """An entry that holds something of one’s own."""
    return "answered", {"question": "1.a.1", "wording": "?", "answer": {"level": 1}, "respondent": about}


def sql(path, *statements):
    """Change a file outside arusha."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            words = (statement,) if isinstance(statement, str) else statement
            connection.execute(*words)


def chained(lines):
    """The rows of a journal of these lines: seq, at, kind, body as text, hash."""
    rows = []
    for seq, (at, kind, body) in enumerate(lines, 1):
        rows.append(_row(rows[-1][-1] if rows else "", seq, at, kind, body))
    return rows


def _row(before, seq, at, kind, body):
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, sort_keys=True)
    five = "\0".join([before, str(seq), at, kind, text]).encode("utf-8", "surrogatepass")
    return seq, at, kind, text, hashlib.sha256(five).hexdigest()


def entries(lines):
    """The entries of a journal of these lines."""
    return read(chained(lines))


def lines(path):
    """The lines of a file, each body as a set of fields."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT at, kind, body FROM journal ORDER BY seq").fetchall()
    return [[at, kind, json.loads(body)] for at, kind, body in found]


def write(path, lines):
    """Put other lines in place of a file's own, and move its head."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM journal")
        connection.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", chained(lines))
        _move_head(connection)
        connection.commit()
        connection.execute("VACUUM")


def _move_head(connection):
    if connection.execute("PRAGMA user_version").fetchone()[0] >= 3:
        last = "SELECT seq, hash, at, kind = 'sealed' FROM journal ORDER BY seq DESC LIMIT 1"
        connection.execute(f"UPDATE head SET (seq, hash, at, sealed) = ({last})")


def append(path, kind, body, at=None):
    """Put one more line at the end of a file, whatever stands before it; its moment is that of the last if not given."""
    with closing(sqlite3.connect(path)) as connection:
        seq, last, before = connection.execute("SELECT seq, at, hash FROM journal ORDER BY seq DESC").fetchone()
        row = _row(before, seq + 1, at or last, kind, body)
        connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", row)
        _move_head(connection)
        connection.commit()


def attach(path, data):
    """Put some bytes among the attachments of a file; their name comes back."""
    name = hashlib.sha256(data).hexdigest()
    sql(path, ("INSERT OR IGNORE INTO attachment VALUES (?, ?)", (name, data)))
    return name


def exported(lines, attached=()):
    """An export of these lines, with what they attach."""
    import base64

    return {
        "format": "arusha-assessment",
        "version": 1,
        "journal": [
            {"seq": seq, "at": at, "kind": kind, "body": json.loads(text), "hash": hash_}
            for seq, at, kind, text, hash_ in chained(lines)
        ],
        "attachments": [
            {"sha256": hashlib.sha256(data).hexdigest(), "data": base64.b64encode(data).decode()} for data in attached
        ],
    }


def rehashed(data):
    """An export whose hashes fit its entries again."""
    rows = chained([(each["at"], each["kind"], each["body"]) for each in data["journal"]])
    for each, row in zip(data["journal"], rows, strict=True):
        each["hash"] = row[-1]
    return data
