from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.item_status import ItemStatus

if TYPE_CHECKING:
    from ..models.item_problem import ItemProblem


T = TypeVar("T", bound="InteractionBatchItem")


@_attrs_define
class InteractionBatchItem:
    """What became of one conversation, and of the texts in its turns.

    Attributes:
        index (int): The item's place in the request, from 0.
        status (ItemStatus): What became of an item.
        id (None | UUID): The thing's id; null where the item failed, or would only be created.
        problem (ItemProblem | None): Why the item failed.
        texts_kept (int): Texts that the customer allows to be kept.
        texts_dropped (int): Texts that were not kept, for lack of consent.
    """

    index: int
    status: ItemStatus
    id: None | UUID
    problem: ItemProblem | None
    texts_kept: int
    texts_dropped: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.item_problem import ItemProblem  # noqa: PLC0415

        index = self.index

        status = self.status.value

        id: None | str
        if isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        problem: dict[str, Any] | None
        if isinstance(self.problem, ItemProblem):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        texts_kept = self.texts_kept

        texts_dropped = self.texts_dropped

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "status": status,
                "id": id,
                "problem": problem,
                "texts_kept": texts_kept,
                "texts_dropped": texts_dropped,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_problem import ItemProblem  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index")

        status = ItemStatus(d.pop("status"))

        def _parse_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                id_type_0 = UUID(data)

                return id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        id = _parse_id(d.pop("id"))

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

        texts_kept = d.pop("texts_kept")

        texts_dropped = d.pop("texts_dropped")

        interaction_batch_item = cls(
            index=index,
            status=status,
            id=id,
            problem=problem,
            texts_kept=texts_kept,
            texts_dropped=texts_dropped,
        )

        interaction_batch_item.additional_properties = d
        return interaction_batch_item

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
