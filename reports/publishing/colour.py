"""A federation's main colour: read, and refused where text in it could not be read on white."""

import re

from django.utils.translation import gettext as _

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text of the usual size against what is behind it."""
_DARK = 0.04045
"""IEC 61966-2-1: up to here a part of sRGB is linear."""
_HEX = re.compile(r"#?([0-9a-f]{6})")


def read_colour(text: str) -> str:
    """The colour as ``#rrggbb``; empty for none. ValueError with a Swedish sentence."""
    typed = text.strip().lower()
    if not typed:
        return ""
    found = _HEX.fullmatch(typed)
    if found is None:
        raise ValueError(_("Skriv färgen med sex tecken efter #, till exempel #1f4e79."))
    colour = f"#{found[1]}"
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        told = {"colour": colour, "contrast": f"{contrast:.1f}".replace(".", ",")}
        raise ValueError(
            _(
                "%(colour)s är för ljus för att läsas mot vitt: kontrasten är %(contrast)s och ska vara minst 4,5. "
                "Välj en mörkare färg."
            )
            % told
        )
    return colour


def contrast_with_white(colour: str) -> float:
    """The contrast as WCAG 2.2 defines it, from 1 (white on white) to 21 (black)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= _DARK else float(((part + 0.055) / 1.055) ** 2.4)
