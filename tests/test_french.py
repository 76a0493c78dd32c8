"""Who asks in French is answered in French, also where the command line, a field or a file is at fault."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from arusha import main
from kb.library.content import find_root

ENGLISH = r"\b(the|is|are|not|a valid|Usage|Error|Try|should|missing|expected|correct the|write it)\b"


def arusha(*words, typed=None):
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="arusha", input=typed)


def in_french(result, *parts):
    """Refused with every part, and with no word that only English has."""
    assert result.exit_code != 0
    assert result.exception is None or isinstance(result.exception, SystemExit)
    told = result.stderr.replace("\u00a0", " ")
    for part in parts:
        assert part in told
    assert re.findall(ENGLISH, told) == []


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.arusha"
    assert arusha("assess", "new", path, "--administration", "Ruvanie", "--member", "NZ", "--lang", "fr").exit_code == 0
    return path


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("assess", "score", "x", "--nosuch"), ("Utilisation : arusha assess score", "« --nosuch » n’existe pas")),
        (("assess", "score", "x", "--langue"), ("Vouliez-vous dire --lang ?",)),
        (("assess", "score"), ("Il manque « FILE » ; donnez-le.", "Aide : arusha assess score --help")),
        (("assess", "skore"), ("La commande « skore » n’existe pas.",)),
        (("assess", "score", "x", "y"), ("En trop sur la ligne de commande : y",)),
        (("plan", "priorities", "x", "--top", "0"), ("« --top » ne convient pas : donnez un nombre à partir de 1",)),
        (("plan", "priorities", "x", "--top", "viele"), ("donnez un nombre",)),
        (("assess", "score", "x", "--format", "xml"), ("donnez-en une parmi table, json",)),
        (("assess", "report", "x", "--as-of", "hier"), ("donnez un jour écrit AAAA-MM-JJ",)),
    ],
)
@pytest.mark.parametrize("where", ["first", "last"])
def test_a_command_line_that_is_not_taken(words, parts, where):
    room, *rest = words
    language = ("--lang=fr",) if where == "last" else ("--lang", "fr")
    at = len(rest) if where == "last" else 1
    in_french(arusha(room, *rest[:at], *language, *rest[at:]), *parts)


def test_an_option_without_its_value():
    in_french(arusha("assess", "score", "x", "--lang", "fr", "--format"), "« --format » demande une valeur")


def test_a_command_line_in_english_is_said_as_click_says_it():
    result = arusha("assess", "score", "x", "--nosuch")
    assert result.exit_code == 2
    assert "Error: No such option '--nosuch'." in result.stderr


def test_what_is_broken_off(file):
    """At a prompt, where input ends or somebody presses Ctrl-C; the code is that of English."""
    result = arusha("kb", "new", "--content", find_root(), "--lang", "fr", typed="")
    assert (result.exit_code, result.stderr.strip().splitlines()[-1]) == (1, "Interrompu.")


@pytest.mark.parametrize(
    ("own", "parts"),
    [
        ("weights: {1.a.1: true}", ("weights.1.a.1 : est vrai ou faux, et non un nombre ; corrigez",)),
        ("weights: {1.a.9: 2}", ("weights.1.a.9 : n’est pas une question de cette version",)),
        ("weights: {1.a.1: 101}", ("une valeur d’au plus 100",)),
        ("wieghts: {}", ("n’est pas un champ d’ici", "les champs sont questions, weights")),
        ("questions: 3", ("une liste est attendue",)),
        ("questions: [{id: 8.d.m1}]", ("questions.0.text : manque ; ajoutez-le",)),
        (
            "questions: [{id: 8.d.m1, text: '', levels: [a], side: lived}]",
            ("au moins 5 éléments", "employez 'de_jure' ou"),
        ),
        ("- a", ("n’est pas un ensemble de champs ; écrivez des lignes « nom: valeur »",)),
    ],
)
def test_a_file_of_own_questions(file, tmp_path, own, parts):
    """In the language of the assessment, which nobody need name."""
    path = tmp_path / "own.yml"
    path.write_text(own, encoding="utf-8")
    in_french(arusha("assess", "own", file, path), "own.yml : ", *parts)


def test_a_file_that_is_no_yaml(file, tmp_path):
    """What the reader of YAML found there it says in English; place and remedy are French."""
    path = tmp_path / "own.yml"
    path.write_text("weights: {1.a.1: 2\nquestions: [", encoding="utf-8")
    told = arusha("assess", "own", file, path).stderr.replace("\u00a0", " ")
    assert "own.yml : ligne 2 : illisible en YAML : " in told
    assert " ; corrigez le YAML à cet endroit" in told


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (("--date", "2026-13"), "« 2026-13 » n’existe pas au calendrier"),
        (("--date", "hier"), "« hier » n’est pas une date écrite AAAA, AAAA-MM ou AAAA-MM-JJ"),
        (("--link", "ftp://x"), "n’est ni une adresse web (http ou https) ni un chemin"),
        (("--date", "2026", "--link", " "), "est vide"),
    ],
)
def test_evidence(file, given, part):
    in_french(arusha("assess", "evidence", "add", file, "Code", "--kind", "law", *given), part)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (("--due", "2026-13-01"), "n’est pas un jour écrit AAAA-MM-JJ"),
        (("--start", "2026-10-01", "--due", "2026-01-01"), "a pour échéance le 2026-01-01, avant son début"),
    ],
)
def test_an_action(file, given, part):
    words = ("--decision", "Du comité", "--element", "1.a", "--problem", "P", "--result", "R", "--measure", "M")
    in_french(arusha("plan", "add", file, *words, *given), part)


def test_an_edition_whose_article_is_missing(tmp_path):
    (tmp_path / "edition.yml").write_text("number: 17\ntitle: {en: T}\narticles: [01-x]\n", encoding="utf-8")
    in_french(arusha("edition", "plan", tmp_path, "--lang", "fr"), "01-x.md : manque ; remettez le fichier à sa place")


def test_joining_asks_in_french(file, tmp_path):
    copy = Path(shutil.copy(file, tmp_path / "b.arusha"))
    assert arusha("assess", "evidence", "add", copy, "Code", "--kind", "law").exit_code == 0
    result = arusha("assess", "join", file, copy, typed="n\n")
    assert "[o/N]" in result.stderr
    assert "[y/N]" not in result.stderr
