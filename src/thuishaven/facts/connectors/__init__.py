"""What do the official sources say now? Connectors that refresh facts, in two steps: propose, then accept.

``propose`` asks the publishers (the only place where this package uses a network) and lists what would
change; ``accept`` writes the refreshed layer that ``load_refreshed`` reads. ``docs/connectors.md`` tells how
it works.

>>> from thuishaven.facts.connectors import connectors
>>> sorted({connector.provider for connector in connectors()})
['ecb', 'eurostat', 'oecd', 'worldbank']
"""

from thuishaven.facts.connectors.accepted import Accepted, accept, data_folder, load_refreshed, with_refreshed
from thuishaven.facts.connectors.asking import Batch, fetch
from thuishaven.facts.connectors.cache import Raw, RawCache
from thuishaven.facts.connectors.errors import MESSAGES, ConnectorError
from thuishaven.facts.connectors.fetching import Fetcher, Limits
from thuishaven.facts.connectors.proposal import Asked, Change, Failure, Proposal, propose
from thuishaven.facts.connectors.table import Connector, connectors, read_connectors

__all__ = [
    "MESSAGES",
    "Accepted",
    "Asked",
    "Batch",
    "Change",
    "Connector",
    "ConnectorError",
    "Failure",
    "Fetcher",
    "Limits",
    "Proposal",
    "Raw",
    "RawCache",
    "accept",
    "connectors",
    "data_folder",
    "fetch",
    "load_refreshed",
    "propose",
    "read_connectors",
    "with_refreshed",
]
