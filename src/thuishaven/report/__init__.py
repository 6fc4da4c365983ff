"""How do we tell it: words, charts and blocks for pages, PDF and spreadsheets; see ``docs/report.md``.

``write(dossier, "report.pdf", "nl")`` does it all. ``gather`` asks the rooms, ``document`` puts the blocks
together in a language, ``content`` gives the bytes of a file and ``save`` writes them: HTML, PDF, XLSX or JSON.
"""

from thuishaven.report.material import Material
from thuishaven.report.subject import Subject, subject
from thuishaven.report.write import FORMATS, blocks_for, content, document, gather, save, write

__all__ = [
    "FORMATS",
    "Material",
    "Subject",
    "blocks_for",
    "content",
    "document",
    "gather",
    "save",
    "subject",
    "write",
]
