"""Files of the content folder: where they are, how they are read, and every fault told with its place."""

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, ValidationError

from kb.base import cache, strict_yaml
from kb.base.errors import ContentError, Fault, FaultsError
from kb.base.folding import each_text, turns_shown
from kb.base.interface import Refusal, Word, phrases
from kb.base.places import project_folder
from kb.base.vocabulary import NOT_STATED, Model
from kb.base.wrong import WrongValueError

M = TypeVar("M", bound=Model)
LARGEST = 2_000_000
front_matter = cache.Kept("front-matter.json")  # reading YAML costs most of reading a record
_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)^---[ \t]*\r?\n?(.*)\Z", re.S | re.M)
_TURNS = re.compile(r"&#(?:0*82(?:3[4-8]|9[4-7])|x0*20(?:2[a-e]|6[6-9]));?", re.I)
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def find_root(chosen: Path | None = None) -> Path:
    """The content folder: *chosen*, or this project's own. Raises ArushaError if there is no `declaration.yml` in it."""
    root = chosen or project_folder() / "content"
    if not (root / "declaration.yml").is_file():
        raise Refusal("content.no_folder", path=root)
    return root


def read_text(root: Path, path: Path) -> str:
    """The text of one content file, with signs that turn the order of text written out, also those given as HTML entities.

    Raises ContentError if it is no UTF-8 text of at most 2 MB.
    """
    file = name_of(root, path)
    try:
        if path.stat().st_size > LARGEST:
            raise ContentError(Fault(file, "", Word("fault.large"), Word("fault.remedy.split")))
        text = path.read_text(encoding="utf-8-sig")
        return turns_shown(_TURNS.sub(lambda sign: html.unescape(sign[0]), text))
    except UnicodeDecodeError as error:
        fault = Fault(file, f"byte {error.start + 1}", Word("fault.no_utf8"), Word("fault.remedy.utf8"))
        raise ContentError(fault) from None
    except FileNotFoundError:
        raise ContentError(Fault(file, "", Word("fault.missing"), Word("fault.remedy.back"))) from None


