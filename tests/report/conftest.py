"""The report of the example, for every test of the room."""

import pytest
from report_cases import example, in_dutch

from thuishaven.report import Material
from thuishaven.report.blocks import Document


@pytest.fixture(scope="session")
def material() -> Material:
    """What the report of the example tells."""
    return example()


@pytest.fixture(scope="session")
def dutch() -> Document:
    """The report of the example in Dutch."""
    return in_dutch()
