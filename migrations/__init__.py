"""The schema of the database, as numbered steps forward and back."""

from migrations.roles import RightsMissing
from migrations.runner import downgrade, pending, run, upgrade

__all__ = ["RightsMissing", "downgrade", "pending", "run", "upgrade"]
