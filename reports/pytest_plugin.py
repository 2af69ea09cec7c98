"""Pytest fixture ``aimc_check``: a laboratory's own claims as tests of its own suite.

    def test_our_device(aimc_check):
        aimc_check("my_claims.toml")

The plugin is loaded wherever aimc-pipeline is installed; it does nothing until the fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from reports.claims import LEVEL

Check = Callable[..., list[Any]]


@pytest.fixture
def aimc_check(request: pytest.FixtureRequest) -> Check:
    """Run and decide the claims of a file named relative to the test's; the test fails unless all hold.

    Called with a path and optionally ``only`` (patterns of names), ``level`` (family-wise error of the file's
    claims) and ``seeds``; returns the decided claims.
    """
    from reports.own_claims import judge_file  # noqa: PLC0415  (imports numpy)

    def check(
        path: str | Path, *, only: Sequence[str] | None = None, level: float = LEVEL, seeds: int | None = None
    ) -> list[Any]:
        rows = judge_file(request.path.parent / path, only=only, level=level, seeds=seeds)
        bad = [f"{r.claim.name} is {r.decision.verdict}: {r.detail}; repeat: {r.command}" for r in rows if r.failed]
        if bad:
            pytest.fail("\n".join(bad), pytrace=False)
        return rows

    return check
