"""What is said about a value that was not accepted: our own words, by the kind of error, and never the value.

Pydantic's own messages and most of its context can hold what was sent. Only the limits of our own schema are taken from
there, and only where they are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # pydantic's type: (our code, our words)
    "missing": ("missing", "This is required."),
    "extra_forbidden": ("unknown_field", "This object holds a field that is not known here."),
    "string_type": ("not_a_string", "This has to be a string."),
    "string_too_short": ("too_short", "At least {min_length} characters are needed."),
    "string_too_long": ("too_long", "At most {max_length} characters are allowed."),
    "string_pattern_mismatch": ("wrong_format", "This does not have the required format."),
    "string_unicode": ("not_a_string", "This has to be a string."),
    "too_short": ("too_few", "At least {min_length} items are needed."),
    "too_long": ("too_many", "At most {max_length} items are allowed."),
    "list_type": ("not_a_list", "This has to be a list."),
    "set_type": ("not_a_list", "This has to be a list."),
    "tuple_type": ("not_a_list", "This has to be a list."),
    "dict_type": ("not_an_object", "This has to be an object."),
    "model_type": ("not_an_object", "This has to be an object."),
    "model_attributes_type": ("not_an_object", "This has to be an object."),
    "int_type": ("not_an_integer", "This has to be an integer."),
    "int_parsing": ("not_an_integer", "This has to be an integer."),
    "int_from_float": ("not_an_integer", "This has to be an integer."),
    "int_parsing_size": ("out_of_range", "This number is too large."),
    "float_type": ("not_a_number", "This has to be a number."),
    "float_parsing": ("not_a_number", "This has to be a number."),
    "finite_number": ("not_a_number", "This has to be a finite number."),
    "decimal_type": ("not_a_number", "This has to be a number."),
    "decimal_parsing": ("not_a_number", "This has to be a number."),
    "decimal_max_places": ("too_precise", "This has more decimal places than are kept."),
    "bool_type": ("not_a_boolean", "This has to be true or false."),
    "bool_parsing": ("not_a_boolean", "This has to be true or false."),
    "greater_than": ("out_of_range", "This has to be greater than {gt}."),
    "greater_than_equal": ("out_of_range", "This has to be at least {ge}."),
    "less_than": ("out_of_range", "This has to be less than {lt}."),
    "less_than_equal": ("out_of_range", "This has to be at most {le}."),
    "multiple_of": ("out_of_range", "This is not one of the allowed steps."),
    "enum": ("unknown_value", "This is not one of the allowed values."),
    "literal_error": ("unknown_value", "This is not one of the allowed values."),
    "union_tag_invalid": ("unknown_value", "This is not one of the allowed kinds."),
    "union_tag_not_found": ("missing", "The field that tells which kind this is, is missing."),
    "uuid_type": ("not_an_id", "This has to be an id."),
    "uuid_parsing": ("not_an_id", "This has to be an id."),
    "uuid_version": ("not_an_id", "This has to be an id."),
    "datetime_type": ("not_a_time", "This has to be a time in RFC 3339 form."),
    "datetime_parsing": ("not_a_time", "This has to be a time in RFC 3339 form."),
    "datetime_from_date_parsing": ("not_a_time", "This has to be a time in RFC 3339 form."),
    "datetime_object_invalid": ("not_a_time", "This has to be a time in RFC 3339 form."),
    "timezone_aware": ("time_zone_missing", "This time needs its offset from UTC, as in 2026-11-22T09:00:00Z."),
    "timezone_offset": ("not_a_time", "This time has an offset that is not allowed."),
    "datetime_past": ("out_of_range", "This time has to lie in the past."),
    "datetime_future": ("out_of_range", "This time has to lie in the future."),
    "date_type": ("not_a_date", "This has to be a date, as in 2026-11-22."),
    "date_parsing": ("not_a_date", "This has to be a date, as in 2026-11-22."),
    "date_from_datetime_parsing": ("not_a_date", "This has to be a date, as in 2026-11-22."),
    "date_from_datetime_inexact": ("not_a_date", "This has to be a date, as in 2026-11-22."),
    "time_delta_parsing": ("not_a_duration", "This has to be a duration in ISO 8601 form."),
    "none_required": ("unknown_value", "This has to be null."),
    "one_of_required": ("one_of_required", "Give exactly one: {alternatives}."),
    "scale_without_dimensions": (
        "scale_without_dimensions",
        "Dimensions of one's own need a scale; a rubric brings its.",
    ),
    "dimension_repeated": ("dimension_repeated", "Name each dimension once."),
    "range_reversed": ("range_reversed", "The end has to lie after the beginning."),
    "purpose_not_declarable": ("unknown_value", "This is not one of the allowed values."),
    "time_out_of_range": ("out_of_range", "This time lies outside the years 1900 to 9999."),
    "unknown_parameter": ("unknown_parameter", "The address has a query parameter that is not known here."),
    "repeated_parameter": ("repeated_parameter", "A query parameter is given more than once."),
    "character_not_allowed": ("character_not_allowed", "The character U+0000 cannot be stored."),
}

_OTHER: Final = ("not_accepted", "This value is not accepted.")

_LIMITS: Final = ("min_length", "max_length", "gt", "ge", "lt", "le")


def say(kind: str, context: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """The stable code and the sentence for an error of pydantic's, or of our own request models."""
    code, text = _TEXTS.get(kind, _OTHER)
    ours = {
        name: value
        for name, value in (context or {}).items()
        if name == "alternatives"
        or (name in _LIMITS and isinstance(value, (int, float)) and not isinstance(value, bool))
    }
    try:
        return code, text.format(**ours)
    except KeyError:
        return code, _OTHER[1]


def point_to(location: Sequence[str | int], kind: str) -> str:
    """A JSON pointer (RFC 6901) into the body, or `/query/…`, `/path/…`, `/header/…`.

    The last part of an unknown field's place is a name the caller chose, so the pointer stops above it.
    """
    parts = list(location)
    if kind == "extra_forbidden":
        parts = parts[:-1]
    if parts and parts[0] == "body":
        parts = parts[1:]
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
