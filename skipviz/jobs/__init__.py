"""Work in worker processes: a capped pool with a fair queue, live results, pause and stop."""

from skipviz.jobs.cluster import Cluster
from skipviz.jobs.job import ComputingJob, Job, JobState
from skipviz.jobs.messages import Bounds
from skipviz.jobs.pool import JobPool
from skipviz.jobs.training import TrainingJob

__all__ = [
    "Bounds",
    "Cluster",
    "ComputingJob",
    "Job",
    "JobPool",
    "JobState",
    "TrainingJob",
]
