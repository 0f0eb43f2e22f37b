"""Reports of test runners (JUnit XML, Playwright and Cypress JSON), read as runs.

Pure: bytes in, a run record out. What cannot be a report is refused by line and reason.
"""

from results.reports.reading import read_report
from results.reports.report import BadReport, Case, Report
from results.reports.run_record import run_id, run_record

__all__ = ["BadReport", "Case", "Report", "read_report", "run_id", "run_record"]
