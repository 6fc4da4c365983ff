"""How do we tell it: words, charts and blocks for pages, PDF and spreadsheets; see ``docs/report.md``.

``write(dossier, "report.pdf", "nl")`` does it all. ``gather`` asks the rooms, ``document`` puts the blocks
together in a language, ``content`` gives the bytes of a file and ``save`` writes them: HTML, PDF, XLSX, JSON.
``read`` and ``compared`` calculate a stored report again.
"""

from thuishaven.report.material import Material
from thuishaven.report.stored import Stored, compared, read
from thuishaven.report.subject import Subject, subject
from thuishaven.report.write import FORMATS, blocks_for, content, document, gather, save, write

__all__ = [
    "FORMATS",
    "Material",
    "Stored",
    "Subject",
    "blocks_for",
    "compared",
    "content",
    "document",
    "gather",
    "read",
    "save",
    "subject",
    "write",
]
