"""Decisions about accounts: no Django, no clock."""
