"""T4: an equality that is called an upper bound."""

from reports.faults._fault import Fault, restated

FAULT = Fault(
    title="T4: an equality that is called an upper bound",
    planted=lambda: restated("T4", kind=lambda _: "upper"),
    red=("theory-T4",),
)
