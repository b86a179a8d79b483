"""The ownership rule: the only way into models that belong to a person.

A foreign or missing object answers 404, never 403: the answer must not tell whether it exists.
"""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows of one owner; everything a view reads starts with `for_user`."""

    def for_user(self, user: "AbstractBaseUser | AnonymousUser") -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(owner=user).reachable()

    def reachable(self) -> Self:
        """Without what lies in a case that was removed."""
        hidden_by = self.model.hidden_by
        return self.filter(**{hidden_by: None}) if hidden_by else self


class OwnedModel(models.Model):
    """A row that belongs to one person and is addressed from outside by its UUID only.

    `hidden_by` is the path of fields to a day of removal, empty without: rows with such a day are
    out of reach, as if they were not there.
    """

    hidden_by: ClassVar[str] = ""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="用户"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=OwnedModel)


def get_owned_or_404(
    model: type[Row],
    user: "AbstractBaseUser | AnonymousUser",
    public_id: uuid.UUID | str,
    queryset: models.QuerySet[Row] | None = None,
) -> Row:
    """The user's own row by public id. Anything else, malformed ids included, is 404."""
    rows = model.objects.all() if queryset is None else queryset
    if model.hidden_by:
        rows = rows.filter(**{model.hidden_by: None})
    try:
        return rows.filter(owner_id=getattr(user, "pk", None)).get(public_id=public_id)
    except (model.DoesNotExist, ValidationError, ValueError, TypeError) as missing:
        raise Http404 from missing