def name_of(root: Path, path: Path) -> str:
    """The name a fault gives a file: its path inside the content folder."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def read_yaml(root: Path, path: Path, *, keep: bool = False) -> Any:
    """The data of one YAML file, its texts cleaned, which the cache may *keep*; raises ContentError."""
    text, file = read_text(root, path), name_of(root, path)
    return _kept(text, file) if keep else each_text(_yaml(text, file))


def _kept(text: str, file: str, first_line: int = 1) -> Any:
    """The data of a text in YAML, from the cache if it is known there."""
    key = cache.key(cache.program(), text)
    if known := front_matter.get(key):
        return json.loads(known)
    data = each_text(_yaml(text, file, first_line))
    if json.loads(told := json.dumps(data, ensure_ascii=False)) == data:  # not so where a key is no text
        front_matter.put(key, told)
    return data


def _yaml(text: str, file: str, first_line: int = 1) -> Any:
    try:
        return strict_yaml.load(text, file, first_line)
    except strict_yaml.YamlError as error:
        line = f"line {error.line}" if error.line else ""
        fault = Fault(file, line, Word("fault.no_yaml", problem=error.problem), Word("fault.remedy.yaml"))
        raise ContentError(fault) from None


def read_front_matter(root: Path, path: Path) -> tuple[Any, str]:
    """The front matter and the body of one Markdown file; raises ContentError."""
    file = name_of(root, path)
    match = _FRONT_MATTER.match(read_text(root, path))
    if not match:
        raise ContentError(Fault(file, "line 1", Word("fault.no_front_matter"), Word("fault.remedy.front_matter")))
    return _kept(match[1], file, first_line=2), match[2]


def parse(model: type[M], data: Any, file: str, faults: list[Fault], at: str = "") -> M | None:
    """Make a *model* of *data*; what is wrong goes to *faults*, one fault for each field, and None comes back."""
    if not isinstance(data, dict):
        faults.append(Fault(file, at, Word("fault.no_set"), Word("fault.remedy.lines")))
        return None
    try:
        return model.model_validate(data, strict=False)
    except ValidationError as error:
        faults += faults_of(error, model, file, at)
        return None


def expect(model: type[M], data: dict[str, Any], file: str = "") -> M:
    """Make a *model* of *data*. Raises FaultsError with all that is wrong."""
    faults: list[Fault] = []
    if (made := parse(model, data, file, faults)) is None:
        raise FaultsError(faults)
    return made


def parsed(model: type[M], data: Any, file: str) -> M:
    """Make a *model* of *data*. Raises ContentError with the first thing wrong."""
    faults: list[Fault] = []
    if (made := parse(model, data, file, faults)) is None:
        raise ContentError(faults[0])
    return made


def faults_of(error: ValidationError, model: type[Model], file: str, at: str) -> list[Fault]:
    """What made a *model* refuse its data, one fault for each field; *at* is the place of the data in the *file*."""
    found = []
    for place, detail in _telling(error).items():
        message, remedy = _advice(detail, model)
        found.append(Fault(file, ".".join(_cut(part) for part in (at, *place) if part), message, remedy))
    return found


def _telling(error: ValidationError) -> dict[tuple[str, ...], Any]:
    """One detail for each field; what only follows from another (not “not_stated” either, too few valid parts) is left out."""
    told: dict[tuple[str, ...], Any] = {}
    for detail in error.errors(include_url=False):
        place = tuple(str(part) for part in detail["loc"] if not _is_branch(part))
        if place not in told or told[place]["type"] == "literal_error":
            told[place] = detail
    above = {place[:depth] for place in told for depth in range(len(place))}

    def follows(place: tuple[str, ...], detail: Any) -> bool:
        enough = detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]
        return place in above and (enough or detail["type"] == "literal_error")

    return {place: detail for place, detail in told.items() if not follows(place, detail)}


def _cut(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}…"


def _is_branch(part: Any) -> bool:
    """Pydantic names the branch of a union in the place; a reader has no use for it."""
    return isinstance(part, str) and (part[:1].isupper() or "[" in part or part in ("str", "tuple"))


def shown(value: Any) -> str:
    """A value as a fault quotes it, cut where it is long."""
    text = ""
    for piece in _pieces(value):  # no more of it than is shown: a file may hold thousands of faults in one great value
        text += piece
        if len(text) > 60:
            return f"{text[:57]}…"
    return text


def _pieces(value: Any) -> Iterator[str]:
    """What `repr` gives for a value, piece by piece; of a long text its beginning."""
    if isinstance(value, dict | list):
        yield "[{"[isinstance(value, dict)]
        for place, inner in enumerate(value):
            yield ", " if place else ""
            yield from _pieces(inner)
            if isinstance(value, dict):
                yield ": "
                yield from _pieces(value[inner])
        yield "]}"[isinstance(value, dict)]
    else:
        yield repr(value[:100]) if isinstance(value, str) else repr(value)


def _advice(detail: Any, model: type[Model]) -> tuple[Word, Word]:
    """What is wrong by Pydantic's type of error, and what mends it."""
    kind, context, value = detail["type"], detail.get("ctx", {}), shown(detail.get("input"))
    if kind == "missing":
        silent = "_or_silent" if _may_be_silent(model, detail["loc"]) else ""
        return Word("fault.missing"), Word(f"fault.remedy.add{silent}")
    if kind == "extra_forbidden":
        known = ", ".join(sorted(_holder(model, detail["loc"]).model_fields))
        return Word("fault.no_field"), Word("fault.remedy.fields", known=known)
    if kind in ("enum", "literal_error"):
        *others, last = context["expected"].split(" or ")
        choice = {"others": others[0], "last": last} if others else {"last": last}
        return Word("fault.no_word", value=value), Word(f"fault.remedy.{'one_of' if others else 'only'}", **choice)
    if kind == "string_pattern_mismatch":
        return Word("fault.no_form", value=value), Word("fault.remedy.form", pattern=context["pattern"])
    if kind == "value_error":
        wrong = context["error"]
        known_here = isinstance(wrong, WrongValueError)
        word = Word(f"fault.{wrong.key}", **wrong.values) if known_here else Word("fault.plain", text=str(wrong))
        return word, Word("fault.remedy.correct")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return Word("fault.no_fields", value=value), Word("fault.remedy.as_fields", form="{en: …, fr: …}")
    if f"fault.type.{kind}" in phrases("en"):
        return Word(f"fault.type.{kind}", value=value, **context), Word("fault.remedy.value")
    return Word("fault.plain", text=f"{value}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"), Word(
        "fault.remedy.value"
    )


def _holder(model: type[Model], place: tuple[Any, ...]) -> type[Model]:
    """The model that the field at *place* belongs to: *model*, or one inside it."""
    inside: list[type[Model]] = []
    for part in place[:-1]:
        if branches := [one for one in inside if one.__name__ == part]:
            model = branches[0]
        elif part in model.model_fields:
            inside = list(_models_in(model.model_fields[part].annotation))
            model = inside[0] if inside else model
    return model


def _models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _may_be_silent(model: type[Model], place: tuple[Any, ...]) -> bool:
    field = _holder(model, place).model_fields.get(place[-1])
    return field is not None and (NOT_STATED in repr(field.annotation) or hasattr(field.annotation, "NOT_STATED"))


def _a_date(value: str) -> str:
    if not _DATE.fullmatch(value):
        raise WrongValueError("no_date", value=value)
    try:
        date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        raise WrongValueError("no_such_day", value=value) from None
    return value


def _a_period(value: str) -> str:
    parts = value.split("/")
    if len(parts) > 2:
        raise WrongValueError("no_period", value=value)
    for part in parts:
        _a_date(part)
    if len(parts) == 2 and parts[1] < parts[0][: len(parts[1])]:
        raise WrongValueError("ends_early", value=value)
    return value


def before(one: str, other: str) -> bool:
    """Whether one date lies before another for sure: 2019 does not lie before 2019-05, nor after it."""
    shared = min(len(one), len(other))
    return one[:shared] < other[:shared]


Date = Annotated[str, AfterValidator(_a_date)]
Period = Annotated[str, AfterValidator(_a_period)]
