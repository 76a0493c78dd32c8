"""The house linter: each rule with a text that trips it and one that does not, in English and in French; mending; the command."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.base.interface import phrases
from kb.base.vocabulary import ArticleKind
from kb.library.members import Members
from kb.newsletter.folder import (
    Article,
    ArticleHead,
    EditionFolder,
    EditionHead,
    Titles,
    read,
    write_article,
    write_edition,
)
from kb.newsletter.linter import slips
from kb.newsletter.linter.checking import ALL, Finding, check, severity_of
from kb.newsletter.linter.mending import MENDING, mend, mend_body, mend_list
from kb.newsletter.linter.rule import Severity
from kb.newsletter.linter.rules.pictures import width_of

DAY = date(2026, 11, 23)
OMD = {"term": "OMD", "expansion": "Organisation mondiale des douanes"}
WCO = {"term": "WCO", "expansion": "World Customs Organization"}
FINE = {
    "alt": "Two officers at a desk",
    "caption": "Officers in Sofia, 2025",
    "permission": "Member’s letter of 2 March 2025",
}


@dataclass(frozen=True)
class Text:
    """An edition in a few words: one article, and whatever else the rule looks at."""

    body: str = ""
    head: dict[str, Any] = field(default_factory=dict)
    edition: dict[str, Any] = field(default_factory=dict)
    others: tuple[dict[str, Any], ...] = ()


def listed(body: str, *entries: tuple[str, str]) -> Text:
    return Text(body, edition={"abbreviations": [{"term": term, "expansion": words} for term, words in entries]})


def contact(**fields: Any) -> Text:
    return Text(head={"contact": fields})


def image(**fields: str) -> Text:
    return Text(head={"images": [{"file": "images/01-1.png", **FINE, **fields}]})


def members_of(*codes: str, **fields: Any) -> Text:
    return Text(
        others=tuple({"kind": "member", "title": f"Article {code}", "member": code, **fields} for code in codes)
    )


def off(rule: str, body: str = "") -> Text:
    return Text(body, edition={"off": [{"rule": rule, "reason": "as agreed with the Member"}]})


# rule: (English that trips, English that does not, French that trips, French that does not)
CASES: dict[str, tuple[Text | str, Text | str, Text | str, Text | str]] = {
    "abbreviation-unused": (
        listed("Nobody uses U.S. forms.", ("US", "United States")),
        listed("US officers came.", ("US", "United States")),
        listed("Rien ici.", ("OMD", "Organisation mondiale des douanes")),
        listed("L’OMD se réunit.", ("OMD", "Organisation mondiale des douanes")),
    ),
    "abbreviation-undefined": (
        "In 2017 SUNAT took part.",
        listed("SUNAT took part.", ("SUNAT", "National Tax Authority")),
        "En 2017, l’ONUDC a participé.",
        "L’Organisation mondiale des douanes (OMD) se réunit ; l’OMD décide.",
    ),
    "abbreviation-unlisted": (
        "The World Customs Organization (WCO) met.",
        listed("The World Customs Organization (WCO) met.", ("WCO", "World Customs Organization")),
        "L’Organisation mondiale des douanes (OMD) se réunit.",
        listed("L’Organisation mondiale des douanes (OMD).", ("OMD", "Organisation mondiale des douanes")),
    ),
    "abbreviation-late": (
        "The WCO met. The World Customs Organization (WCO) decided.",
        "The World Customs Organization (WCO) met. The WCO decided.",
        "L’OMD se réunit. L’Organisation mondiale des douanes (OMD) décide.",
        "L’Organisation mondiale des douanes (OMD) se réunit. L’OMD décide.",
    ),
    "abbreviation-repeated": (
        "The World Customs Organization (WCO) met.\n\nThe World Customs Organization (WCO) decided.",
        "## The World Customs Organization (WCO)\n\nThe World Customs Organization (WCO) decided.",
        "L’Organisation mondiale des douanes (OMD).\n\nL’Organisation mondiale des douanes (OMD).",
        "L’Organisation mondiale des douanes (OMD) se réunit. L’OMD décide.",
    ),
    "abbreviation-listed-twice": (
        listed("WCO", ("WCO", "World Customs Organization"), ("WCO", "World Customs  Organization")),
        listed("WCO", ("WCO", "World Customs Organization"), ("ISC", "Integrity Sub-Committee")),
        Text("OMD", edition={"abbreviations": [OMD, OMD]}),
        Text("OMD", edition={"abbreviations": [OMD]}),
    ),
    "abbreviation-two-meanings": (
        listed("NCA", ("NCA", "National Crime Agency"), ("NCA", "National Customs Agency")),
        listed("NCA", ("NCA", "National Customs Agency")),
        "L’Organisation mondiale des douanes (OMD) et l’Office des marchés du droit (OMD).",
        "L’Organisation mondiale des douanes (OMD) et l’Organisation mondiale des douanes (OMD).",
    ),
    "abbreviation-contradicts": (
        listed("The Eswatini Revenue Authority (SRA) met.", ("SRA", "Swaziland Revenue Authority")),
        listed("The Eswatini Revenue Authority (SRA) met.", ("SRA", "Eswatini Revenue Authority")),
        listed("L’Organisation mondiale des douanes (OMD).", ("OMD", "Office malgache des droits")),
        listed("L’Organisation mondiale des douanes (OMD).", ("OMD", "Organisation mondiale des douanes")),
    ),
    "abbreviation-wording": (
        listed(
            "Anti-Corruption and Integrity Promotion (A-CIP).",
            ("A-CIP", "Anti-Corruption Integrity Promotion Programme"),
        ),
        listed(
            "Anti-Corruption and Integrity Promotion (A-CIP).", ("A-CIP", "Anti-Corruption and Integrity Promotion")
        ),
        listed("L’Organisation mondiale des douanes (OMD).", ("OMD", "Organisation mondiale de la douane")),
        listed("L’Organisation mondiale des douanes (OMD).", ("OMD", "Organisation mondiale des douanes")),
    ),
    "abbreviation-letters": (
        listed("IAF", ("IAF", "Internal Affairs Division")),
        listed("IAD", ("IAD", "Internal Affairs Division")),
        listed("OMC", ("OMC", "Organisation mondiale des douanes")),
        listed("OMD", ("OMD", "Organisation mondiale des douanes")),
    ),
    "abbreviation-foreign": (
        "The Corruption Eradication Commission (KPK) met.",
        "The National Customs Agency (NCA) met.",
        "La réunion de la Commission pour l’éradication de la corruption (KPK).",
        "L’Organisation mondiale des douanes (OMD).",
    ),
    "abbreviation-unsorted": (
        listed("WCO ISC", ("WCO", "World Customs Organization"), ("ISC", "Integrity Sub-Committee")),
        listed("A-CIP ACO", ("A-CIP", "Anti-Corruption and Integrity Promotion"), ("ACO", "Anti-Corruption Office")),
        listed("OMD DAR", ("OMD", "Organisation mondiale des douanes"), ("DAR", "Déclaration d’Arusha révisée")),
        listed("ÉTAT OMD", ("ÉTAT", "Étude"), ("OMD", "Organisation mondiale des douanes")),
    ),
    "balance-region": (
        members_of("BG", "AL", "AD", "IT"),
        members_of("BG", "IT"),
        members_of("BG", "AL", "AD", "IT", language="fr"),
        members_of("BG", language="fr"),
    ),
    "balance-language": (
        members_of("BG", "AL", "AD", "IT", language="en"),
        members_of("BG", "IT", language="en"),
        members_of("BG", "AL", "AD", "IT", language="fr"),
        members_of("BG", "IT", language="fr"),
    ),
    "contact-consent": (
        contact(name="Ana Petrova", expires="2027-06"),
        contact(name="Ana Petrova", consent=True, expires="2027-06"),
        contact(email="ana@customs.bg", expires="2027-06"),
        contact(email="ana@customs.bg", consent=True, expires="2027-06"),
    ),
    "contact-expired": (
        contact(name="Ana Petrova", consent=True, expires="2026-10"),
        contact(name="Ana Petrova", consent=True, expires="2026-11"),
        contact(name="Ana Petrova", consent=True, expires="2026-11-22"),
        contact(name="Ana Petrova", consent=True, expires="2026-11-23"),
    ),
    "contact-expiry": (
        contact(name="Ana Petrova", consent=True),
        contact(name="Ana Petrova", consent=True, expires="2027-06"),
        contact(email="ana@customs.bg", consent=True),
        contact(),
    ),
    "contact-missing": (
        members_of("BG"),
        members_of("BG", contact={"name": "Ana Petrova", "consent": True, "expires": "2027-06"}),
        members_of("BG", language="fr"),
        Text("Un éditorial."),
    ),
    "contact-in-text": (
        "Write to ana@customs.bg.",
        Text("Write to ana@customs.bg.", {"contact": {"email": "ANA@customs.bg", "consent": True}}),
        "Écrire à ana@customs.bg.",
        "Écrire au Membre.",
    ),
    "member-former": (
        "Officers of Swaziland came.",
        "Officers of Eswatini, formerly Swaziland, and of North\nMacedonia came.",
        "Les agents de la Macédoine sont venus.",
        "Les agents de la Macédoine du Nord et de l’Eswatini (anciennement Swaziland) sont venus.",
    ),
    "member-misspelt": (
        "Officers of Equador came.",
        "Ecuadorean officers of Ecuador, Colombia and Australasia came.",
        "Les agents de l’Équatuer sont venus.",
        "Les agents de l’Équateur sont venus.",
    ),
    "member-unknown": (
        members_of("QQ"),
        members_of("BG"),
        Text(others=({"kind": "member", "title": "Sans Membre", "language": "fr"},)),
        members_of("BG", language="fr"),
    ),
    "member-absent": (
        Text("Nothing here.", {"kind": "member", "member": "BG"}),
        Text("Bulgarian officers came.", {"kind": "member", "member": "BG"}),
        Text("Rien ici.", {"kind": "member", "member": "BG"}),
        Text("La Bulgarie a agi.", {"kind": "member", "member": "BG"}),
    ),
    "member-order": (
        members_of("SZ", "EC"),
        members_of("EC", "SZ"),
        members_of("US", "EC"),  # États-Unis, Équateur
        members_of("ZA", "DE"),  # Afrique du Sud, Allemagne
    ),
    "house-member": (
        "All member countries came.",
        "All Members came. In 2015 the United Nations Member States decided.",
        "Tous les pays membres sont venus.",
        "Les Membres et les États membres de l’Union européenne sont venus.",
    ),
    "house-country": (
        "It is a challenge for many countries.",
        "Members in developing countries know it.",
        "C’est un défi pour les pays.",
        "Les Membres des pays en développement le savent.",
    ),
    "image-alt": (image(alt=""), image(), image(alt="  "), image()),
    "image-caption": (image(caption=""), image(), "![Agents](images/01-1.png)", image()),
    "image-permission": (image(permission=""), image(), "![Agents](images/01-1.png)", image()),
    "image-missing": (image(file="images/none.png"), image(), "![Agents](../secret.png)", "![Agents](images/01-1.png)"),
    "image-resolution": (
        image(file="images/small.png"),
        image(),
        "![Agents](images/small.png)",
        "![Agents](images/none.png)",
    ),
    "heading-order": (
        "## One\n\n#### Two",
        "## One\n\n### Two\n\n#### Three\n\n## Four",
        "# Un",
        "## Un\n\n```\n# commentaire\n```",
    ),
    "link-form": (
        "See [the site](http:/aduana.gob.ec), [it](), https://localhost/x and this.[^1]",
        "See [the site](https://www.aduana.gob.ec), www.wcoomd.org and this.[^1]\n\n[^1]: A note.",
        "Voir [le site](https://wcoomd) et [ceci](javascript:x).",
        "Voir [le site](https://www.douane.gouv.fr/a?b=c#d) et [écrire](mailto:a@b.fr).",
    ),
    "figure-period": (
        "It covers 95% of trade.",
        "In 2018 it covered 95% of trade under ISO 37001:2016, Article 10.",
        "Une équipe de 38 enquêteurs.",
        "Une équipe de 38 enquêteurs en 2018, le 12 mai, selon l’article 11.",
    ),
    "figure-source": (
        "In 2018 it covered 95% of trade.",
        "In 2018 it covered 95% of trade, according to the Ministry.",
        "En 2018, elle a traité 12\u00a0000 envois.",
        "En 2018, elle a traité 12\u00a0000 envois.[^1]\n\n[^1]: Rapport annuel.",
    ),
    "relative-time": (
        "The unit was recently set up. This year’s theme was new.",
        "The unit was set up in May 2018. This year’s theme (2019) was new.",
        "L’unité a été créée l’année dernière. Récemment, elle a agi.",
        "L’unité a été créée en 2018. L’année 2019 a été bonne.",
    ),
    "date-impossible": (
        "It met on 31 June 2019, from 29 to 27 May, in 2019-2017.",
        "It met on 30 June 2019, from 27 to 29 May, in 2017-2019; Ordinance H-1/03.06.2016; on Wednesday 29 February 2012.",
        "Elle s’est réunie le lundi 1er mai 2019.",
        "Elle s’est réunie le mercredi 1er mai 2019, du 27 au 29 mai, de 2017 à 2019.",
    ),
    "date-numeric": (
        "Law of 10/18/2018 and of 03/04/2019.",
        "Law of 18 October 2018, of 18/10/2018 and of 04/04/2019.",
        "Loi du 03/04/2019.",
        "Loi du 3 avril 2019.",
    ),
    "doubled-word": (
        "The the officers came to\nto Sofia.",
        "They had had it in Bora Bora. See it: it is `the the`.",
        "Les agents de de la douane.",
        "Nous nous réunissons ; vous vous réunissez.",
    ),
    "footer-left": (
        "Text.\n\nWCO 16th Integrity Newsletter\n\n13\n\nMore text.",
        "This Integrity Newsletter offers much.\n\n13 officers came.",
        "Texte.\n\nBulletin de l’OMD sur l’éthique n° 16\n\nPage 3 sur 10",
        "Ce bulletin n° 16 présente beaucoup de choses.",
    ),
    "house-term": (
        "The custom officers follow the Arusha Declaration.",
        "The Customs officers follow the Revised Arusha Declaration and an old custom.",
        "Le Sous-Comité de l’intégrité applique la Déclaration d’Arusha.",
        "Le Sous-Comité sur l’éthique applique la Déclaration d’Arusha révisée ; un test d’intégrité.",
    ),
    "gender-stereotype": (
        "Women are less corrupt than men.",
        "One must not validate stereotypes such as “women are less corrupt than men”. Women are less often promoted.",
        "Les femmes sont moins corrompues que les hommes.",
        "Dire que les femmes sont moins corrompues est un stéréotype. Les femmes sont moins nombreuses.",
    ),
    "disclaimer-missing": (
        Text(edition={"disclaimer": None}),
        Text("Articles reflect Members’ own personal views.", edition={"disclaimer": None}),
        Text(edition={"disclaimer": None}),
        Text("Les articles n’engagent que leurs auteurs.", edition={"disclaimer": None}),
    ),
    "grammar": (
        "The Newsletter is offers a chance to a officer and one its friends.",
        "The Newsletter offers an officer an MoU, a European unit, a U.S. form, an hour and a one-off.",
        "Le bulletin est propose que il parle de le programme.",
        "Le bulletin propose qu’il parle du programme, le onze, la une et le haricot.",
    ),
    "spacing": (
        "In Article10 ,we  say it.",
        "In Article 10, we say it.  The end: 3,605.",
        "Il dit: «oui» !",
        "Il dit\u00a0: «\u00a0oui\u00a0»\u00a0! À 10:30.",
    ),
    "switch-idle": (
        off("doubled-word", "No slip."),
        off("doubled-word", "The the slip."),
        off("grammar", "Rien."),
        off("doubled-word", "De de."),
    ),
    "switch-unknown": (off("no-such-rule"), off("doubled-word"), off("règle"), off("grammar")),
}
SWITCHED_BY_TAGS = {"balance-factor", "translation-behind"}  # need what articles get in editing: tested on their own


def png(width: int, height: int = 800) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0"


def lay(path: Path, text: Text | str, language: str = "en") -> EditionFolder:
    """Write the edition that *text* describes, and read it as the command does."""
    text = Text(text) if isinstance(text, str) else text
    first = {"kind": "editorial", "title": "Title", **text.head}
    heads = [first, *text.others]
    names = [f"{at:02d}-article" for at in range(1, len(heads) + 1)]
    (path / "images").mkdir(parents=True, exist_ok=True)
    (path / "images" / "01-1.png").write_bytes(png(1600))
    (path / "images" / "small.png").write_bytes(png(300))
    for name, head in zip(names, heads, strict=True):
        body = text.body if head is first else "Customs."
        write_article(path, Article(f"{name}.md", ArticleHead.model_validate(head, strict=False), body))
    edition = {
        "title": "Integrity Newsletter",
        "language": language,
        "disclaimer": "Members’ own views.",
        "articles": names,
    }
    edition = {key: value for key, value in {**edition, **text.edition}.items() if value is not None}
    write_edition(path, EditionHead.model_validate(edition, strict=False))
    return read(path)


def found(folder: EditionFolder, members: Members, language: str = "en") -> list[Finding]:
    return list(check(folder, members, phrases(language), DAY))


def test_every_rule_has_its_texts() -> None:
    assert set(CASES) | SWITCHED_BY_TAGS == set(ALL)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("rule", CASES)
def test_a_rule_is_tripped_by_what_it_names_and_by_nothing_else(
    rule: str, language: str, tmp_path: Path, members: Members
) -> None:
    trips, passes = CASES[rule][:2] if language == "en" else CASES[rule][2:]
    tripped = [each for each in found(lay(tmp_path / "a", trips, language), members, language) if each.rule == rule]
    passed = [each for each in found(lay(tmp_path / "b", passes, language), members, language) if each.rule == rule]
    assert tripped
    assert passed == []
    assert all(each.message and each.fix and each.severity == severity_of(rule) for each in tripped)
    for each in tripped:
        lines = (tmp_path / "a" / each.file).read_text(encoding="utf-8").split("\n")
        assert 1 <= each.line <= len(lines)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_rule_says_what_it_asks(language: str) -> None:
    say = phrases(language)
    assert [rule for rule in ALL if not say(f"check.{rule}.rule").endswith(".")] == []


@pytest.mark.parametrize(
    ("body", "rule", "line", "term"),
    [
        ("One.\n\nTwo two\nthree is offers.", "doubled-word", 3, "Two two"),
        ("One.\n\nTwo\nthree is offers.", "grammar", 4, "is offers"),
        ("- One\n- women are less corrupt", "gender-stereotype", 2, "women are less corrupt"),
        ("| a | b |\n|---|---|\n| 95% | recently |", "relative-time", 3, "recently"),
    ],
)
def test_a_finding_names_the_line_of_the_file(
    body: str, rule: str, line: int, term: str, tmp_path: Path, members: Members
) -> None:
    folder = lay(tmp_path, body)
    (one,) = [each for each in found(folder, members) if each.rule == rule]
    assert (one.term, one.line - folder.articles[0].first_line + 1) == (term, line + 1)  # a blank line begins the body


def test_the_order_of_members_is_that_of_the_editions_language(tmp_path: Path, members: Members) -> None:
    """South Africa stands after Germany; Afrique du Sud before Allemagne."""
    rules = {
        language: {each.rule for each in found(lay(tmp_path / language, members_of("DE", "ZA"), language), members)}
        for language in ("en", "fr")
    }
    assert ("member-order" in rules["en"], "member-order" in rules["fr"]) == (False, True)


def test_a_phrase_that_merely_stands_before_a_bracket_gives_no_second_meaning(tmp_path: Path, members: Members) -> None:
    body = "Organisation for Economic Co-operation and Development (OECD). The Anti-Corruption Network for Asia (OECD) met."
    rules = {each.rule for each in found(lay(tmp_path, body), members)}
    assert "abbreviation-two-meanings" not in rules


def test_a_switch_is_for_its_rule_and_file_only(tmp_path: Path, members: Members) -> None:
    body = "The the slip is offers."
    switch = {"rule": "doubled-word", "reason": "a quotation", "file": "02-article.md"}
    folder = lay(tmp_path, Text(body, edition={"off": [switch]}, others=({"kind": "project", "title": "Other"},)))
    rules = {each.rule for each in found(folder, members)}
    assert {"doubled-word", "grammar", "switch-idle"} <= rules


def test_the_balance_of_factors_is_told_of_tagged_articles_only(tmp_path: Path, members: Members) -> None:
    """Articles get their tags in editing; here a head with elements stands for one."""

    class Tagged(ArticleHead):
        elements: tuple[str, ...] = ()

    heads = [Tagged(kind=ArticleKind.MEMBER, title="A", member="BG", elements=("1.a",)) for _ in range(4)]
    articles = tuple(Article(f"{at:02d}-a.md", head, "Customs.") for at, head in enumerate(heads, 1))
    folder = EditionFolder(tmp_path, EditionHead(title=Titles(en="T"), disclaimer="Own views."), articles)
    told = [each.term for each in found(folder, members) if each.rule == "balance-factor"]
    assert sorted(told, key=int) == [str(n) for n in range(1, 11)]  # 1 has all of them, the others none
    plain = found(lay(tmp_path / "plain", members_of("BG", "AL", "AD", "IT")), members)
    assert [each for each in plain if each.rule == "balance-factor"] == []


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (png(1234), 1234),
        (b"GIF89a" + struct.pack("<HH", 321, 10) + b"\0" * 20, 321),
        (b"\xff\xd8\xff\xe0\0\x10" + b"J" * 14 + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 40, 777) + b"\0" * 9, 777),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (899).to_bytes(3, "little") + b"\0\0\0\0", 900),
        (b"<svg/>", None),
        (b"", None),
        (b"\xff\xd8\xff", None),
    ],
)
def test_an_images_width_is_read_from_its_first_bytes(data: bytes, width: int | None, tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(data)
    assert width_of(tmp_path / "image") == width


@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xc0", b"RIFF1234WEBPVP8L"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_images_have_no_width_or_some(tmp_path: Path, rest: bytes, head: bytes) -> None:
    (tmp_path / "image").write_bytes(head + rest)
    assert (width_of(tmp_path / "image") or 0) >= 0


FRAGMENTS = (
    "the The de de la WCO OMD (WCO) (KPK) Corruption Eradication Commission ## # - | |--| ``` ` [x](y) ![](images/a.png) [^1] [^1]: > "
    "https://a http:/b a@b.c 95% 3,605 31 June 2019 10/18/2018 2019-2017 monday 0 Swaziland Women are less corrupt is offers recently "
    "WCO 16th Integrity Newsletter 13 Page 3 « » : ; ? ! , . “ ” ’ l’ \u00a0 \n \n\n \r\n \x0b \u2028 \ufffc "
    "** _ \\ & <b> <!-- -->"
)
PIECES = st.sampled_from(FRAGMENTS.split(" "))
BODIES = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
)
LANGUAGES = st.sampled_from(["en", "fr"])
ENTRIES = st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=30)), max_size=6)


def in_memory(
    body: str, language: str, title: str = "T", entries: list[tuple[str, str]] | None = None
) -> EditionFolder:
    kept = [{"term": term, "expansion": words} for term, words in entries or [] if term.strip() and words.strip()]
    head = EditionHead.model_validate(
        {"title": "WCO Integrity Newsletter", "language": language, "abbreviations": kept}, strict=False
    )
    article = ArticleHead.model_validate(
        {"kind": "member", "title": title if title.strip() else "T", "member": "BG"}, strict=False
    )
    return EditionFolder(Path("nowhere"), head, (Article("01-a.md", article, body, 5),))


@settings(max_examples=300, deadline=None)
@given(BODIES, LANGUAGES, BODIES, ENTRIES)
def test_any_text_is_checked_and_findings_are_sorted_and_stable(
    members: Members, body: str, language: str, title: str, entries: list[tuple[str, str]]
) -> None:
    folder = in_memory(body, language, title, entries)
    first = found(folder, members, language)
    assert first == found(folder, members, language)
    places = [(each.file != "edition.yml", each.line, each.rule) for each in first]
    assert places == sorted(places)
    assert len(set(first)) == len(first)


@settings(max_examples=400, deadline=None)
@given(BODIES, LANGUAGES)
def test_mending_is_done_once(body: str, language: str) -> None:
    once = mend_body(body, language, ["WCO Integrity Newsletter"])
    assert mend_body(once, language, ["WCO Integrity Newsletter"]) == once


@settings(max_examples=300, deadline=None)
@given(BODIES, LANGUAGES)
def test_what_is_mended_is_no_longer_found(members: Members, body: str, language: str) -> None:
    once = mend_body(body.replace("\r\n", "\n"), language, ["WCO Integrity Newsletter"])
    assert slips.without_doubled(once, language) == once
    assert slips.footers(once, ["WCO Integrity Newsletter"]) == []


def test_mending_keeps_words_code_tables_and_addresses() -> None:
    body = (
        "- The  the `the the`\n\n| a  a | b |\n\n```\nthe the\n```\n\nSee https://a.org/x  ,y and [the the](b).  \nEnd"
    )
    mended = mend_body(body, "en", [])
    assert mended == body.replace("The  the", "The")


@pytest.mark.parametrize(
    ("language", "body", "mended"),
    [
        ("en", "the the the end", "the end"),
        ("en", "In Article10 ,we  say", "In Article 10, we say"),
        ("en", "One.\n\nWCO 16th Integrity Newsletter\n\n13\n\nTwo.", "One.\n\nTwo."),
        ("fr", "Il dit: «oui» !", "Il dit\u00a0: «\u00a0oui\u00a0»\u00a0!"),
        ("fr", "le le programme", "le programme"),
    ],
)
def test_what_is_safe_is_mended(language: str, body: str, mended: str) -> None:
    assert mend_body(body, language, ["WCO Integrity Newsletter"]) == mended


LIST = """number: 16
title: T # a comment
abbreviations:
# the printed list
- term: WCO
  expansion: World Customs Organization
