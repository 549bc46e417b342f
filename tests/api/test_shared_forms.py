"""Times and references as bodies carry them: what is taken, and what is refused with a code of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from attune_api.schemas import ExternalRef, Timestamp
from attune_api.validation_texts import say
from tests.api.sample import SampleIn

TIME = TypeAdapter(Timestamp)


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-11-22T09:00:00Z", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22t10:00:00+01:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("1900-01-01T00:00:00Z", datetime(1900, 1, 1, tzinfo=UTC)),
        ("9998-12-31T23:59:59.999999Z", datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_a_time_with_any_offset_is_taken_as_utc(given: str, moment: datetime) -> None:
    assert TIME.validate_python(given) == moment


@pytest.mark.parametrize(
    "given",
    [
        "2026-11-22T09:00:00",
        "2026-11-22",
        "1763800000",
        1763800000,
        "1899-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_without_offset_or_out_of_the_years_we_know_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        TIME.validate_python(given)


@pytest.mark.parametrize("external_id", ["c-1", "kim@example.org", "a/b:c", "x" * 128])
def test_a_body_takes_references_that_a_path_could_not(external_id: str) -> None:
    assert ExternalRef(source="crm", external_id=external_id).external_id == external_id


@pytest.mark.parametrize("external_id", ["", "x" * 129, "two words", "tab\t", "ümlaut", "nul\0", "line\n"])
def test_a_reference_with_spaces_or_control_characters_is_refused(external_id: str) -> None:
    with pytest.raises(ValidationError):
        ExternalRef(source="crm", external_id=external_id)


def test_whoever_names_a_thing_twice_or_not_at_all_is_told_the_ways_to_name_it() -> None:
    context = {"alternatives": "customer_id or customer_ref"}
    assert say("one_of_required", context) == ("one_of_required", "Give exactly one: customer_id or customer_ref.")
    with pytest.raises(ValidationError) as refused:
        SampleIn.model_validate({"name": "first"})
    assert [error["ctx"] for error in refused.value.errors(include_input=False, include_url=False)] == [context]
