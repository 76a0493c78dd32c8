"""The rules of the house, by subject; importing this package registers them all in RULES."""

from kb.newsletter.desk import RULES
from kb.newsletter.rules import abbreviations, balance, contacts, members, pictures, time, translations, wording

__all__ = ["RULES", "abbreviations", "balance", "contacts", "members", "pictures", "time", "translations", "wording"]
