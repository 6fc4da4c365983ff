"""What does the company tell us? The dossier, its plans, and the doors by which it comes in and goes out."""

from thuishaven.dossier.batch import Batch, Investment, Part, part_dossier
from thuishaven.dossier.batch_files import read_batch
from thuishaven.dossier.codes import DeliveryTerm, incoterms
from thuishaven.dossier.lines import Factor, factors
from thuishaven.dossier.load import Document, build, load, open_document, replace_file, save, to_tree
from thuishaven.dossier.merge import merge
from thuishaven.dossier.model import (
    BomLine,
    Dossier,
    Labour,
    Occupation,
    OneOff,
    Plan,
    Process,
    Reason,
    Source,
    Stock,
    Subsidy,
    UserFact,
)
from thuishaven.dossier.network import SUPPLIERS, Link
from thuishaven.dossier.numerals import numeral
from thuishaven.dossier.own_facts import with_own_facts
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.resolve import Move, ResolvedPlan, merged, resolve, resolve_plan
from thuishaven.dossier.result import VERSION, Flow, Notice, Settings, digest, plain
from thuishaven.dossier.schema import json_schema
from thuishaven.dossier.setting import apply_settings
from thuishaven.dossier.supply import Risk
from thuishaven.dossier.xlsx import write_template

__all__ = [
    "SUPPLIERS",
    "VERSION",
    "Batch",
    "BomLine",
    "DeliveryTerm",
    "Document",
    "Dossier",
    "DossierError",
    "Factor",
    "Flow",
    "Investment",
    "Labour",
    "Link",
    "Move",
    "Notice",
    "Occupation",
    "OneOff",
    "Part",
    "Plan",
    "Problem",
    "Process",
    "Reason",
    "ResolvedPlan",
    "Risk",
    "Settings",
    "Source",
    "Stock",
    "Subsidy",
    "UserFact",
    "apply_settings",
    "build",
    "digest",
    "factors",
    "incoterms",
    "json_schema",
    "load",
    "merge",
    "merged",
    "numeral",
    "open_document",
    "part_dossier",
    "plain",
    "read_batch",
    "replace_file",
    "resolve",
    "resolve_plan",
    "save",
    "to_tree",
    "with_own_facts",
    "write_template",
]
