from enum import StrEnum


class Scope(StrEnum):
    AUDITREAD = "audit:read"
    CALIBRATIONRATE = "calibration:rate"
    CALIBRATIONREAD = "calibration:read"
    CALIBRATIONWRITE = "calibration:write"
    CHECK_INSREAD = "check_ins:read"
    CHECK_INSWRITE = "check_ins:write"
    CONSENTSREAD = "consents:read"
    CONSENTSWRITE = "consents:write"
    CUSTOMERSREAD = "customers:read"
    CUSTOMERSWRITE = "customers:write"
    DASHBOARDSREAD = "dashboards:read"
    ESCALATIONSREAD = "escalations:read"
    ESCALATIONSWRITE = "escalations:write"
    EVALUATIONSREAD = "evaluations:read"
    EVALUATIONSWRITE = "evaluations:write"
    INTERACTIONSREAD = "interactions:read"
    INTERACTIONSWRITE = "interactions:write"
    LOADREAD = "load:read"
    ORGANISATIONADMIN = "organisation:admin"
    PEOPLEREAD = "people:read"
    PEOPLEWRITE = "people:write"
    RUBRICSREAD = "rubrics:read"
    SIGNALSREAD = "signals:read"
    SIGNALSWRITE = "signals:write"

    def __str__(self) -> str:
        return str(self.value)
