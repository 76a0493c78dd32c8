"""The printer's signs of English and French: quotes, apostrophes and no-break spaces; no word is changed."""

import re
from collections.abc import Iterable
from dataclasses import replace

from kb.press.document import Run, Runs

_QUOTES = {"en": ("“", "”"), "fr": ("«\u00a0", "\u00a0»")}
_ADDRESS = re.compile(r"(\S*(?:@|://|www\.)\S*)")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_BEFORE = re.compile(r" (?=[;:!?»%](?:\W|$))")
_AFTER = re.compile(r"« ")
_INCHES = re.compile(r'\d"')


def mend(runs: Iterable[Run], language: str) -> Runs:
    """The runs of one block with its straight quotes turned, where they come in pairs, and its blanks kept together."""
    runs = tuple(runs)
    whole = "".join(run.text for run in runs if not run.code)
    paired = whole.count('"') % 2 == 0 and not _INCHES.search(whole)
    opens, mended = True, []
    for run in runs:
        text = run.text
        if not run.code and text:
            parts = _ADDRESS.split(text)
            for at in range(0, len(parts), 2):
                parts[at] = _APOSTROPHE.sub("’", parts[at])
                if language == "fr":
                    parts[at] = _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0", parts[at]))
            text = "".join(parts)
            while paired and '"' in text:
                text = text.replace('"', _QUOTES.get(language, _QUOTES["en"])[0 if opens else 1], 1)
                opens = not opens
        mended.append(replace(run, text=text))
    return tuple(mended)
