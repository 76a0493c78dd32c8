"""The rules of the house, by subject; importing this package registers them all in RULES."""

from kb.newsletter.linter.rule import RULES
from kb.newsletter.linter.rules import abbreviations, balance, contacts, members, pictures, time, translations, wording

__all__ = ["RULES", "abbreviations", "balance", "contacts", "members", "pictures", "time", "translations", "wording"]
