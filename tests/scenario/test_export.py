"""The JSON schema accepts what the loader accepts, and names units and sources."""

from pydantic import BaseModel

from ilrs.scenario.export import export_schema


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
