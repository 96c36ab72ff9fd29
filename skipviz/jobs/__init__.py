"""Training in worker processes: a capped pool with a fair queue, live frames, pause and stop."""

from skipviz.jobs.job import Job, JobState
from skipviz.jobs.pool import JobPool

__all__ = ["Job", "JobPool", "JobState"]
