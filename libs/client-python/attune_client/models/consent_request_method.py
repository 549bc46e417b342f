from enum import StrEnum


class ConsentRequestMethod(StrEnum):
    CUSTOMER_STATED = "customer_stated"
    OPERATOR_ATTESTED = "operator_attested"
    WEB_FORM = "web_form"

    def __str__(self) -> str:
        return str(self.value)
