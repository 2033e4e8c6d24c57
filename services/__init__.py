"""The services of Luneo, what runs them, and the `luneo` command."""
