"""The four verdicts on a claim."""

from enum import StrEnum


class Standing(StrEnum):
    """What the passages say of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"
    NO_CLAIM = "no_claim"
