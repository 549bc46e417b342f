from enum import StrEnum


class CoefficientName(StrEnum):
    ADJACENT_AGREEMENT = "adjacent_agreement"
    COHEN_KAPPA = "cohen_kappa"
    COHEN_KAPPA_LINEAR = "cohen_kappa_linear"
    COHEN_KAPPA_QUADRATIC = "cohen_kappa_quadratic"
    CONGER_KAPPA = "conger_kappa"
    CONGER_KAPPA_LINEAR = "conger_kappa_linear"
    CONGER_KAPPA_QUADRATIC = "conger_kappa_quadratic"
    FLEISS_KAPPA = "fleiss_kappa"
    GWET_AC1 = "gwet_ac1"
    GWET_AC2_LINEAR = "gwet_ac2_linear"
    GWET_AC2_ORDINAL = "gwet_ac2_ordinal"
    GWET_AC2_QUADRATIC = "gwet_ac2_quadratic"
    ICC_2_1 = "icc_2_1"
    ICC_2_K = "icc_2_k"
    KRIPPENDORFF_ALPHA_INTERVAL = "krippendorff_alpha_interval"
    KRIPPENDORFF_ALPHA_NOMINAL = "krippendorff_alpha_nominal"
    KRIPPENDORFF_ALPHA_ORDINAL = "krippendorff_alpha_ordinal"
    KRIPPENDORFF_ALPHA_RATIO = "krippendorff_alpha_ratio"
    PERCENT_AGREEMENT = "percent_agreement"

    def __str__(self) -> str:
        return str(self.value)
