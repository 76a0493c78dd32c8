"""`--fix`: what can be mended without asking a person, as new texts of files; a person sees them before they are written."""

import difflib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import yaml

from kb.base.files import write_whole
from kb.base.vocabulary import ArticleKind
from kb.newsletter.folder import MARK, Article, EditionFolder
from kb.newsletter.linter import slips
from kb.newsletter.linter.abbreviations import fold_letters

MENDING = frozenset({"abbreviation-unsorted", "abbreviation-listed-twice", "doubled-word", "footer-left", "spacing"})
ROUNDS = 8  # mending one slip can bare another; texts settle in two or three


@dataclass(frozen=True)
class Mended:
    """A file with its text before and after."""

    path: Path
    name: str
    before: str
    after: str

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        lines = difflib.unified_diff(_lines(self.before), _lines(self.after), f"a/{self.name}", f"b/{self.name}", n=1)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self) -> None:
        """Put the text after in the file's place, whole or not at all."""
        write_whole(self.path, self.after)


def _lines(text: str) -> list[str]:
    """Lines with their ends; nothing but a line feed ends one."""
    return list(io.StringIO(text, newline="\n"))


def mend(folder: EditionFolder) -> Iterator[Mended]:
    """The files of an edition that mending changes. Rules that are switched off mend nothing where they are off."""
    on = _on(folder, MARK)
    yield from _mended(folder, MARK, lambda text: mend_list(text, on))
    titles = [title for title in (folder.head.title.en, folder.head.title.fr) if title]
    for article in folder.articles:
        if article.head.kind != ArticleKind.ABBREVIATIONS:
            yield from _mended(folder, article.file, partial(_mend_article, folder, article, titles))


def _mended(folder: EditionFolder, name: str, change: Callable[[str], str]) -> Iterator[Mended]:
    before = (folder.path / name).read_bytes().decode("utf-8")
    after = change(before.replace("\r\n", "\n"))
    if after != before.replace("\r\n", "\n"):
        yield Mended(folder.path / name, name, before, after.replace("\n", "\r\n") if "\r\n" in before else after)


def _mend_article(folder: EditionFolder, article: Article, titles: list[str], text: str) -> str:
    if not text.endswith(article.body):
        return text
    front = text[: len(text) - len(article.body)]
    return front + mend_body(article.body, folder.language_of(article), titles, _on(folder, article.file))


def mend_body(body: str, language: str, titles: Sequence[str], rules: frozenset[str] = MENDING) -> str:
    """The body without doubled words, leftover running heads and slips of spacing; mended once, it stays as it is."""
    for _ in range(ROUNDS):
        mended = body
        if "footer-left" in rules:
            mended = slips.without_footers(mended, titles)
        if "doubled-word" in rules:
            mended = slips.without_doubled(mended, language)
        if "spacing" in rules:
            mended = slips.well_spaced(mended, language)
        if mended == body:
            break
        body = mended
    return body


def mend_list(text: str, rules: frozenset[str] = MENDING) -> str:
    """`edition.yml` with its list of abbreviations sorted, each line once; comments and form of the rest stay.

    A list that is not written one entry after the other, each on lines of its own, is left as it is.
    """
    node = _list_in(text)
    parts = None if node is None else _parted(_lines(text), node)
    if node is None or parts is None:
        return text
    before, blocks, after = parts
    keyed = [(_fields(item), block) for item, block in zip(node.value, blocks, strict=True)]
    if "abbreviation-listed-twice" in rules:
        keyed = list({fields: (fields, block) for fields, block in reversed(keyed)}.values())[::-1]
    if "abbreviation-unsorted" in rules:
        keyed.sort(key=lambda pair: fold_letters(dict(pair[0]).get("term", "")))
    mended = "".join((before, *(block for _, block in keyed), after))
    again = _list_in(mended)
    kept = again is not None and {fields for fields, _ in keyed} == set(map(_fields, again.value))
    return mended if kept else text


def _parted(lines: Sequence[str], node: yaml.SequenceNode) -> tuple[str, list[str], str] | None:
    """The text before the list, that of each entry, and the text after it; None if entries share a line."""
    starts = [item.start_mark.line for item in node.value]
    end = min(node.end_mark.line, len(lines)) if node.end_mark.column == 0 else len(lines)
    while end > starts[-1] + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    if len(set(starts)) != len(starts) or not all(lines[at].lstrip().startswith("-") for at in starts):
        return None
    blocks = ["".join(lines[at:to]).rstrip("\n") + "\n" for at, to in pairwise((*starts, end))]
    return "".join(lines[: starts[0]]), blocks, "".join(lines[end:])


def _list_in(text: str) -> yaml.SequenceNode | None:
    """The list of abbreviations where it is written in block style; None otherwise and for broken YAML."""
    if not text.isprintable() and any(sign in text for sign in "\r\x85\u2028\u2029"):
        return None  # YAML counts lines at these signs, and an editor does not
    try:
        root = yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return None
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    node = next((value for key, value in pairs if key.value == "abbreviations"), None)
    return node if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value else None


def _fields(item: yaml.Node) -> tuple[tuple[str, str], ...]:
    pairs = item.value if isinstance(item, yaml.MappingNode) else []
    return tuple(sorted((key.value, value.value) for key, value in pairs if isinstance(value.value, str)))


def _on(folder: EditionFolder, file: str) -> frozenset[str]:
    off = {switch.rule for switch in folder.head.off if switch.file in (None, file, file.removesuffix(".md"))}
    return MENDING - off
