"""Who may use these endpoints, and the rows they start from."""

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import scoped
from accounts.enums import Scope
from accounts.ownership import get_owned_or_404
from complaints.models import Complaint

_READ, _WRITE = Scope.COMPLAINTS_READ.value, Scope.COMPLAINTS_WRITE.value
READ = scoped(GET=_READ)
WRITE = scoped(POST=_WRITE, DELETE=_WRITE)
READ_AND_WRITE = scoped(GET=_READ, POST=_WRITE, DELETE=_WRITE)


def own_case(request: Request, public_id: str) -> Complaint:
    """The person's own case, or 404."""
    rows = Complaint.objects.select_related("change", "owner")
    return get_owned_or_404(Complaint, request.user, public_id, rows)


def whole_case(request: Request, public_id: str) -> Complaint:
    """The same with everything it shows."""
    rows = Complaint.objects.select_related("change").prefetch_related("demand_results")
    return get_owned_or_404(Complaint, request.user, public_id, rows.with_standing())


def at(response: Response, route: str) -> Response:
    """With the address of what was made; also when the answer is that of an earlier request."""
    answer: Any = response.data
    response["Location"] = reverse(route, args=[answer["id"]])
    return response
