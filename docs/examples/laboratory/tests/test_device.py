"""The laboratory's gate: its claims as a test of its own suite. `aimc_check` comes with the package."""


def test_our_device_keeps_its_bounds(aimc_check):
    assert len(aimc_check("../claims.toml")) == 2
