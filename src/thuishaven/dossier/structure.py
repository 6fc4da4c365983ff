"""What the model of a dossier looks like: its fields by kind, for everything that is made from the one
definition.

Messages, spreadsheet, schema, documentation and ``--set`` ask here what stands at a path; none of them keeps
a list of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from thuishaven.dossier.fields import Spec
from thuishaven.uncertainty import FORMS

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a section.

    Parameters
    ----------
    name
        As it is written in a dossier (``from``, not ``start``).
    kind
        ``quantity``, ``number``, ``whole``, ``text``, ``code``, ``choice``, ``flag``, ``date``,
        ``translated``, ``section``,
        ``list`` (of sections), ``texts``, ``shares`` (a number by country), ``keys`` (text by name),
        ``changes`` or ``free``.
    section
        Model of the section, or of the items of a list.
    spec
        Unit and bounds of a quantity.
    choices
        The values that are possible, where they are few.
    codes
        ``countries`` or ``incoterms`` where the value comes from such a list.
    """

    name: str
    kind: str
    info: FieldInfo
    section: type[BaseModel] | None = None
    spec: Spec | None = None
    choices: tuple[str, ...] = ()
    codes: str = ""
    lower: float | None = None
    upper: float | None = None

    @property
    def required(self) -> bool:
        """Whether a dossier cannot do without it."""
        return self.info.is_required()

    @property
    def help(self) -> str:
        """The description, in English."""
        return self.info.description or ""

    @property
    def example(self) -> Any:
        """An example value, ``None`` where there is none."""
        return self.info.examples[0] if self.info.examples else None

    @property
    def unit(self) -> str:
        """Unit as a person writes it, empty for what has none."""
        return self.spec.unit_text if self.spec else ""


@cache
def members(model: type[BaseModel]) -> dict[str, Member]:
    """The fields of a section, by name as written."""
    found = (_member(info.alias or name, info) for name, info in model.model_fields.items())
    return {member.name: member for member in found}


def _member(name: str, info: FieldInfo) -> Member:
    annotation, marks = _core(info.annotation, list(info.metadata))
    extra: dict[str, Any] = dict(info.json_schema_extra) if isinstance(info.json_schema_extra, dict) else {}
    limits: dict[str, float] = {}
    for mark in marks:
        if isinstance(mark, Spec):
            return Member(name, "quantity", info, spec=mark, lower=mark.lower, upper=mark.upper)
        if isinstance(mark, FieldInfo):
            extra |= mark.json_schema_extra if isinstance(mark.json_schema_extra, dict) else {}
        limits |= {key: float(getattr(mark, key)) for key in ("ge", "gt", "le", "lt") if hasattr(mark, key)}
    lower, upper = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    lower, upper = extra.get("minimum", lower), extra.get("maximum", upper)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        choices = tuple(str(choice) for choice in arguments)
        kind = "whole" if all(isinstance(choice, int) for choice in arguments) else "choice"
        return Member(name, kind, info, choices=choices)
    if origin is tuple:
        inner, _ = _core(arguments[0], [])
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return Member(name, "list", info, section=inner)
        return Member(name, "texts", info)
    if origin is dict:
        return Member(name, _dictionary(arguments), info)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Member(name, "section", info, section=annotation)
    kinds = {bool: "flag", int: "whole", float: "number", dt.date: "date"}
    kind = next((kind for plain, kind in kinds.items() if annotation is plain), "text")
    if kind == "text" and ("pattern" in extra or "code_list" in extra):
        kind = "code"
    return Member(name, kind, info, codes=str(extra.get("code_list", "")), lower=lower, upper=upper)


def _core(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """The annotation without ``| None`` and ``Annotated``, and what stood in them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        flat = [part for mark in more for part in (mark.metadata if isinstance(mark, FieldInfo) else ())]
        return _core(inner, [*marks, *more, *flat])
    if origin in (Union, UnionType):
        real = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _core(real[0], marks)
    return annotation, marks


def _dictionary(arguments: tuple[Any, ...]) -> str:
    key, _ = _core(arguments[0], [])
    value, _ = _core(arguments[1], [])
    if get_origin(key) is Literal:
        return "translated"
    if value is float:
        return "shares"
    if get_origin(value) is dict:
        return "changes"
    return "keys" if value is str else "free"


def member_at(model: type[BaseModel], path: Path) -> Member | None:
    """The field at a path; below a quantity, a translation or a mapping it is the field that holds them."""
    current: type[BaseModel] | None = model
    found: Member | None = None
    for step in path:
        if isinstance(step, int):
            continue
        if current is None:
            return found
        found = members(current).get(step)
        if found is None:
            return None
        current = found.section
    return found


def section_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The section at a path; ``None`` where it is not a section."""
    if not any(isinstance(step, str) for step in path):
        return model
    found = member_at(model, path)
    names = [step for step in path if isinstance(step, str)]
    return found.section if found is not None and found.name == names[-1] else None


def walk(model: type[BaseModel], path: Path = ()) -> Iterator[tuple[Path, Member]]:
    """Every field below a section in the order of the model, sections first and then what is in them."""
    for name, member in members(model).items():
        yield (*path, name), member
        if member.section is not None:
            yield from walk(member.section, (*path, name))


def is_quantity(value: object) -> bool:
    """Whether a mapping is a quantity (``{low: 1, mode: 2, high: 3}``) rather than a section (which may have
    a ``mode``).
    """
    return isinstance(value, Mapping) and any(value.keys() >= set(form) for form in FORMS)
