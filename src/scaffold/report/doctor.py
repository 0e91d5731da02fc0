"""Findings as text for people, or as JSON for programs. Every function returns a string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scaffold.doctor.service import Finding
from scaffold.report.document import document


def findings_text(findings: Sequence[Finding]) -> str:
    """Give a line for each thing that was looked at."""
    return "".join(
        f"{finding.level:<5}  {finding.what}"
        + (f"  →  {finding.advice}" if finding.advice else "")
        + "\n"
        for finding in findings
    )


def findings_json(findings: Sequence[Finding]) -> str:
    """Give a JSON document: {schema_version, ok, findings: [{level, about, what, advice}]}."""
    return document(
        {
            "ok": all(finding.level != "error" for finding in findings),
            "findings": [asdict(finding) for finding in findings],
        }
    )
