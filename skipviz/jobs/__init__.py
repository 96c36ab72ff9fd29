"""Work in worker processes: a capped pool with a fair queue, live results, pause and stop."""

from skipviz.jobs.job import ComputingJob, Job, JobState, TrainingJob
from skipviz.jobs.messages import Bounds
from skipviz.jobs.pool import JobPool

__all__ = [
    "Bounds",
    "ComputingJob",
    "Job",
    "JobPool",
    "JobState",
    "TrainingJob",
]
