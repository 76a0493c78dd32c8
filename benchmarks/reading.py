"""Foreign files of hostile shapes at growing sizes: whether reading or refusing them costs time in proportion to their bytes.

    python benchmarks/reading.py [--kinds json,export,text,…] [--out benchmarks/results/reading.json]

Each file is read in a fresh child with the limits of the command that reads it. Figures are CPU seconds of the child while it
reads (its start is told once), the highest resident memory in MB, and how it ended: “read”, or the sentence. `growth` is the time per
megabyte at the largest size over that at the smallest that took 50 ms or more: about 1 where time is in proportion, as large as
the sizes are apart where it grows with their square. A file whose CPU time is used up is marked by its sentence.
"""

import argparse
import base64
import hashlib
import json
import platform
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assessment import answers, exchange
from kb import bounded, strict_json
from kb.errors import ArushaError
from kb.knowledge import load

MB = 1_000_000


def filled(piece: str, size: int, before: str = "", after: str = "", between: str = "") -> bytes:
    """*piece* as often as fits into *size* bytes; `%d` in it is its number."""
    numbered, parts, left = "%d" in piece, [before], size - len(before) - len(after)
    number = 0
    while left > 0:
        part = (between if number else "") + (piece.replace("%d", str(number)) if numbered else piece)
        parts.append(part)
        left -= len(part.encode())
        number += 1
    return ("".join(parts) + after).encode()


JSON: dict[str, Callable[[int], bytes]] = {
    "many keys, last twice": lambda n: filled('"k%d":0', n, "{", ',"k0":0}', ","),
    "one key again and again": lambda n: filled('"k":0', n, "{", "}", ","),
    "many objects with a key twice": lambda n: filled('{"k":0,"k":0}', n, "[", "]", ","),
    "long key over many values": lambda n: filled("0", n // 2, '{"' + "k" * (n // 2) + '":[', "]}", ","),
    "forty levels of long keys": lambda n: (
        ('{"' + "k" * (n // 41) + '":') * 39 + "[NaN]" + "}" * 39
    ).encode(),
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
RESPONSES: dict[str, Callable[[int], bytes]] = {
    "unknown questions": lambda n: filled('"9.z.%d":{"level":1}', n, HEAD, "}}", ","),
    "unknown fields": lambda n: filled('"f%d":1', n, HEAD + '"1.a.1":{', "}}}", ","),
    "unknown fields of dots": lambda n: (HEAD + '"1.a.1":{"' + "." * n + '":1}}}').encode(),
    "wrong pieces of evidence": lambda n: filled('{"x":1}', n, HEAD + '"1.a.1":{"level":1,"evidence":[', "]}}}", ","),
    "a great value in the wrong place": lambda n: filled("0", n, HEAD + '"1.a.1":{"level":[', "]}}}", ","),
    "fields beside the three": lambda n: filled('"f%d":1', n, HEAD + "},", "}", ","),
    "a respondent of many fields": lambda n: filled('"f%d":1', n, HEAD + '},"respondent":{', "}}", ","),
    "a note of escape characters": lambda n: filled("\\u001b", n, HEAD + '"1.a.1":{"level":1,"note":"', '"}}}'),
}


def measured(function: Callable[..., Any], *args: Any) -> tuple[float, int, str]:
    """CPU seconds, peak of memory in MB, and how it ended."""
    began = time.process_time()
    try:
        function(*args)
        ended = "read"
    except ArushaError as error:
        ended = str(error)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MB
    return time.process_time() - began, peak, ended
