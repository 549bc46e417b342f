"""Contains all the data models used in inputs/outputs"""

from .accept_in import AcceptIn
from .actor_kind import ActorKind
from .audit_actor import AuditActor
from .audit_entry_out import AuditEntryOut
from .audit_entry_out_data import AuditEntryOutData
from .audit_page_out import AuditPageOut
from .audit_target import AuditTarget
from .batch_item import BatchItem
from .batch_results import BatchResults
from .bounce_in import BounceIn
from .bounce_reason import BounceReason
from .channel import Channel
from .check_in_in import CheckInIn
from .check_in_out import CheckInOut
from .check_in_page import CheckInPage
from .check_in_status import CheckInStatus
from .check_in_texts import CheckInTexts
from .check_in_with_texts import CheckInWithTexts
from .choice import Choice
from .choice_in import ChoiceIn
from .choice_in_method import ChoiceInMethod
from .choice_in_purpose import ChoiceInPurpose
from .consent import Consent
from .consent_in import ConsentIn
from .consent_in_choice import ConsentInChoice
from .consent_in_method import ConsentInMethod
from .consent_in_purpose import ConsentInPurpose
from .consent_method import ConsentMethod
from .consent_record_out import ConsentRecordOut
from .consent_state import ConsentState
from .consent_states import ConsentStates
from .consents_batch import ConsentsBatch
from .context_kept import ContextKept
from .context_reason import ContextReason
from .context_status import ContextStatus
from .customer_details import CustomerDetails
from .customer_in import CustomerIn
from .customer_lookup import CustomerLookup
from .customer_out import CustomerOut
from .customer_page import CustomerPage
from .customers_batch import CustomersBatch
from .dashboard_out import DashboardOut
from .dashboard_status import DashboardStatus
from .dimension_out import DimensionOut
from .emotional_context_in import EmotionalContextIn
from .emotional_context_out import EmotionalContextOut
from .erased_counts import ErasedCounts
from .erasure_receipt import ErasureReceipt
from .escalation_in import EscalationIn
from .escalation_opened import EscalationOpened
from .escalation_out import EscalationOut
from .escalation_page import EscalationPage
from .escalation_status import EscalationStatus
from .escalation_with_texts import EscalationWithTexts
from .evaluation_in import EvaluationIn
from .evaluation_out import EvaluationOut
from .evaluation_page import EvaluationPage
from .evaluation_with_note import EvaluationWithNote
from .evaluations_batch import EvaluationsBatch
from .evaluator_kind import EvaluatorKind
from .external_ref import ExternalRef
from .field_error import FieldError
from .figures_out import FiguresOut
from .gate_reason import GateReason
from .get_escalation_attune_purpose_type_0 import GetEscalationAttunePurposeType0
from .grant_in import GrantIn
from .grant_in_method import GrantInMethod
from .grant_in_purpose import GrantInPurpose
from .identity_in import IdentityIn
from .interaction_batch_item import InteractionBatchItem
from .interaction_batch_results import InteractionBatchResults
from .interaction_in import InteractionIn
from .interaction_out import InteractionOut
from .interaction_page import InteractionPage
from .interaction_with_turns import InteractionWithTurns
from .interactions_batch import InteractionsBatch
from .item_problem import ItemProblem
from .item_status import ItemStatus
from .kept_status import KeptStatus
from .level import Level
from .level_out import LevelOut
from .list_signals_attune_purpose_type_0 import ListSignalsAttunePurposeType0
from .list_signals_by_ref_attune_purpose_type_0 import ListSignalsByRefAttunePurposeType0
from .load_out import LoadOut
from .me import Me
from .me_actor import MeActor
from .me_organisation import MeOrganisation
from .mean_out import MeanOut
from .measure import Measure
from .modality import Modality
from .mode import Mode
from .moment import Moment
from .original_in import OriginalIn
from .original_out import OriginalOut
from .outcome import Outcome
from .people_batch import PeopleBatch
from .person_details import PersonDetails
from .person_in import PersonIn
from .person_out import PersonOut
from .person_page import PersonPage
from .person_patch import PersonPatch
from .person_status import PersonStatus
from .problem import Problem
from .purpose import Purpose
from .reason import Reason
from .resolution import Resolution
from .resolve_in import ResolveIn
from .role import Role
from .rubric_out import RubricOut
from .rubric_page import RubricPage
from .rubric_summary import RubricSummary
from .scale_in import ScaleIn
from .scale_out import ScaleOut
from .scope import Scope
from .score_in import ScoreIn
from .score_out import ScoreOut
from .severity import Severity
from .share_out import ShareOut
from .shown_status import ShownStatus
from .signal_in import SignalIn
from .signal_item import SignalItem
from .signal_out import SignalOut
from .signal_results import SignalResults
from .signal_status import SignalStatus
from .signal_stored import SignalStored
from .signals_batch import SignalsBatch
from .signals_page import SignalsPage
from .signals_page_purpose import SignalsPagePurpose
from .source import Source
from .speaker import Speaker
from .stored_status import StoredStatus
from .suppression import Suppression
from .team_details import TeamDetails
from .team_in import TeamIn
from .team_out import TeamOut
from .team_page import TeamPage
from .teams_batch import TeamsBatch
from .turn_in import TurnIn
from .turn_out import TurnOut
from .version_status import VersionStatus

