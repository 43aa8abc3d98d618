"""Registrations and their earlier versions. Nothing here identifies a person."""

from finsam_tracker.core.versions import Registration, Version
from participants.models.advisory import AdvisoryContacts, AdvisoryContactsVersion
from participants.models.followup import FollowUp, FollowUpVersion
from participants.models.imports import Import, ImportContent
from participants.models.participation import Participation, ParticipationQuerySet, ParticipationVersion
from participants.models.reminder import Reminder
from participants.models.step import StepAssessment, StepAssessmentVersion

__all__ = [
    "AdvisoryContacts",
    "AdvisoryContactsVersion",
    "FollowUp",
    "FollowUpVersion",
    "Import",
    "ImportContent",
    "Participation",
    "ParticipationQuerySet",
    "ParticipationVersion",
    "Registration",
    "Reminder",
    "StepAssessment",
    "StepAssessmentVersion",
    "Version",
]
