"""What does the company tell us? The dossier, its plans, and the doors by which it comes in and goes out."""

from thuishaven.dossier.batch import Batch, Investment, Part, part_dossier
from thuishaven.dossier.batch_files import read_batch
from thuishaven.dossier.codes import DeliveryTerm, incoterms
from thuishaven.dossier.lines import Factor, factors, line_ids
from thuishaven.dossier.load import Document, build, load, open_document
from thuishaven.dossier.model import (
    BomLine,
    Dossier,
    Labour,
    Occupation,
    Plan,
    Process,
    Reason,
    Source,
    Subsidy,
)
from thuishaven.dossier.own_facts import with_own_facts
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.resolve import Move, ResolvedPlan, merged, resolve, resolve_plan
from thuishaven.dossier.result import VERSION, Flow, Notice, Settings, digest, plain

__all__ = [
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
    "Move",
    "Notice",
    "Occupation",
    "Part",
    "Plan",
    "Problem",
    "Process",
    "Reason",
    "ResolvedPlan",
    "Settings",
    "Source",
    "Subsidy",
    "build",
    "digest",
    "factors",
    "incoterms",
    "line_ids",
    "load",
    "merged",
    "open_document",
    "part_dossier",
    "plain",
    "read_batch",
    "resolve",
    "resolve_plan",
    "with_own_facts",
]
