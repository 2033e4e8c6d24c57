"""What any service needs to run. No word of the business is in here."""
