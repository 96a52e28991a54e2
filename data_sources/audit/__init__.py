"""Recounts everything a store's fold has written, from the actions alone."""

from data_sources.audit.desks import with_desk
from data_sources.audit.inspection import audit
from data_sources.audit.recount import Limits
from data_sources.audit.report import AuditReport, Difference

__all__ = ["AuditReport", "Difference", "Limits", "audit", "with_desk"]
