"""Work in worker processes: a capped pool with a fair queue, live news, pause and stop."""

from skipviz.jobs.job import ComputingJob, Job, JobState, TrainingJob
from skipviz.jobs.messages import Bounds, Computation, Task
from skipviz.jobs.pool import JobPool

__all__ = [
    "Bounds",
    "Computation",
    "ComputingJob",
    "Job",
    "JobPool",
    "JobState",
    "Task",
    "TrainingJob",
]
