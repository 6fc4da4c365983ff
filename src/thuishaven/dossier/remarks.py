"""What stands beside a plan: a text a person wrote, or a code with parameters that the doors translate."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from thuishaven.dossier.codes import FreeForm, Identifier
from thuishaven.dossier.sections import Section, Words

_WORDS: TypeAdapter[str] = TypeAdapter(Words)


class Reason(Section):
    """Something the program says about a plan that it made."""

    code: Identifier = Field(description="What it says", examples=["second_share"])
    params: FreeForm = Field(
        default_factory=dict, description="What fills its sentence", examples=[{"share": 0.3}]
    )

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return {"code": self.code, "params": dict(self.params)}


def _told(raw: Any, handler: ValidatorFunctionWrapHandler) -> str | Reason:
    """One or the other by its form, so that what is wrong with it is said once."""
    if isinstance(raw, Reason):
        return raw
    return Reason.model_validate(raw) if isinstance(raw, dict) else _WORDS.validate_python(raw)


#: A text, or a reason by its code.
Remark = Annotated[Words | Reason, WrapValidator(_told)]
