"""Everything held about one person, in the order a phone shows it, read once with one audit entry."""

from suspects.selectors.profile.reading import person_profile
from suspects.selectors.profile.shapes import (
    Condition,
    Fact,
    Intelligence,
    Linked,
    Picture,
    Profile,
    Wanted,
    Warning_,
)

__all__ = ["Condition", "Fact", "Intelligence", "Linked", "Picture", "Profile", "Wanted", "Warning_", "person_profile"]
