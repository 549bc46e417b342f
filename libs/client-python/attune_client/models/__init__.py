"""Contains all the data models used in inputs/outputs"""

from .accept_request import AcceptRequest
from .actor_kind import ActorKind
from .attune_calibration_model_names_reason import AttuneCalibrationModelNamesReason
from .attune_consent_model_reason import AttuneConsentModelReason
from .audit_actor import AuditActor
from .audit_entry import AuditEntry
from .audit_entry_data import AuditEntryData
from .audit_page import AuditPage
from .audit_target import AuditTarget
from .batch_item import BatchItem
from .batch_results import BatchResults
from .bounce_reason import BounceReason
from .bounce_request import BounceRequest
from .calibration_item import CalibrationItem
from .calibration_item_page import CalibrationItemPage
from .calibration_item_request import CalibrationItemRequest
from .calibration_round import CalibrationRound
from .calibration_round_page import CalibrationRoundPage
from .calibration_round_request import CalibrationRoundRequest
from .calibration_round_with_raters import CalibrationRoundWithRaters
from .channel import Channel
from .check_in import CheckIn
from .check_in_page import CheckInPage
from .check_in_request import CheckInRequest
from .check_in_status import CheckInStatus
from .check_in_texts import CheckInTexts
from .check_in_with_texts import CheckInWithTexts
from .choice import Choice
from .choice_request import ChoiceRequest
from .choice_request_method import ChoiceRequestMethod
from .coefficient import Coefficient
from .coefficient_name import CoefficientName
from .consent import Consent
from .consent_method import ConsentMethod
from .consent_record import ConsentRecord
from .consent_request import ConsentRequest
from .consent_request_choice import ConsentRequestChoice
from .consent_request_method import ConsentRequestMethod
from .consent_state import ConsentState
from .consent_states import ConsentStates
from .consents_batch import ConsentsBatch
from .context_kept import ContextKept
from .context_reason import ContextReason
from .context_status import ContextStatus
from .customer import Customer
from .customer_details import CustomerDetails
from .customer_lookup import CustomerLookup
from .customer_page import CustomerPage
from .customer_request import CustomerRequest
from .customers_batch import CustomersBatch
from .dashboard import Dashboard
from .dashboard_status import DashboardStatus
from .declarable_purpose import DeclarablePurpose
from .dimension_reliability import DimensionReliability
from .divergence import Divergence
from .drift import Drift
from .emotional_context import EmotionalContext
from .emotional_context_request import EmotionalContextRequest
from .erased_counts import ErasedCounts
from .erasure_receipt import ErasureReceipt
from .escalation import Escalation
from .escalation_opened import EscalationOpened
from .escalation_page import EscalationPage
from .escalation_request import EscalationRequest
from .escalation_status import EscalationStatus
from .escalation_with_texts import EscalationWithTexts
from .evaluation import Evaluation
from .evaluation_page import EvaluationPage
from .evaluation_request import EvaluationRequest
from .evaluation_with_note import EvaluationWithNote
from .evaluations_batch import EvaluationsBatch
from .evaluator_kind import EvaluatorKind
from .external_ref import ExternalRef
from .field_error import FieldError
from .figures import Figures
from .gate_reason import GateReason
from .grant_request import GrantRequest
from .grant_request_method import GrantRequestMethod
from .identity_request import IdentityRequest
from .interaction import Interaction
from .interaction_batch_item import InteractionBatchItem
from .interaction_batch_results import InteractionBatchResults
from .interaction_page import InteractionPage
from .interaction_request import InteractionRequest
from .interaction_with_turns import InteractionWithTurns
from .interactions_batch import InteractionsBatch
from .invite_request import InviteRequest
from .item_problem import ItemProblem
from .item_status import ItemStatus
from .kept_status import KeptStatus
from .leaning import Leaning
from .level import Level
from .load import Load
from .me import Me
from .me_actor import MeActor
from .me_organisation import MeOrganisation
from .mean import Mean
from .measure import Measure
from .metric import Metric
from .modality import Modality
from .mode import Mode
from .moment import Moment
from .original import Original
from .original_request import OriginalRequest
from .outcome import Outcome
from .people_batch import PeopleBatch
from .person import Person
from .person_details import PersonDetails
from .person_page import PersonPage
from .person_patch import PersonPatch
from .person_request import PersonRequest
from .person_status import PersonStatus
from .problem import Problem
from .purpose import Purpose
from .rater import Rater
from .rater_request import RaterRequest
from .rater_severity import RaterSeverity
from .rating import Rating
from .rating_page import RatingPage
from .rating_request import RatingRequest
from .rating_result import RatingResult
from .rating_results import RatingResults
from .rating_scale import RatingScale
from .rating_scale_request import RatingScaleRequest
from .ratings_batch import RatingsBatch
from .reliability import Reliability
from .reliability_method import ReliabilityMethod
from .reliability_progress import ReliabilityProgress
from .reliability_status import ReliabilityStatus
from .resolution import Resolution
from .resolve_request import ResolveRequest
from .resolve_round_request import ResolveRoundRequest
from .role import Role
from .round_outcome import RoundOutcome
from .round_status import RoundStatus
from .rubric import Rubric
from .rubric_dimension import RubricDimension
from .rubric_level import RubricLevel
from .rubric_page import RubricPage
from .rubric_summary import RubricSummary
from .run_status import RunStatus
from .scale import Scale
from .scale_request import ScaleRequest
from .scope import Scope
from .score import Score
from .score_request import ScoreRequest
from .severity import Severity
from .share import Share
from .shown_status import ShownStatus
from .sight import Sight
from .signal import Signal
from .signal_item import SignalItem
from .signal_request import SignalRequest
from .signal_results import SignalResults
from .signal_status import SignalStatus
from .signal_stored import SignalStored
from .signals_batch import SignalsBatch
from .signals_page import SignalsPage
from .source import Source
from .speaker import Speaker
from .stored_status import StoredStatus
from .suppression import Suppression
from .team import Team
from .team_details import TeamDetails
from .team_page import TeamPage
from .team_request import TeamRequest
from .teams_batch import TeamsBatch
from .turn import Turn
from .turn_request import TurnRequest
from .undefined import Undefined
from .version_status import VersionStatus

