"""What came of each request, and the end of a case with it."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import Complaint, DemandResult
from complaints.services.events import write_event
from complaints.services.steps import act
from inputs.words import field_refusal


@transaction.atomic
def mark_demands(*, complaint: Complaint, actor: User, results: Mapping[str, str]) -> None:
    """Whether each request was met, one event for each that changed; an empty result says nothing.

    Open and closed cases alike: some things happen later. Raises ValidationError for a request
    that the case does not make.
    """
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    known = {row.demand: row for row in DemandResult.objects.filter(complaint=complaint)}
    for demand, result in results.items():
        if demand not in complaint.facts["demands"]:
            raise field_refusal("demands", _("选项无效"), "invalid_choice")
        before = known[demand].result if demand in known else ""
        if result and result != before:
            DemandResult.objects.update_or_create(
                complaint=complaint,
                demand=demand,
                defaults={"result": result},
                create_defaults={"result": result, "owner_id": complaint.owner_id},
            )
            told = {"demand": demand, "result": result, "before": before}
            write_event(complaint, "mark-demand", complaint.state, actor=actor, **told)


@transaction.atomic
def close_case(
    *, complaint: Complaint, actor: User, outcome: str, results: Mapping[str, str]
) -> Complaint:
    """The results of the requests and the end, both or neither."""
    mark_demands(complaint=complaint, actor=actor, results=results)
    return act(complaint=complaint, action="close", actor=actor, outcome=outcome)
