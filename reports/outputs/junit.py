"""Decisions as JUnit XML, which most CI services show as test results."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from reports.ledger import Row

HELP = "JUnit XML"
FILE = "junit.xml"


def render(rows: Sequence[Row], level: float) -> bytes:
    """One test case a claim; violated and undecided are failures that say how to repeat them."""
    bad = [row for row in rows if row.failed]
    suite = ET.Element("testsuite", name="aimc check", tests=str(len(rows)), failures=str(len(bad)), errors="0")
    for row in rows:
        case = ET.SubElement(suite, "testcase", classname=row.origin, name=row.claim.name)
        if row.failed:
            failure = ET.SubElement(case, "failure", type=row.decision.verdict, message=row.detail)
            failure.text = f"{row.claim.statement}\n{row.detail}\nrepeat: {row.command}"
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