- {term: "ISC", expansion: "Integrity Sub-Committee"}
- term: WCO
  expansion: World Customs Organization

articles: []
"""


def test_the_list_is_sorted_and_the_rest_of_the_file_stays() -> None:
    wco = "- term: WCO\n  expansion: World Customs Organization\n"
    isc = '- {term: "ISC", expansion: "Integrity Sub-Committee"}\n'
    mended = mend_list(LIST)
    assert mended == LIST.replace(wco, "", 1).replace(isc + wco, isc + wco)
    assert mended.index("ISC") < mended.index("WCO")
    assert mend_list(mended) == mended
    assert mend_list(LIST, frozenset()) == LIST


@given(ENTRIES)
def test_sorting_loses_no_line_of_any_list(entries: list[tuple[str, str]]) -> None:
    kept = [{"term": t.strip(), "expansion": w.strip()} for t, w in entries if t.strip() and w.strip()]
    text = "abbreviations:\n" + "".join(
        f"- term: {json.dumps(e['term'])}\n  expansion: {json.dumps(e['expansion'])}\n" for e in kept
    )
    mended = mend_list(text, MENDING - {"abbreviation-listed-twice"})
    assert sorted(mended.split("\n")) == sorted(text.split("\n"))
    assert mend_list(mended) == mend_list(mend_list(mended))


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    folder = lay(tmp_path, "The the end.\n\nMore.")
    path = tmp_path / "01-article.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (changed,) = mend(read(folder.path))
    changed.write()
    assert b"The end.\r\n\r\nMore." in path.read_bytes()
    assert list(mend(read(folder.path))) == []


def test_the_command_tells_fixes_and_tells_again(tmp_path: Path, run: Callable[..., Result]) -> None:
    lay(
        tmp_path,
        Text(
            "The the end is offers.",
            edition={"abbreviations": [WCO, {"term": "ISC", "expansion": "Integrity Sub-Committee"}]},
        ),
    )
    first = run("edition", "check", tmp_path)
    assert first.exit_code == 1
    assert "01-article.md\n" in first.stdout
    assert "doubled-word: “The the”" in first.stdout
    mended = run("edition", "check", tmp_path, "--fix", "--format", "json")
    assert mended.exit_code == 1
    assert "-The the end is offers.\n+The end is offers.\n" in mended.stderr
    found = json.loads(mended.stdout)
    assert {frozenset(each) for each in found} == {
        frozenset({"rule", "severity", "term", "file", "line", "message", "fix"})
    }
    assert {each["rule"] for each in found} & MENDING == set()
    again = run("edition", "check", tmp_path, "--fix", "--lang", "fr")
    assert "---" not in again.stdout
    assert "erreur" in again.stdout


def test_an_edition_without_a_fault_ends_well_and_notes_do_not_hold_it_up(
    tmp_path: Path, run: Callable[..., Result]
) -> None:
    lay(tmp_path / "good", "All is well.")
    good = run("edition", "check", tmp_path / "good")
    assert (good.exit_code, good.stderr) == (0, "")
    lay(tmp_path / "noted", "It is a challenge for many countries.")
    noted = run("edition", "check", tmp_path / "noted", "--format", "json")
    assert noted.exit_code == 0
    assert [each["severity"] for each in json.loads(noted.stdout)] == [str(Severity.NOTE)]


def test_the_day_decides_what_has_expired(tmp_path: Path, run: Callable[..., Result]) -> None:
    lay(tmp_path, contact(name="Ana Petrova", consent=True, expires="2027-06"))
    before = run("edition", "check", tmp_path, "--as-of", "2027-06-30")
    after = run("edition", "check", tmp_path, "--as-of", "2027-07-01")
    assert (before.exit_code, after.exit_code) == (0, 1)


@pytest.mark.parametrize(
    "words", [("check", "no-such-folder"), ("check", ".", "--as-of", "yesterday"), ("rules", "--format", "xml")]
)
def test_bad_input_is_told_and_ends_with_two(words: tuple[str, ...], run: Callable[..., Result]) -> None:
    result = run("edition", *words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_the_rules_are_listed(run: Callable[..., Result]) -> None:
    listed = json.loads(run("edition", "rules", "--format", "json").stdout)
    assert [each["rule"] for each in listed] == list(ALL)
    assert [line.split()[0] for line in run("edition", "rules", "--lang", "fr").stdout.splitlines()] == list(ALL)


UNUSED = {"ACO", "ICD", "IID", "ID", "RM", "SCS", "SAT", "UK", "US", "NCA"}
NOT_LISTED = {"DGCE", "KPK", "OFIELC", "ISC", "IDG", "CIPS", "SUNAT", "UNODC"}


def test_the_16th_editions_slips_are_found(sixteenth: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    """What the printed 16th edition let through; every error is one that a person who read the text agrees with."""
    assert run("edition", "import", sixteenth, "-o", tmp_path / "16").exit_code == 0
    path = next(iter(sorted((tmp_path / "16").glob("*jamaica.md"))))
    path.write_text(path.read_text(encoding="utf-8") + "\nWCO 16th Integrity Newsletter\n\n13\n", encoding="utf-8")
    found = json.loads(run("edition", "check", tmp_path / "16", "--format", "json", "--as-of", "2026-11-23").stdout)
    terms = {rule: {each["term"] for each in found if each["rule"] == rule} for rule in ALL}
    assert terms["abbreviation-unused"] == UNUSED
    assert terms["abbreviation-two-meanings"] == {"NCA"}
    assert terms["abbreviation-contradicts"] == {"SRA"}
    assert terms["abbreviation-undefined"] | terms["abbreviation-unlisted"] >= NOT_LISTED
    assert terms["abbreviation-undefined"] == {"SUNAT", "UNODC", "ISO"}
    assert terms["member-order"] == {"Ecuador"}
    assert terms["member-former"] == {"Swaziland"}
    assert terms["grammar"] == {"is offers", "a basic criteria", "one its"}
    assert terms["footer-left"] == {"WCO 16th Integrity Newsletter", "13"}
    errors = [each for each in found if each["severity"] == "error"]
    assert len(errors) == 22  # all of them in the sets above
