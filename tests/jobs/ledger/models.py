from django.db import models


class Cause(models.Model):
    """What somebody was told is done; each must have exactly one entry in the end."""

    number = models.IntegerField(unique=True)

    class Meta:
        app_label = "ledger"

    def __str__(self):
        return str(self.number)


class Entry(models.Model):
    """One effect. No unique constraint: doubles must be visible."""

    number = models.IntegerField()
    token = models.IntegerField()

    class Meta:
        app_label = "ledger"

    def __str__(self):
        return f"{self.number} {self.token}"
