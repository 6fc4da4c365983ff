"""What can go wrong between us and a publisher: a code and its parameters each, a sentence at the door."""

import re

from thuishaven.locale import N_, _

MESSAGES = {
    "ambiguous": N_(
        "{dataset}: more than one series for {key} at {period}; {dimension} has {codes}. "
        "Choose one in the 'select' column of connectors.csv."
    ),
    "asked_to_wait": N_("{url}: the publisher asks to come back in {seconds} seconds. Try again later."),
    "body_too_big": N_("{url}: the answer is bigger than {limit} bytes; stopped reading."),
    "column_missing": N_("{dataset}: the answer has no column or dimension {column}."),
    "compressed_bomb": N_("{url}: the answer unpacks to far more than its size allows; refused."),
    "connection": N_("{url}: no complete answer after {tries} tries ({reason})."),
    "connector_table": N_("connectors table, line {line}: {field} is {value!r}, expected {expected}."),
    "connector_unknown": N_("There is no connector named {name!r}. Known: {known}."),
    "empty_answer": N_(
        "{dataset}: the publisher answered without any value. A mistyped code gives such an answer: "
        "check the query {url}"
    ),
    "encoding_refused": N_("{url}: the answer is packed as {encoding!r}, which was not asked for; refused."),
    "extraction_too_big": N_("{dataset}: the publisher finds the question too big, also for one country."),
    "json_broken": N_("{dataset}: the answer is not readable as JSON ({reason})."),
    "not_a_number": N_("{dataset}: {value!r} stands where a number should, for {key} at {period}."),
    "not_found": N_("{url}: the publisher has nothing at this address (404)."),
    "pages_disagree": N_("{dataset}: the pages of one answer disagree ({what}); nothing was kept."),
    "parameter_unknown": N_("{parameter} is not a registered parameter; {name} was not asked."),
    "period_unknown": N_("{dataset}: {period!r} is not a period we can read."),
    "proposal_unreadable": N_("{path} is not a proposal of 'thuishaven facts refresh' ({reason})."),
    "publisher_error": N_("{dataset}: the publisher answers with an error: {message}"),
    "redirect_refused": N_("{url}: sent on to {target}; refused."),
    "refused": N_("{url}: the publisher refuses the question (status {status}): {message}"),
    "shape_unknown": N_("{dataset}: the answer has another form than expected ({reason})."),
    "store_unreadable": N_("{path}, line {line}: {field} is {value!r}; the accepted facts cannot be read."),
    "still_preparing": N_(
        "{dataset}: the publisher is still preparing the answer. Try again in some minutes."
    ),
    "too_many_cells": N_("{dataset}: the answer claims {cells} cells, more than {limit}; refused."),
    "too_many_redirects": N_("{url}: sent on more than {limit} times."),
    "unit_unknown": N_("{parameter}: the unit {unit!r} cannot be converted to {canonical!r}."),
    "wrong_type": N_("{url}: expected {expected}, got {got}: perhaps a page for people or a sign-in screen."),
    "zip_broken": N_("{url}: the ZIP file is cut short or damaged ({reason})."),
    "zip_unexpected": N_("{url}: the ZIP file does not hold exactly one plain CSV file ({reason})."),
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class ConnectorError(Exception):
    """A publisher's answer cannot be used. ``code`` names the case, ``params`` fill its sentence.

    Nothing is kept of such an answer. ``str()`` gives the sentence in the language of the moment.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}

    def __str__(self) -> str:
        return _(MESSAGES[self.code], **self.params)

    def to_dict(self) -> dict[str, object]:
        """Plain form: ``{"code": ..., "params": {...}}``."""
        return {"code": self.code, "params": dict(self.params)}


class TryAgain(ConnectorError):
    """The same question may well be answered a little later."""


class TooBig(ConnectorError):
    """The question must be split before it is asked again."""


def quoted(text: object, longest: int = 200) -> str:
    """A publisher's own words, made safe to print: no control characters, at most ``longest`` of them.

    >>> quoted("bad\\x1b[31m key\\n")
    'bad [31m key'
    """
    clean = _CONTROL.sub(" ", str(text)).strip()
    return clean if len(clean) <= longest else clean[: longest - 1] + "\u2026"
