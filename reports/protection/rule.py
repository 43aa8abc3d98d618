"""What a federation's board has decided about small numbers, and what holds where it has decided nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from finsam_tracker.core.parameters import (
    DISCLOSURE_THRESHOLD,
    INITIATIVE_AT_LEAST,
    PERCENT_AT_LEAST,
    ROUNDING_BASE,
    SPLIT_AT_LEAST,
    SURVEY_AT_LEAST,
    ParameterSpec,
    ParameterValue,
)

FLOOR = 3
"""No board may go lower."""
SENSITIVE = 5
"""No board may go lower where health or violence is told of."""


@dataclass(frozen=True)
class Rule:
    """In people. ``rounding`` 0 means that small numbers are hidden rather than all numbers rounded."""

    threshold: int = 5
    split: int = 20
    initiative: int = 20
    percent: int = 20
    survey: int = 10
    rounding: int = 0

    @property
    def usual(self) -> int:
        return max(self.threshold, FLOOR)

    @property
    def sensitive(self) -> int:
        return max(self.threshold, SENSITIVE)

    @classmethod
    def of(cls, parameters: Mapping[str, ParameterValue]) -> "Rule":
        """The rule in force; each part that is not decided is the recommended one."""

        def decided(spec: ParameterSpec, recommended: int) -> int:
            return int(parameters[spec.key].value) if spec.key in parameters else recommended

        return cls(
            decided(DISCLOSURE_THRESHOLD, cls.threshold),
            decided(SPLIT_AT_LEAST, cls.split),
            decided(INITIATIVE_AT_LEAST, cls.initiative),
            decided(PERCENT_AT_LEAST, cls.percent),
            decided(SURVEY_AT_LEAST, cls.survey),
            decided(ROUNDING_BASE, cls.rounding),
        )
