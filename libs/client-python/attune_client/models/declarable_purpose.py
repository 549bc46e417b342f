from enum import StrEnum


class DeclarablePurpose(StrEnum):
    AUTOMATED_ROUTING = "automated_routing"
    COACHING = "coaching"
    INSIGHTS = "insights"
    PRODUCT_IMPROVEMENT = "product_improvement"
    QUALITY_REVIEW = "quality_review"
    RESEARCH = "research"
    SERVICE_CONTACT = "service_contact"
    TRAINING_PERSONAL = "training_personal"

    def __str__(self) -> str:
        return str(self.value)
