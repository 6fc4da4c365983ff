"""The picture of an address that the camera of a phone reads (a QR code, ISO/IEC 18004)."""

from __future__ import annotations

from markupsafe import Markup

#: Blank modules around the code, as the standard asks.
_QUIET = 4


def picture(address: str) -> Markup:
    """A QR code as SVG that stands in a page: dark on light also where the page is dark.

    >>> picture("otpauth://totp/Thuishaven:an")[:18]
    Markup('<svg viewBox="0 0 ')
    """
    import segno

    rows = segno.make(address, error="m", micro=False).matrix
    side = len(rows) + 2 * _QUIET
    places = [(x, y) for y, row in enumerate(rows) for x, one in enumerate(row) if one]
    dark = "".join(f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for x, y in places)
    return Markup(
        '<svg viewBox="0 0 {side} {side}" class="qr" role="img" aria-labelledby="qr-name">'
        '<rect width="{side}" height="{side}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    ).format(side=side, dark=dark)
