"""The rooms over HTTP, for programs: ``/api/v1``, described by its ``openapi.json`` and ``docs/api.md``."""

from thuishaven.web.api.app import create_api
from thuishaven.web.api.problems import refuse

__all__ = ["create_api", "refuse"]
