"""Contains all the data models used in inputs/outputs"""

from .accept_request import AcceptRequest
from .actor_kind import ActorKind
from .audit_actor import AuditActor
from .audit_entry import AuditEntry
from .audit_entry_data import AuditEntryData
from .audit_page import AuditPage
from .audit_target import AuditTarget
from .batch_item import BatchItem
from .batch_results import BatchResults
from .bounce_reason import BounceReason
from .bounce_request import BounceRequest
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
from .item_problem import ItemProblem
from .item_status import ItemStatus
from .kept_status import KeptStatus
from .level import Level
from .load import Load
from .me import Me
from .me_actor import MeActor
from .me_organisation import MeOrganisation
from .mean import Mean
from .measure import Measure
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
from .reason import Reason
from .resolution import Resolution
from .resolve_request import ResolveRequest
from .role import Role
from .rubric import Rubric
from .rubric_dimension import RubricDimension
from .rubric_level import RubricLevel
from .rubric_page import RubricPage
from .rubric_summary import RubricSummary
from .scale import Scale
from .scale_request import ScaleRequest
from .scope import Scope
from .score import Score
from .score_request import ScoreRequest
from .severity import Severity
from .share import Share
from .shown_status import ShownStatus
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
from .version_status import VersionStatus

__all__ = (
    "AcceptRequest",
    "ActorKind",
    "AuditActor",
    "AuditEntry",
    "AuditEntryData",
    "AuditPage",
    "AuditTarget",
    "BatchItem",
    "BatchResults",
    "BounceReason",
    "BounceRequest",
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
    "ItemProblem",
    "ItemStatus",
    "KeptStatus",
    "Level",
    "Load",
    "Me",
    "MeActor",
    "Mean",
    "Measure",
    "MeOrganisation",
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
    "Reason",
    "Resolution",
    "ResolveRequest",
    "Role",
    "Rubric",
    "RubricDimension",
    "RubricLevel",
    "RubricPage",
    "RubricSummary",
    "Scale",
    "ScaleRequest",
    "Scope",
    "Score",
    "ScoreRequest",
    "Severity",
    "Share",
    "ShownStatus",
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
    "VersionStatus",
)
