"""How do we tell it: words, charts and blocks for pages, PDF and spreadsheets; see ``docs/report.md``.

``write(dossier, "report.pdf", "nl")`` does it all. ``gather`` asks the rooms, ``document`` puts the blocks together
in a language, ``save`` writes them as HTML, PDF, XLSX or JSON.
"""

from thuishaven.report.material import Material
from thuishaven.report.subject import Subject, subject
from thuishaven.report.write import FORMATS, blocks_for, document, gather, save, write

__all__ = [
    "FORMATS",
    "Material",
    "Subject",
    "blocks_for",
    "document",
    "gather",
    "save",
    "subject",
    "write",
]
