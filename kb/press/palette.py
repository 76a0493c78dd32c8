"""The colours of the house. Style sheets, Typst and templates write them out; a test holds those equal to these."""

INK, PAPER, LINE = "#1b2430", "#fcfbf8", "#dcd8cf"
DEEP, PETROL, TEAL = "#083840", "#0b4a54", "#0e5a66"  # the ground of a masthead is petrol, links and heads are teal
SAND, LIGHT = "#8a4f10", "#e6ab66"  # for words on paper, and for signs and for words on a dark ground
GREY = "#4d5866"
SHADES = (TEAL, "#14697a", "#2a7f8c", "#4f9ea9", "#74c3cd")  # of the ornament
LEVELS = ("#7d2a1d", "#a5561c", "#75692a", "#2d7163", TEAL)  # of an answer, from 0 to 4


def bare(colour: str) -> str:
    """A colour as Word writes it: RRGGBB."""
    return colour[1:].upper()
