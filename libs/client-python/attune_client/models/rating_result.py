from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.item_status import ItemStatus

if TYPE_CHECKING:
    from ..models.item_problem import ItemProblem


T = TypeVar("T", bound="RatingResult")


@_attrs_define
class RatingResult:
    """What became of one rating.

    Attributes:
        index (int): The rating's place in the request, from 0.
        status (ItemStatus): What became of an item.
        rater_id (None | UUID): Whose it is in this round; null where it failed.
        problem (ItemProblem | None): Why it failed.
    """

    index: int
    status: ItemStatus
    rater_id: None | UUID
    problem: ItemProblem | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.item_problem import ItemProblem  # noqa: PLC0415

        index = self.index

        status = self.status.value

        rater_id: None | str
        if isinstance(self.rater_id, UUID):
            rater_id = str(self.rater_id)
        else:
            rater_id = self.rater_id

        problem: dict[str, Any] | None
        if isinstance(self.problem, ItemProblem):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "status": status,
                "rater_id": rater_id,
                "problem": problem,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_problem import ItemProblem  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index")

        status = ItemStatus(d.pop("status"))

        def _parse_rater_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rater_id_type_0 = UUID(data)

                return rater_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        rater_id = _parse_rater_id(d.pop("rater_id"))

        def _parse_problem(data: object) -> ItemProblem | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = ItemProblem.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ItemProblem | None, data)

        problem = _parse_problem(d.pop("problem"))

        rating_result = cls(
            index=index,
            status=status,
            rater_id=rater_id,
            problem=problem,
        )

        rating_result.additional_properties = d
        return rating_result

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
