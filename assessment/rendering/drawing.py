"""Pictures for a form that bears no SVG."""

import typst

_DOTS = 220  # per inch


def png(svg: str) -> bytes:
    """A picture as PNG, drawn with Typst’s own fonts."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    made = typst.compile(source.encode(), format="png", ppi=_DOTS, sys_inputs={"svg": svg}, ignore_system_fonts=True)
    if not isinstance(made, bytes):
        raise TypeError("one page gives one picture")
    return made
