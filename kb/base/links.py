"""What a Markdown text leads to, judged where it stands: in the rendered tree, whatever construct brought it there."""

import re
from functools import cache
from html import unescape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

EXTENSIONS = ("toc", "tables", "fenced_code", "admonition", "attr_list", "def_list", "md_in_html")  # as in mkdocs.yml
SCHEMES = {"http", "https", "mailto"}
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "poster", "cite", "background", "ping"}
_ATTRIBUTE = re.compile(r"(?!on)[a-z][a-z0-9]*(-[a-z0-9]+)*")  # none that runs, none that a browser reads as several
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)


def refused(text: str) -> list[str]:
    """What the links and definitions of a record's text lead to, as far as no record may: all but addresses, each once."""
    converter, judge = _converter()
    converter.reset()
    judge.refused.clear()
    converter.convert(text)
    defined = [target for target, _ in converter.references.values()]  # a text elsewhere on the page may use them
    return list(dict.fromkeys([*judge.refused, *(target for target in defined if not is_allowed(target))]))


def is_allowed(target: str, *, within: bool = False) -> bool:
    """Whether a link may lead to *target*: an address of the web or of mail, or, if *within*, a place on the same site."""
    plain = re.sub(
        r"[\x00-\x20]", "", unescape(target.replace(AMP_SUBSTITUTE, "&"))
    )  # as a browser reads it, or shorter
    if scheme := _SCHEME.match(plain):
        return scheme[1].lower() in SCHEMES
    return within and not plain.replace("\\", "/").startswith("//")


class Judge(Extension):
    """Takes out of every text that its converter renders what leads where nothing may; *refused* holds what that was."""

    def __init__(self, *, within: bool) -> None:
        super().__init__()
        self.within = within
        self.refused: list[str] = []

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Judge the tree once everybody else has changed it."""
        md.treeprocessors.register(_Judging(self), "judge", -100)


class _Judging(Treeprocessor):
    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def run(self, root: Element) -> None:
        for element in root.iter():
            for name, value in [*element.attrib.items()]:
                known = _ATTRIBUTE.fullmatch(name.lower())
                if not known or (name.lower() in _ADDRESSES and not is_allowed(value, within=self.judge.within)):
                    del element.attrib[name]
                    self.judge.refused.append(value)


@cache
def _converter() -> tuple[Markdown, Judge]:
    """The site's converter, which is costly to make, with a judge for the texts of records."""
    judge = Judge(within=False)
    return Markdown(extensions=[*EXTENSIONS, judge]), judge
