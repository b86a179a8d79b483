"""Running one job. Safe to run twice, in two processes, and to be killed anywhere."""

import logging
from functools import partial
from uuid import UUID

from jobs.killpoints import kill_point
from jobs.leases import Claim, LeaseLost, claim, fail, finish, report_progress
from jobs.models import Job
from jobs.registry import JobView, handler_for
from jobs.waking import FIRST, wake

logger = logging.getLogger(__name__)


def run_job(job_id: UUID) -> bool:
    """Claim, work, finish. True when this call finished the job.

    Run twice: the second claim finds nothing. Killed: the lease runs out and another worker takes
    over. Overtaken: the token is stale and the result, effect included, is dropped.
    """
    held = claim(job_id)
    if held is None:
        return False
    kill_point("after-claim")
    try:
        return _work(held)
    except LeaseLost:
        logger.warning("job %s: overtaken, result dropped", held.id)
    except Exception as error:
        logger.exception("job %s (%s) failed", held.id, held.kind)
        fail(held, error)
    return False


def _work(held: Claim) -> bool:
    effect = handler_for(held.kind)(_view(held))
    kill_point("after-work")
    if not finish(held, effect):
        raise LeaseLost(str(held.id))
    kill_point("after-commit")
    return True


def _view(held: Claim) -> JobView:
    return JobView(
        id=held.id,
        kind=held.kind,
        key=held.key,
        args=held.args,
        token=held.token,
        progress=partial(report_progress, held),
    )


def sweep(*, limit: int, expires: float) -> int:
    """Wake the longest-waiting claimable jobs again; `expires` drops calls nobody came to hear.

    Run twice: more calls for the same jobs, of which one claim wins.
    """
    ids = Job.objects.claimable().order_by("run_after").values_list("pk", flat=True)[:limit]
    return sum(wake(job_id, priority=FIRST, expires=expires) for job_id in ids)


def run_due() -> int:
    """Run every claimable job here and now, without a broker; the number finished."""
    return sum(run_job(pk) for pk in Job.objects.claimable().values_list("pk", flat=True))
