"""What should a company know before it decides? The knowledge pages, in Dutch, English and French.

Each page is a Markdown file in the folder of its language, written for that language. Its figures stand in
``figures.csv`` with their publication, never in the text, so that a figure and its source cannot part.
``page("nl", "forms")`` gives one page as HTML with its sources, ``pages("nl")`` all of them in reading order.
"""

from thuishaven.web.knowledge.figures import Figure, figures
from thuishaven.web.knowledge.library import UnknownPage, groups, page, pages, slugs
from thuishaven.web.knowledge.model import NOBODY, Group, Operator, Page, Source

__all__ = [
    "NOBODY",
    "Figure",
    "Group",
    "Operator",
    "Page",
    "Source",
    "UnknownPage",
    "figures",
    "groups",
    "page",
    "pages",
    "slugs",
]
