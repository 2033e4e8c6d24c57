"""The schema of the database, as numbered steps forward and back."""

from migrations.runner import downgrade, pending, run, upgrade

__all__ = ["downgrade", "pending", "run", "upgrade"]
