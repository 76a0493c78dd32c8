"""Documents set by Typst: PDF tagged for screen readers (PDF/UA-1) and fit for archives (PDF/A-2a), and pictures of pages.

A template takes everything as data (`sys.inputs.data`, JSON), so that no text is ever read as markup. `house.typ` and
`ornament.svg` lie beside it; nothing is fetched, and nothing of this computer but fonts is read.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar

import typst

from kb.base.files import workplace
from kb.base.interface import Refusal
from kb.press import ornament
from kb.press.document import Body, Document, Picture, Run, Runs, Table, text_of

T = TypeVar("T")
Paper = Literal["a4", "letter"]
SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # mm
FONTS = ("Libertinus Serif", "DejaVu Sans Mono")  # both in the typst wheel, so that the file is the same everywhere
FOREIGN = ("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "DejaVu Sans")
_TEMPLATE = "template.typ"
_BAND = f"""#set page(width: 1500pt, height: 300pt, margin: 0pt, fill: rgb("{ornament.PETROL}"))
#place(right + bottom, image("ornament.svg", width: 900pt))"""
_LONG_WORD = re.compile(r"[^\s\u00a0]{60,}")  # wider than a column, so that it needs places to break at
_WIDE, _LONG = 5, 14  # columns from which on a table takes the whole width, rows up to which it may


@contextmanager
def typesetter(template: Traversable, day: str, images: Sequence[tuple[str, bytes]] = ()) -> Iterator["Typesetter"]:
    """A typesetter for *template* and *images*, whose files are dated *day* (YYYY-MM-DD)."""
    with workplace() as root:
        (root / _TEMPLATE).write_bytes(template.read_bytes())
        (root / "house.typ").write_bytes(files("kb.press").joinpath("house.typ").read_bytes())
        (root / "ornament.svg").write_text(ornament.svg(), encoding="utf-8")
        for at, (_, data) in enumerate(images):
            (root / _file(at)).write_bytes(data)
        yield Typesetter(root, datetime.fromisoformat(day).replace(tzinfo=UTC), [name for name, _ in images])


class Typesetter:
    """Sets a template with data. Raises Refusal for an image that cannot be read, or a letter for which there is no font."""

    def __init__(self, root: Path, stamp: datetime, images: Sequence[str]) -> None:
        self.root, self.stamp, self.images, self.foreign = root, stamp, images, False

    def pdf(self, data: dict[str, Any]) -> bytes:
        """The pages."""
        return self._run(
            data, lambda it: _first(it.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=self.stamp))
        )

    def cover(self, data: dict[str, Any]) -> bytes:
        """The first page as a picture (PNG, 150 dots an inch)."""
        return self._run(data, lambda it: _first(it.compile(format="png", ppi=150, timestamp=self.stamp)))

    def places(self, data: dict[str, Any], selector: str) -> list[dict[str, Any]]:
        """The values that the template leaves at *selector*."""
        found: list[dict[str, Any]] = json.loads(self._run(data, lambda it: it.query(selector, field="value")))
        return found

    def _run(self, data: dict[str, Any], work: Callable[[typst.Compiler], T]) -> T:
        """Do *work*; where the fonts of the wheel lack a letter, those of this computer help out."""
        try:
            return work(self._compiler(data))
        except RuntimeError as error:  # TypstError is one; a query raises the plain one
            if not self.foreign and "font" in str(error):
                self.foreign = True
                return self._run(data, work)
            raise self._refusal(str(error)) from None

    def _compiler(self, data: dict[str, Any]) -> typst.Compiler:
        told = json.dumps(data | {"fonts": FOREIGN if self.foreign else FONTS}, ensure_ascii=False)
        return typst.Compiler(
            self.root / _TEMPLATE, root=self.root, ignore_system_fonts=not self.foreign, sys_inputs={"data": told}
        )

    def _refusal(self, error: str) -> Refusal:
        """What an editor can do about an error of Typst."""
        broken = next((file for at, file in enumerate(self.images) if not self._reads(_file(at))), "")
        return (
            Refusal("press.image_unread", image=broken)
            if broken
            else Refusal("press.pdf", reason=" ".join(error.split()))
        )

    def _reads(self, image: str) -> bool:
        """Whether Typst reads an image, which its errors do not name."""
        try:
            typst.Compiler(f'#image("{image}")'.encode(), root=self.root, ignore_system_fonts=True).compile()
        except RuntimeError:
            return False
        return True


def band() -> bytes:
    """The ornament as a broad strip (PNG, 1500 by 300 pixels), for forms that show no drawings."""
    with workplace() as root:
        (root / "ornament.svg").write_text(ornament.svg(), encoding="utf-8")
        (root / _TEMPLATE).write_text(_BAND, encoding="utf-8")
        return typst.compile(root / _TEMPLATE, format="png", ppi=72, ignore_system_fonts=True)


def data_of(document: Document, labels: dict[str, str], paper: Paper = "a4") -> dict[str, Any]:
    """A document as a template takes it: its fields by name, each block with its `kind`, and *labels*."""
    places = {file: _file(at) for at, (file, _) in enumerate(document.images)}
    told: dict[str, Any] = _Encoder(places).fields(document)
    return told | {"labels": labels, "paper": "us-letter" if paper == "letter" else "a4"}


class _Encoder:
    """Tells a document as data; knows the footnotes that a section has referred to before."""

    def __init__(self, places: dict[str, str]) -> None:
        self.places, self.met = places, set[int]()

    def fields(self, thing: Any) -> dict[str, Any]:
        return {each.name: self.value(getattr(thing, each.name)) for each in fields(thing) if each.name != "images"}

    def value(self, value: Any) -> Any:
        match value:
            case tuple():
                return [self.value(each) for each in value]
            case Run():
                return self.run(value)
            case Body():
                return self.body(value)
            case Picture():
                return self.fields(value) | {"kind": "picture", "file": self.places[value.file]}
            case Table():
                wide = len(value.head) >= _WIDE and len(value.rows) <= _LONG
                return self.fields(value) | {"kind": "table", "widths": _widths(value), "wide": wide}
            case _ if is_dataclass(value):
                return self.fields(value) | {"kind": getattr(value, "kind", "") or type(value).__name__.lower()}
            case _:
                return value

    def body(self, body: Body) -> dict[str, Any]:
        self.met = set()
        blocks = self.value(body.blocks)
        self.met = set(range(len(body.notes) + 1))  # a footnote has no footnotes, only their numbers
        return {"blocks": blocks, "notes": self.value(body.notes), "loose": body.loose}

    def run(self, run: Run) -> dict[str, Any]:
        first = run.note > 0 and run.note not in self.met
        self.met.add(run.note)
        text = _LONG_WORD.sub(lambda word: "\u200b".join(re.findall(".{1,20}", word[0])), run.text)
        return {**vars(run), "text": text, "first": first}


def _first(made: bytes | list[bytes] | None) -> bytes:
    """The file, or the first page of several."""
    return (made[0] if isinstance(made, list) else made) or b""


def _file(at: int) -> str:
    return f"image-{at:04}"


def _widths(table: Table) -> list[float]:
    """The share of each column by the length of its texts, kept within bounds."""
    columns: Iterator[tuple[Runs, ...]] = zip(table.head, *table.rows, strict=True)
    lengths = [max(len(text_of(cell)) for cell in column) for column in columns]
    return [max(6, min(30, length)) ** 0.7 for length in lengths]
