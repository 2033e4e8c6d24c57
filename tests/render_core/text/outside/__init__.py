"""Set text as others set it: the same letters, in the same order, with the same joins."""
