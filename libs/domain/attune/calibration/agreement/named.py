"""Every coefficient by the name it has in the field, and which of them a metric asks for."""

from __future__ import annotations

from typing import Final

from attune.calibration.agreement import weights
from attune.calibration.agreement.gwet import GwetCoefficient
from attune.calibration.agreement.icc import IntraclassCorrelation
from attune.calibration.agreement.kappa import CohenKappa, CongerKappa, FleissKappa
from attune.calibration.agreement.krippendorff import KrippendorffAlpha
from attune.calibration.agreement.observed import PercentAgreement
from attune.calibration.agreement.terms import Coefficient
from attune.calibration.model import CoefficientName, Metric

COEFFICIENTS: Final[dict[CoefficientName, Coefficient]] = {
    CoefficientName.PERCENT_AGREEMENT: PercentAgreement(weights.identity),
    CoefficientName.ADJACENT_AGREEMENT: PercentAgreement(weights.adjacent),
    CoefficientName.ALPHA_NOMINAL: KrippendorffAlpha(Metric.NOMINAL),
    CoefficientName.ALPHA_ORDINAL: KrippendorffAlpha(Metric.ORDINAL),
    CoefficientName.ALPHA_INTERVAL: KrippendorffAlpha(Metric.INTERVAL),
    CoefficientName.ALPHA_RATIO: KrippendorffAlpha(Metric.RATIO),
    CoefficientName.AC1: GwetCoefficient(weights.identity),
    CoefficientName.AC2_LINEAR: GwetCoefficient(weights.linear),
    CoefficientName.AC2_QUADRATIC: GwetCoefficient(weights.quadratic),
    CoefficientName.AC2_ORDINAL: GwetCoefficient(weights.ordinal),
    CoefficientName.COHEN_KAPPA: CohenKappa(weights.identity),
    CoefficientName.COHEN_KAPPA_LINEAR: CohenKappa(weights.linear),
    CoefficientName.COHEN_KAPPA_QUADRATIC: CohenKappa(weights.quadratic),
    CoefficientName.CONGER_KAPPA: CongerKappa(weights.identity),
    CoefficientName.CONGER_KAPPA_LINEAR: CongerKappa(weights.linear),
    CoefficientName.CONGER_KAPPA_QUADRATIC: CongerKappa(weights.quadratic),
    CoefficientName.FLEISS_KAPPA: FleissKappa(weights.identity),
    CoefficientName.ICC_2_1: IntraclassCorrelation(of_average=False),
    CoefficientName.ICC_2_K: IntraclassCorrelation(of_average=True),
}

_WITHOUT_ORDER: Final = frozenset(
    {
        CoefficientName.PERCENT_AGREEMENT,
        CoefficientName.ALPHA_NOMINAL,
        CoefficientName.AC1,
        CoefficientName.COHEN_KAPPA,
        CoefficientName.CONGER_KAPPA,
        CoefficientName.FLEISS_KAPPA,
    }
)

PRIMARY: Final = {
    Metric.NOMINAL: CoefficientName.ALPHA_NOMINAL,
    Metric.ORDINAL: CoefficientName.ALPHA_ORDINAL,
    Metric.INTERVAL: CoefficientName.ALPHA_INTERVAL,
    Metric.RATIO: CoefficientName.ALPHA_RATIO,
}
"""The coefficient that the verdict is passed on, by metric."""


def list_for(metric: Metric) -> list[CoefficientName]:
    """The coefficients that mean something for levels of such a metric."""
    match metric:
        case Metric.NOMINAL:
            return [name for name in COEFFICIENTS if name in _WITHOUT_ORDER]
        case Metric.RATIO:
            return list(COEFFICIENTS)
        case _:
            return [name for name in COEFFICIENTS if name is not CoefficientName.ALPHA_RATIO]
