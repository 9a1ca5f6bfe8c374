"""A small station to read: every form the loader must understand, none of the real schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ilrs.scenario.instants import Instant
from ilrs.units import Angle, Duration, Energy, Fraction, Number, Power


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class SolarArray(Part):
    kind: Literal["solar_array"]
    power: Power
    efficiency: Fraction = Field(
        0.3, description="Of cells.", json_schema_extra={"source": "a book", "status": "assumed"}
    )


class Battery(Part):
    kind: Literal["battery"]
    capacity: Energy = Field(description="Energy it holds.")
    strings: int = Field(4, ge=1)
    limits: tuple[Fraction, Fraction] = (0.2, 1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Battery:
        if self.limits[0] >= self.limits[1]:
            raise ValueError("the lower limit is not below the upper one")
        return self


class Rules(Part):
    wake: Duration = 3600.0


class Station(Part):
    name: str
    begins: Instant
    latitude: Angle
    bound: str | float | None = None
    confidence: Literal["stated", "assumed"] = "stated"
    rules: Rules = Rules()
    weights: list[Number] = []
    components: dict[str, Annotated[SolarArray | Battery, Field(discriminator="kind")]] = {}


TEXT = """\
name: small
begins: {value: 2031-01-01, source: plan, status: confirmed}
latitude: -89.45 deg
sources:
  plan: The plan of 2021
  vsat: {text: Vertical arrays, url: "https://example.org/vsat"}
components:
  east:
    kind: solar_array
    power:
      value: 40 kW
      source: vsat
      status: secondary
      note: at the start
      alternatives:
        - {value: 50 kW, source: "a talk, 2024", status: assumed}
  store:
    kind: battery
    capacity: {value: 90 kWh, source: own choice, status: assumed}
    limits: {value: [20 %, 0.9], source: vsat, status: derived}
"""


@pytest.fixture
def station() -> type[BaseModel]:
    return Station


@pytest.fixture
def text() -> str:
    return TEXT


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write(text, name)` puts a scenario file into the test's folder."""

    def put(text: str | bytes = TEXT, name: str = "station.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put
