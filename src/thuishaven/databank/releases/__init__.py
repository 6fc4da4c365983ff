"""What can be cited of the databank: releases that never change, in the formats that their readers use."""

from thuishaven.databank.releases.about import LICENCE, LICENCE_URL, Change
from thuishaven.databank.releases.content import agreement
from thuishaven.databank.releases.formats import FORMATS
from thuishaven.databank.releases.register import Release, Releases, releases_folder
from thuishaven.databank.releases.schema import Column, Sheet, sheets
from thuishaven.databank.releases.search import search_release
from thuishaven.databank.releases.writing import MANIFEST, snapshot_hash
from thuishaven.databank.reliability import cut_offs, grade

__all__ = [
    "FORMATS",
    "LICENCE",
    "LICENCE_URL",
    "MANIFEST",
    "Change",
    "Column",
    "Release",
    "Releases",
    "Sheet",
    "agreement",
    "cut_offs",
    "grade",
    "releases_folder",
    "search_release",
    "sheets",
    "snapshot_hash",
]