__all__ = (
    "AcceptIn",
    "ActorKind",
    "AuditActor",
    "AuditEntryOut",
    "AuditEntryOutData",
    "AuditPageOut",
    "AuditTarget",
    "BatchItem",
    "BatchResults",
    "BounceIn",
    "BounceReason",
    "Channel",
    "CheckInIn",
    "CheckInOut",
    "CheckInPage",
    "CheckInStatus",
    "CheckInTexts",
    "CheckInWithTexts",
    "Choice",
    "ChoiceIn",
    "ChoiceInMethod",
    "ChoiceInPurpose",
    "Consent",
    "ConsentIn",
    "ConsentInChoice",
    "ConsentInMethod",
    "ConsentInPurpose",
    "ConsentMethod",
    "ConsentRecordOut",
    "ConsentsBatch",
    "ConsentState",
    "ConsentStates",
    "ContextKept",
    "ContextReason",
    "ContextStatus",
    "CustomerDetails",
    "CustomerIn",
    "CustomerLookup",
    "CustomerOut",
    "CustomerPage",
    "CustomersBatch",
    "DashboardOut",
    "DashboardStatus",
    "DimensionOut",
    "EmotionalContextIn",
    "EmotionalContextOut",
    "ErasedCounts",
    "ErasureReceipt",
    "EscalationIn",
    "EscalationOpened",
    "EscalationOut",
    "EscalationPage",
    "EscalationStatus",
    "EscalationWithTexts",
    "EvaluationIn",
    "EvaluationOut",
    "EvaluationPage",
    "EvaluationsBatch",
    "EvaluationWithNote",
    "EvaluatorKind",
    "ExternalRef",
    "FieldError",
    "FiguresOut",
    "GateReason",
    "GetEscalationAttunePurposeType0",
    "GrantIn",
    "GrantInMethod",
    "GrantInPurpose",
    "IdentityIn",
    "InteractionBatchItem",
    "InteractionBatchResults",
    "InteractionIn",
    "InteractionOut",
    "InteractionPage",
    "InteractionsBatch",
    "InteractionWithTurns",
    "ItemProblem",
    "ItemStatus",
    "KeptStatus",
    "Level",
    "LevelOut",
    "ListSignalsAttunePurposeType0",
    "ListSignalsByRefAttunePurposeType0",
    "LoadOut",
    "Me",
    "MeActor",
    "MeanOut",
    "Measure",
    "MeOrganisation",
    "Modality",
    "Mode",
    "Moment",
    "OriginalIn",
    "OriginalOut",
    "Outcome",
    "PeopleBatch",
    "PersonDetails",
    "PersonIn",
    "PersonOut",
    "PersonPage",
    "PersonPatch",
    "PersonStatus",
    "Problem",
    "Purpose",
    "Reason",
    "Resolution",
    "ResolveIn",
    "Role",
    "RubricOut",
    "RubricPage",
    "RubricSummary",
    "ScaleIn",
    "ScaleOut",
    "Scope",
    "ScoreIn",
    "ScoreOut",
    "Severity",
    "ShareOut",
    "ShownStatus",
    "SignalIn",
    "SignalItem",
    "SignalOut",
    "SignalResults",
    "SignalsBatch",
    "SignalsPage",
    "SignalsPagePurpose",
    "SignalStatus",
    "SignalStored",
    "Source",
    "Speaker",
    "StoredStatus",
    "Suppression",
    "TeamDetails",
    "TeamIn",
    "TeamOut",
    "TeamPage",
    "TeamsBatch",
    "TurnIn",
    "TurnOut",
    "VersionStatus",
)
