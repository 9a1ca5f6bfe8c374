"""The JSON schema accepts what the loader accepts, and names units and sources."""

from functools import reduce
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel

from ilrs.scenario.export import export_schema
from ilrs.scenario.overlays import REFERENCE, apply_overlay, locate
from ilrs.scenario.schema import Scenario
from ilrs.scenario.yaml_text import parse, read_text


def validator(model: type[BaseModel]) -> jsonschema.Draft202012Validator:
    schema = export_schema(model)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_it_accepts_what_the_loader_accepts(station: type[BaseModel], text: str) -> None:
    assert list(validator(station).iter_errors(parse(text).data)) == []
    weights = "weights: [1, {value: 2, source: a b, status: derived}]\n"
    assert list(validator(station).iter_errors(parse(text + weights).data)) == []


def test_it_accepts_the_reference() -> None:
    chain = [parse(read_text(locate("ilrs")))]
    while (below := chain[-1].data.pop("extends", None)) is not None:
        chain.append(parse(read_text(REFERENCE / "roadmap" / Path(below).name)))
    whole = reduce(apply_overlay, reversed(chain))
    assert list(validator(Scenario).iter_errors(whole.data)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: secondary", "status: second"),
        ("kind: battery", "kind: batery"),
        ("name: small", "nome: small"),
        ("latitude: -89.45 deg", "latitude: [1]"),
        ("source: own choice", "sauce: own choice"),
        ("name: small", "name: small\nrules: 3"),
    ],
)
def test_it_refuses_what_the_loader_refuses(
    station: type[BaseModel], text: str, old: str, new: str
) -> None:
    data = parse(text.replace(old, new)).data
    assert list(validator(station).iter_errors(data))


def test_units_descriptions_and_sources(station: type[BaseModel]) -> None:
    schema = export_schema(station, "A station")
    assert schema["title"] == "A station"
    array = schema["$defs"]["SolarArray"]["properties"]
    assert array["power"]["x-unit"] == "W"
    assert {"$ref": "#/$defs/SourcedValue"} in array["power"]["anyOf"]
    assert array["efficiency"]["description"] == "Of cells."
    assert array["efficiency"]["x-source"] == "a book"
    assert array["efficiency"]["x-status"] == "assumed"
    assert array["efficiency"]["default"] == 0.3
    assert array["kind"]["const"] == "solar_array"
    assert "anyOf" not in array["kind"]


def test_the_loaders_own_keys_are_known(station: type[BaseModel]) -> None:
    schema = export_schema(station)
    assert schema["additionalProperties"] is False
    assert {"extends", "sources"} <= set(schema["properties"])
    form = schema["$defs"]["SourcedValue"]
    assert form["required"] == ["value", "source", "status"]
    assert form["properties"]["status"]["enum"] == ["confirmed", "secondary", "derived", "assumed"]
    assert "alternatives" not in form["properties"]["alternatives"]["items"]["properties"]


def test_optional_values_keep_their_null(station: type[BaseModel]) -> None:
    bound = export_schema(station)["properties"]["bound"]["anyOf"]
    assert {"type": "null"} in bound
    assert bound[-1] == {"$ref": "#/$defs/SourcedValue"}
