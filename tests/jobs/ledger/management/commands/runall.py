"""The site's own command; its app stays out, for its tasks need every other app."""

from portal.management.commands.runall import Command

__all__ = ["Command"]
