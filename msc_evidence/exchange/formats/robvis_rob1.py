"""Risk of bias by RoB 1 in the columns that robvis reads for it: results that were judged."""

from __future__ import annotations

from msc_evidence.exchange.export import Exported, ExportRequest
from msc_evidence.exchange.formats.robvis import OPTIONS, exported_judgements
from msc_evidence.registry.risk_of_bias import ROB_1

__all__ = ["OPTIONS", "export"]


def export(request: ExportRequest) -> Exported:
    """Risk of bias by RoB 1 in the columns that robvis reads for it: results that were judged."""
    return exported_judgements(request, ROB_1)
