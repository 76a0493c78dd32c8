"""The Word template of a document, our own or the administration's: read with care, and filled in but for its body."""

import re
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from assessment.rendering.blocks import Cover
from kb.base.bounded import Limits
from kb.base.interface import Refusal

NEEDED = ("administration", "date", "mark", "body")
LARGEST, LARGEST_UNPACKED = 20_000_000, 200_000_000
LIMITS = Limits(seconds=60, memory=2_000_000_000, remedy="save the template anew in Word, with less in it")
HERE = "arusha-body"  # where the text goes, until it is there
OURS = "report.docx"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML file may hold


def legal(text: str) -> str:
    """The text without what no XML file may hold."""
    return _ILLEGAL.sub("", text)


def fields(cover: Cover) -> dict[str, str]:
    """What a template can name besides its body."""
    values = {
        "title": cover.title,
        "kicker": cover.kicker,
        "administration": cover.administration,
        "subtitle": cover.subtitle,
        "date": cover.date,
        "version": cover.version,
        "member": cover.member,
        "facts": " · ".join(cover.facts),
        "mark": cover.mark,
        "fingerprint": cover.fingerprint,
        "footer": cover.foot,
    }
    return {name: legal(value) for name, value in values.items()}


def filled(path: Path | None, values: Mapping[str, str]) -> DocxTemplate:
    """The template with its places filled in, but for the body. Raises ArushaError for one that cannot be filled."""
    made = DocxTemplate(BytesIO(_template(path)))
    environment = SandboxedEnvironment(autoescape=True)
    try:
        _expect_places(path, made.get_undeclared_template_variables(environment), values)
        made.init_docx()
        made.docx.core_properties.title = made.docx.core_properties.author = ""  # set below, cut to what Word bears
        body = Markup(f"<w:p><w:r><w:t>{HERE}</w:t></w:r></w:p>")  # noqa: S704 - a constant
        made.render({**values, "body": body}, environment, autoescape=True)
    except (TemplateError, UndefinedError) as error:
        raise Refusal("template.not_filled", path=path or OURS, why=str(error).splitlines()[0]) from None
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # what a damaged package raises is manifold
        raise Refusal("template.unreadable", path=path or OURS, why=type(error).__name__) from None
    return made


def _expect_places(path: Path | None, held: set[str], values: Mapping[str, str]) -> None:
    """Raise ArushaError if a place is lacking, or one is there that nothing fills."""
    if missing := [key for key in NEEDED if key not in held]:
        lacking = tuple(f"{{{{ {key} }}}}" for key in missing)
        raise Refusal("template.lacks", path=path or OURS, places=lacking, body="{{p body }}")
    if unknown := sorted(held - {*values, "body"}):
        raise Refusal("template.unknown", path=path or OURS, place=f"{{{{ {unknown[0]} }}}}", known=tuple(values))


def _template(path: Path | None) -> bytes:
    if path is None:
        return (files("assessment") / "templates" / "report.docx").read_bytes()
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal("template.large", path=path, most=LARGEST // 10**6)
        data = path.read_bytes()
    except OSError as error:
        raise Refusal("template.not_read", path=path, why=error.strerror) from None
    plain = Refusal("template.no_word", path=path)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
            if sum(part.file_size for part in package.infolist()) > LARGEST_UNPACKED:
                raise Refusal("template.unpacked", path=path, most=LARGEST_UNPACKED // 10**6)
            kinds = package.read("[Content_Types].xml")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        raise plain from None
    if b"macroEnabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("template.macros", path=path)
    if b"wordprocessingml" not in kinds:
        raise plain
    return data
