"""Roles and what API keys may do, in words."""

from __future__ import annotations

from dataclasses import dataclass

from thuishaven.locale import N_, _


@dataclass(frozen=True, slots=True)
class Told:
    """A role: its name, and what it lets somebody do."""

    name: str
    may: str


#: Roles of one organisation first, in the order in which they are offered.
ROLES: dict[str, Told] = {
    "company_user": Told(
        N_("Works on dossiers"),
        N_("Makes, changes, shares and exports the dossiers of this organisation."),
    ),
    "adviser": Told(
        N_("Adviser"),
        N_("The same, and also decides on dossiers and keeps contacts, tasks and follow-up."),
    ),
    "administrator": Told(
        N_("Administrator"),
        N_("Invites people, gives and takes roles, ends shares and keys. Sees no dossier by this role."),
    ),
    "researcher": Told(N_("Researcher"), N_("Reads and asks for figures that point to nobody.")),
    "coder": Told(N_("Coder"), N_("Describes public cases.")),
    "editor": Told(N_("Editor"), N_("Approves what coders describe, publishes cases and releases.")),
    "disclosure_checker": Told(
        N_("Disclosure checker"), N_("Approves what researchers take out, never what they asked themselves.")
    ),
    "data_protection_officer": Told(
        N_("Data protection officer"),
        N_("Reads the log and a person's record, erases, and runs the retention. Sees no dossier."),
    ),
    "operator": Told(
        N_("Operator"),
        N_("Runs the installation: settings, organisations, people, backups. Sees no dossier."),
    ),
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a key may do, as it is offered: its words, and the scopes behind them."""

    words: str
    scopes: tuple[str, ...]


BUNDLES: dict[str, Bundle] = {
    "read": Bundle(N_("Read dossiers"), ("list:dossier", "read:dossier")),
    "write": Bundle(
        N_("Read, make and change dossiers"),
        (
            "list:dossier",
            "read:dossier",
            "create:dossier",
            "update:dossier",
            "label:dossier",
            "archive:dossier",
        ),
    ),
    "comment": Bundle(
        N_("Read dossiers and comment on them"), ("list:dossier", "read:dossier", "comment:dossier")
    ),
    "export": Bundle(N_("Take dossiers out as files"), ("list:dossier", "read:dossier", "export:dossier")),
    "share": Bundle(
        N_("Share dossiers, and end shares"),
        ("list:dossier", "read:dossier", "share:dossier", "list:grant", "delete:grant"),
    ),
    "cases": Bundle(
        N_("Read cases and figures of the databank"),
        ("list:case", "read:case", "list:release", "read:release", "read:aggregate"),
    ),
    "aggregates": Bundle(N_("Ask for new figures of the databank"), ("read:aggregate", "create:aggregate")),
}


def role_name(role: str) -> str:
    """The name of a role, in the language in use."""
    return _(ROLES[role].name) if role in ROLES else role


def scopes_told(scopes: frozenset[str]) -> list[str]:
    """What a key may do, in the language in use; scopes that no bundle has are named as they are."""
    found, left = [], set(scopes)
    # The widest bundle first, so that a narrower one inside it is not told again.
    for bundle in sorted(BUNDLES.values(), key=lambda one: -len(one.scopes)):
        if set(bundle.scopes) <= scopes and set(bundle.scopes) & left:
            found.append(_(bundle.words))
            left -= set(bundle.scopes)
    return [*found, *sorted(left)]
