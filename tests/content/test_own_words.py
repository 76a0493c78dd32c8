"""The content is in our own words: facts carry over from a source, sentences do not."""

import re
from pathlib import Path

import pytest

from kb.base.places import project_folder

SOURCE = project_folder().parent / "shared" / "editions" / "wco-integrity-newsletter-16.txt"
RUN = 9
NAMES = [  # official names and titles of nine words or more, with what stands around shorter ones
    # titles of the edition's articles
    "Bulgarian Customs’ approach to ensuring the professional and psychological suitability of its Human Resources",
    "Eswatini Revenue Authority (SRA) Integrity Strategy and cooperation with the Royal Police Service",
    "Jamaica Customs Agency (JCA) moves further ahead with its anti-corruption policy",
    "New Zealand Customs promotes a culture of integrity and ethical conduct",
    "Nicaragua adopts the National Human Development Plan (NHDP) to strengthen organizational capacity and ethics",
    "North Macedonia Customs’ new strategy and campaign for fighting corruption",
    "New measures and integrity action plan for Uzbekistan Customs",
    "Exploring the links between gender equality, diversity and integrity",
    # bodies
    "Virtual Working Group on Gender Equality and Diversity",
    "Working Group on Bribery in International Business Transactions",
    "Implementation Review Group of the United Nations Convention against Corruption",
    "Inter-American Committee against Terrorism of the Organization of American States",
    "United States Customs and Border Protection",
    # laws, rules and events
    "role of women in government agencies and border control: experiences and challenges",
    "role of women in government agencies and border control",
    "Rules on Ethics and Integrity in the Service",
    "Organization of activities of the State Customs Authorities",
    "Regulation on serving in the bodies of the State Customs Service",
]


def words(text: str) -> list[str]:
    return re.findall(r"[\w’'-]+", text.lower())


def runs(text: str) -> list[str]:
    own = words(text)
    return [" ".join(own[at : at + RUN]) for at in range(len(own) - RUN + 1)]


def without_names(text: str) -> str:
    """The words of a text with a stop in place of each official name."""
    line = " ".join(words(text))
    for name in sorted(NAMES, key=len, reverse=True):
        line = line.replace(" ".join(words(name)), "stop" * 3)
    return line


def test_no_run_of_nine_words_is_the_16th_editions(shipped: Path) -> None:
    if not SOURCE.is_file():
        pytest.skip("the text of the 16th edition is not beside the project; it is the WCO's and is not shipped")
    lifted = set(runs(SOURCE.read_text(encoding="utf-8")))
    found = [
        f"{path.relative_to(shipped)}: {run}"
        for path in sorted(shipped.rglob("*"))
        if path.suffix in {".md", ".yml", ".json"}
        for run in runs(without_names(path.read_text(encoding="utf-8")))
        if run in lifted
    ]
    assert found == []
