"""Registrations and their earlier versions. Nothing here identifies a person."""

from participants.models.followup import FollowUp, FollowUpVersion
from participants.models.participation import Participation, ParticipationQuerySet, ParticipationVersion
from participants.models.step import StepAssessment, StepAssessmentVersion
from participants.models.versions import Registration, Version

__all__ = [
    "FollowUp",
    "FollowUpVersion",
    "Participation",
    "ParticipationQuerySet",
    "ParticipationVersion",
    "Registration",
    "StepAssessment",
    "StepAssessmentVersion",
    "Version",
]
