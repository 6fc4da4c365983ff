"""Who is this, and what may they see? People, organisations, roles, ``allowed`` and the event log."""

from thuishaven.access.accounts import Accounts, Person, email_key, tidy
from thuishaven.access.events import Audit, canonical, fingerprint
from thuishaven.access.keys import PREFIX as KEY_PREFIX
from thuishaven.access.keys import Key, Keys
from thuishaven.access.letters import FolderSender, Letter, NoSender, Post, Sender, SmtpSender
from thuishaven.access.model import (
    SECRET,
    AccessError,
    Actor,
    Decision,
    Denied,
    Grant,
    NotFound,
    Object,
    local_actor,
    public_actor,
)
from thuishaven.access.oidc import Claimed, Provider, claimed, providers
from thuishaven.access.oidc_flow import Away, Flow
from thuishaven.access.oidc_people import Entered, enter
from thuishaven.access.organisations import Invitation, Member, Organisation, Organisations
from thuishaven.access.outbox import Failure, Outbox
from thuishaven.access.policy import Policy, policy
from thuishaven.access.rules import (
    Rule,
    allowed,
    decide,
    given_roles,
    require,
    role_table,
    wide_roles,
    within,
)
from thuishaven.access.sealing import Vault
from thuishaven.access.sessions import Browser, CodeNeeded, Session, Sessions, roles_of
from thuishaven.access.shares import Share, Shares
from thuishaven.access.store import WRITES, Change, Store, UnloggedChange
from thuishaven.access.tables import CONFIDENTIAL, EVENT, PUBLIC, moment, read_moment
from thuishaven.access.tokens import hashed, new_id, new_token

__all__ = [
    "CONFIDENTIAL",
    "EVENT",
    "KEY_PREFIX",
    "PUBLIC",
    "SECRET",
    "WRITES",
    "AccessError",
    "Accounts",
    "Actor",
    "Audit",
    "Away",
    "Browser",
    "Change",
    "Claimed",
    "CodeNeeded",
    "Decision",
    "Denied",
    "Entered",
    "Failure",
    "Flow",
    "FolderSender",
    "Grant",
    "Invitation",
    "Key",
    "Keys",
    "Letter",
    "Member",
    "NoSender",
    "NotFound",
    "Object",
    "Organisation",
    "Organisations",
    "Outbox",
    "Person",
    "Policy",
    "Post",
    "Provider",
    "Rule",
    "Sender",
    "Session",
    "Sessions",
    "Share",
    "Shares",
    "SmtpSender",
    "Store",
    "UnloggedChange",
    "Vault",
    "allowed",
    "canonical",
    "claimed",
    "decide",
    "email_key",
    "enter",
    "fingerprint",
    "given_roles",
    "hashed",
    "local_actor",
    "moment",
    "new_id",
    "new_token",
    "policy",
    "providers",
    "public_actor",
    "read_moment",
    "require",
    "role_table",
    "roles_of",
    "tidy",
    "wide_roles",
    "within",
]