__all__ = (
    "AcceptRequest",
    "ActorKind",
    "AttuneCalibrationModelNamesReason",
    "AttuneConsentModelReason",
    "AuditActor",
    "AuditEntry",
    "AuditEntryData",
    "AuditPage",
    "AuditTarget",
    "BatchItem",
    "BatchResults",
    "BounceReason",
    "BounceRequest",
    "CalibrationItem",
    "CalibrationItemPage",
    "CalibrationItemRequest",
    "CalibrationRound",
    "CalibrationRoundPage",
    "CalibrationRoundRequest",
    "CalibrationRoundWithRaters",
    "Channel",
    "CheckIn",
    "CheckInPage",
    "CheckInRequest",
    "CheckInStatus",
    "CheckInTexts",
    "CheckInWithTexts",
    "Choice",
    "ChoiceRequest",
    "ChoiceRequestMethod",
    "Coefficient",
    "CoefficientName",
    "Consent",
    "ConsentMethod",
    "ConsentRecord",
    "ConsentRequest",
    "ConsentRequestChoice",
    "ConsentRequestMethod",
    "ConsentsBatch",
    "ConsentState",
    "ConsentStates",
    "ContextKept",
    "ContextReason",
    "ContextStatus",
    "Customer",
    "CustomerDetails",
    "CustomerLookup",
    "CustomerPage",
    "CustomerRequest",
    "CustomersBatch",
    "Dashboard",
    "DashboardStatus",
    "DeclarablePurpose",
    "DimensionReliability",
    "Divergence",
    "Drift",
    "EmotionalContext",
    "EmotionalContextRequest",
    "ErasedCounts",
    "ErasureReceipt",
    "Escalation",
    "EscalationOpened",
    "EscalationPage",
    "EscalationRequest",
    "EscalationStatus",
    "EscalationWithTexts",
    "Evaluation",
    "EvaluationPage",
    "EvaluationRequest",
    "EvaluationsBatch",
    "EvaluationWithNote",
    "EvaluatorKind",
    "ExternalRef",
    "FieldError",
    "Figures",
    "GateReason",
    "GrantRequest",
    "GrantRequestMethod",
    "IdentityRequest",
    "Interaction",
    "InteractionBatchItem",
    "InteractionBatchResults",
    "InteractionPage",
    "InteractionRequest",
    "InteractionsBatch",
    "InteractionWithTurns",
    "InviteRequest",
    "ItemProblem",
    "ItemStatus",
    "KeptStatus",
    "Leaning",
    "Level",
    "Load",
    "Me",
    "MeActor",
    "Mean",
    "Measure",
    "MeOrganisation",
    "Metric",
    "Modality",
    "Mode",
    "Moment",
    "Original",
    "OriginalRequest",
    "Outcome",
    "PeopleBatch",
    "Person",
    "PersonDetails",
    "PersonPage",
    "PersonPatch",
    "PersonRequest",
    "PersonStatus",
    "Problem",
    "Purpose",
    "Rater",
    "RaterRequest",
    "RaterSeverity",
    "Rating",
    "RatingPage",
    "RatingRequest",
    "RatingResult",
    "RatingResults",
    "RatingsBatch",
    "RatingScale",
    "RatingScaleRequest",
    "Reliability",
    "ReliabilityMethod",
    "ReliabilityProgress",
    "ReliabilityStatus",
    "Resolution",
    "ResolveRequest",
    "ResolveRoundRequest",
    "Role",
    "RoundOutcome",
    "RoundStatus",
    "Rubric",
    "RubricDimension",
    "RubricLevel",
    "RubricPage",
    "RubricSummary",
    "RunStatus",
    "Scale",
    "ScaleRequest",
    "Scope",
    "Score",
    "ScoreRequest",
    "Severity",
    "Share",
    "ShownStatus",
    "Sight",
    "Signal",
    "SignalItem",
    "SignalRequest",
    "SignalResults",
    "SignalsBatch",
    "SignalsPage",
    "SignalStatus",
    "SignalStored",
    "Source",
    "Speaker",
    "StoredStatus",
    "Suppression",
    "Team",
    "TeamDetails",
    "TeamPage",
    "TeamRequest",
    "TeamsBatch",
    "Turn",
    "TurnRequest",
    "Undefined",
    "VersionStatus",
)
