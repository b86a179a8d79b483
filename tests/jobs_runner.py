"""Run claimable jobs in this process, the way a worker does."""

from jobs.models import Job
from jobs.worker import run_job


def run_claimable(limit: int = 200) -> int:
    done = 0
    while done < limit:
        job = Job.objects.claimable().order_by("created_at").first()
        if job is None:
            return done
        run_job(job.pk)
        done += 1
    raise AssertionError("jobs keep coming")
