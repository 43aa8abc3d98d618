"""A chart as a picture, for documents that take no SVG."""

import typst

FRAME = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 400pt)
"""
PIXELS_PER_INCH = 180


def png(svg: str) -> bytes:
    """The picture, a thousand pixels wide. The machine's own fonts are left out, so that all draw the same."""
    # The drawing is handed over as data; nothing in it is read as typesetting.
    made = typst.compile(FRAME, format="png", ppi=PIXELS_PER_INCH, sys_inputs={"svg": svg}, ignore_system_fonts=True)
    if not isinstance(made, bytes):
        raise TypeError("a chart is one page")
    return made
