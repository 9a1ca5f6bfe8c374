"""The small place as a fixture."""

import pytest
from tests.components.place import setting


@pytest.fixture
def at():
    return setting()
