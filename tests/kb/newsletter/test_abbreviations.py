"""Abbreviations: what defines one, what uses one, and whether its letters are those of its words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.newsletter.linter.abbreviations import (
    Fit,
    alike,
    definitions,
    fit,
    fold_letters,
    near_fit,
    same_name,
    singular,
    tokens,
    uses,
)
from kb.newsletter.prose import passages

FRAGMENTS = (
    "WCO OMD (KPK) (WCO) the of World Customs Organization Organisation mondiale des douanes ( ) - – U.S. A-CIP SDGs MoU’s "
    "PP-3665 XIV « » l’ d’ . , ; : “ ” éÉ \n \ufffc"
)
PIECES = st.sampled_from(FRAGMENTS.split(" "))
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=30).map(" ".join))


@pytest.mark.parametrize(
    ("text", "term", "expansion"),
    [
        ("The World Customs Organization (WCO) met.", "WCO", "World Customs Organization"),
        ("It signed a Memorandum of Understanding (MoU).", "MoU", "Memorandum of Understanding"),
        ("a focus group discussion (FGD) was held", "FGD", "focus group discussion"),
        ("17 Sustainable Development Goals (SDGs) with targets", "SDG", "Sustainable Development Goals"),
        (
            "the Anti-Corruption and Integrity Promotion (A-CIP) Programme",
            "A-CIP",
            "Anti-Corruption and Integrity Promotion",
        ),
        (
            "by the Norwegian Agency for Development Cooperation (Norad) and",
            "Norad",
            "Norwegian Agency for Development Cooperation",
        ),
        ("States Customs and Border Protection (U.S. CBP)", "CBP", "Customs and Border Protection"),
        ("in Indonesia (Transparency International Indonesia – TII).", "TII", "Transparency International Indonesia"),
        ("The WCO (World Customs Organization) met.", "WCO", "World Customs Organization"),
        ("L’Organisation mondiale des douanes (OMD) se réunit.", "OMD", "Organisation mondiale des douanes"),
        ("l’OMD (Organisation mondiale des douanes) se réunit", "OMD", "Organisation mondiale des douanes"),
        ("un comité (Integrity Assessment Committee, IAC) décide", "IAC", "Integrity Assessment Committee"),
        ("la Déclaration d’Arusha révisée (DAR) dit", "DAR", "Déclaration d’Arusha révisée"),
    ],
)
def test_a_definition_is_found_with_its_words(text: str, term: str, expansion: str) -> None:
    (found,) = definitions(text)
    assert (found.term, found.expansion) == (term, expansion)
    assert singular(text[found.start : found.end]) == term


@pytest.mark.parametrize(
    ("text", "term", "expansion"),
    [
        ("survey by the Corruption Eradication Commission (KPK) and", "KPK", "Corruption Eradication Commission"),
        ("and the Central Bureau of Statistics (BPS)", "BPS", "Central Bureau of Statistics"),
        ("announced the Ethics and Anti-Corruption Office (OFIELC).", "OFIELC", "Ethics and Anti-Corruption Office"),
        ("inception of the Eswatini Revenue Authority (SRA) in 2011", "SRA", "Eswatini Revenue Authority"),
        ("The Eswatini Revenue Authority (SRA) signed", "SRA", "Eswatini Revenue Authority"),
        ("les agents de l’Eswatini Revenue Authority (SRA)", "SRA", "Eswatini Revenue Authority"),
        ("dispose d’une unité des affaires internes (IAU).", "IAU", "unité des affaires internes"),
        (
            "in coordination with the Inter-American Committee against Terrorism (CICTE-OAS)",
            "CICTE-OAS",
            "Inter-American Committee against Terrorism",
        ),
        (
            "menée par la Commission pour l’éradication de la corruption (KPK)",
            "KPK",
            "Commission pour l’éradication de la corruption",
        ),
    ],
)
def test_a_capitalized_phrase_stands_for_letters_of_another_language(text: str, term: str, expansion: str) -> None:
    assert [(one.term, one.expansion, one.fit) for one in definitions(text)] == [(term, expansion, Fit.NONE)]


@pytest.mark.parametrize(
    "text",
    [
        "eight of them (Iceland, Israel, Indonesia) answered",
        "the most recent Integrity Sub-Committee session (ISC/18)",
        "Part Four (IV) of the law",
        "three principles (Punitive, Preventive and Perception)",
        "(1) file a complaint",
        "les Membres (voir plus bas) ont répondu",
        "lors de la Réunion qui a eu lieu en ligne (KPK)",
        "in the Ombudsman (KPK)",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert definitions(text) == []


@pytest.mark.parametrize(
    ("term", "text", "count"),
    [
        ("US", "under U.S. laws of the U.S.", 0),
        ("US", "US officers and the US’s rules", 2),
        ("SDG", "the SDGs and one SDG, SDG-like", 3),
        ("ISC", "ISC/18 and the ISC", 2),
        ("CIP", "the A-CIP Programme", 0),
        ("OAS", "CICTE-OAS", 0),
        ("ID", "IDG and IDs and rapid", 1),
        ("OMD", "l’OMD et d’OMD", 2),
    ],
)
def test_a_use_is_a_whole_word(term: str, text: str, count: int) -> None:
    assert len(uses(term, text)) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In 2017, SUNAT took part.", ["SUNAT"]),
        ("“MONITORING AND MEASURING INTEGRITY”", []),
        ("Mr. Carlos ENRIQUEZ of Mexico", []),
        ("Carlos ENRIQUEZ MONTES", []),
        ("Decree No. PP-3665, Part XIV", []),
        ("A-CIP, CICTE-OAS, MoU", ["A-CIP", "CICTE-OAS", "MoU"]),
        ("selon l’ONUDC et M. Jean DUPONT", ["ONUDC"]),
    ],
)
def test_a_token_is_no_numeral_no_code_no_headline_no_person(text: str, found: list[str]) -> None:
    assert [match[0] for match in tokens(text)] == found


@pytest.mark.parametrize(
    ("term", "expansion", "fits"),
    [
        ("OECD", "Organisation for Economic Co-operation and Development", True),
        ("GEOAT", "Gender Equality Organizational Assessment Tool", True),
        ("ATIS", "Anti-Fraud Transit Information System", True),
        ("VUCE", "Ventanilla Única de Comercio Exterior (Single Window for Foreign Trade)", True),
        ("Norad", "Norwegian Agency for Development Cooperation", True),
        ("IAF", "Internal Affairs Division", False),
        ("SRA", "Eswatini Revenue Authority", False),
        ("SAT", "Customs Authority of Guatemala", False),
        ("OMD", "Organisation mondiale des douanes", True),
        ("OMC", "Organisation mondiale des douanes", False),
    ],
)
def test_letters_fit_when_they_are_those_of_the_words(term: str, expansion: str, fits: bool) -> None:
    assert (fit(term, expansion) != Fit.NONE) == fits


def test_a_slip_is_not_another_language() -> None:
    assert near_fit("IAF", "Internal Affairs Division")
    assert near_fit("OMC", "Organisation mondiale des douanes")
    assert not near_fit("KPK", "Corruption Eradication Commission")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anti-Corruption and Integrity Promotion Programme", "Anti-Corruption Integrity Promotion", True),
        ("Focus Group Discussion", "focus group discussions", True),
        ("Swaziland Revenue Authority", "Eswatini Revenue Authority", False),
        ("National Crime Agency", "National Customs Agency", False),
        ("Ventanilla Única (Single Window for Foreign Trade)", "Single Window for Foreign Trade", True),
        ("Organisation mondiale des douanes", "Organisation mondiale du commerce", False),
    ],
)
def test_names_are_compared_by_the_words_that_make_them(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) == same
    assert same_name(other, one) == same


def test_an_older_name_is_alike() -> None:
    assert alike("Swaziland Revenue Authority", "Eswatini Revenue Authority")
    assert not alike("Swaziland Revenue Authority", "Single Resolution Agency")


@given(TEXTS)
def test_every_definition_stands_where_it_says(text: str) -> None:
    for found in definitions(text):
        assert singular(text[found.start : found.end]) == found.term
        assert found.expansion.strip()


@given(TEXTS, st.sampled_from(["WCO", "A-CIP", "US", "SDG", "OMD"]))
def test_every_use_stands_where_it_says(text: str, term: str) -> None:
    assert all(text[at:].startswith(term) for at in uses(term, text))
    assert all(re.match(r"[^\W_]", match[0]) for match in tokens(text))


@given(TEXTS)
def test_folding_letters_is_done_once(text: str) -> None:
    assert fold_letters(fold_letters(text)) == fold_letters(text)


@given(TEXTS, st.integers(1, 50))
def test_a_passage_knows_its_lines(body: str, first: int) -> None:
    lines = body.replace("\r\n", "\n").replace("\r", " ").replace("\0", " ").split("\n")
    for passage in passages(body, first):
        at = passage.line - first
        assert passage.raw.split("\n")[0] in lines[at]
        assert all(first <= sentence.line < first + len(lines) for sentence in passage.sentences)
        assert passage.text.count("\n") == passage.raw.count("\n")
