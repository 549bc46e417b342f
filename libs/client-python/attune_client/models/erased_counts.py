from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ErasedCounts")


@_attrs_define
class ErasedCounts:
    """How many of the customer's things were removed.

    Attributes:
        signals (int):
        signal_references (int): References of other systems to signals.
        emotional_contexts (int):
        turn_texts (int): Turns of conversations that lost their words.
        consent_evidence (int): Choices that lost their evidence; the choices stay.
        escalations (int): Escalations that lost their texts.
        keys (int): Keys destroyed: what they sealed can be read in no backup.
        consents_ended (int): Consents that were still granted, and ended.
    """

    signals: int
    signal_references: int
    emotional_contexts: int
    turn_texts: int
    consent_evidence: int
    escalations: int
    keys: int
    consents_ended: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        signals = self.signals

        signal_references = self.signal_references

        emotional_contexts = self.emotional_contexts

        turn_texts = self.turn_texts

        consent_evidence = self.consent_evidence

        escalations = self.escalations

        keys = self.keys

        consents_ended = self.consents_ended

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "signals": signals,
                "signal_references": signal_references,
                "emotional_contexts": emotional_contexts,
                "turn_texts": turn_texts,
                "consent_evidence": consent_evidence,
                "escalations": escalations,
                "keys": keys,
                "consents_ended": consents_ended,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        signals = d.pop("signals")

        signal_references = d.pop("signal_references")

        emotional_contexts = d.pop("emotional_contexts")

        turn_texts = d.pop("turn_texts")

        consent_evidence = d.pop("consent_evidence")

        escalations = d.pop("escalations")

        keys = d.pop("keys")

        consents_ended = d.pop("consents_ended")

        erased_counts = cls(
            signals=signals,
            signal_references=signal_references,
            emotional_contexts=emotional_contexts,
            turn_texts=turn_texts,
            consent_evidence=consent_evidence,
            escalations=escalations,
            keys=keys,
            consents_ended=consents_ended,
        )

        erased_counts.additional_properties = d
        return erased_counts

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
