"""The headers that every answer carries, whatever it is: they tell the browser what a page may do."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

#: Nothing but our own files; no script or style inside a page, no plug-in, no frame around it.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
_UNUSED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a browser that sends none also sends a form with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
#: Two years, as the preload lists of browsers ask.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
#: What a visitor typed is kept by no cache, unless an answer says otherwise.
UNCACHED = "no-store"


def add(headers: MutableHeaders, *, secure: bool) -> None:
    """Add what is not there yet.

    Parameters
    ----------
    headers
        Of the answer; changed in place.
    secure
        Whether the visitor came over TLS.
    """
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", UNCACHED)
    if secure:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
