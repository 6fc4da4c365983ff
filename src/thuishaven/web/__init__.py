"""In a browser, or over HTTP: pages in three languages that work without JavaScript, and the REST API.

``create_app(settings)`` makes the ASGI application; ``docs/web.md`` tells how it is served and set up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thuishaven.web.app import create_app
    from thuishaven.web.ops_settings import ServerSettings

__all__ = ["ServerSettings", "create_app"]


def __getattr__(name: str) -> Any:
    """The words of this room, loaded when they are asked for: knowledge and settings need no web server."""
    if name == "create_app":
        from thuishaven.web.app import create_app

        return create_app
    if name == "ServerSettings":
        from thuishaven.web.ops_settings import ServerSettings

        return ServerSettings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
