"""Whether passages support a claim: `check` for one, `claims` for a text's sentences with their markers."""

from rag.verification.checker import Quote, Source, Verdict, check
from rag.verification.claims import Claim, claims
from rag.verification.standing import Standing

__all__ = ["Claim", "Quote", "Source", "Standing", "Verdict", "check", "claims"]
