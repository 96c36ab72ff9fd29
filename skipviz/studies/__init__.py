"""Studies: sweeps over depth, width, activation, init, norm, skips, learning rate and seeds.

    from skipviz import studies
    study = studies.Study(depth=(4, 8, 16), pattern=("none", "residual 2"), seeds=3)
    with studies.Store("results.sqlite") as store:
        studies.run_study(study, store, studies.open_workers)
        results = store.results()

torch is imported in worker processes, or when results are computed in this one (`stream`).
"""

from skipviz.studies.executors import open_workers
from skipviz.studies.live import Part, stream
from skipviz.studies.patterns import Pattern
from skipviz.studies.ready import READY
from skipviz.studies.results import QUANTITY_LABELS, Result
from skipviz.studies.runner import Progress, run_study, seconds_needed
from skipviz.studies.store import Store
from skipviz.studies.study import FACTORS, OF_GRADIENT, QUANTITIES, Quantity, Study, StudyError
from skipviz.studies.summary import Cell, Table, others, table, to_csv
from skipviz.studies.trials import Trial, trials

__all__ = [
    "FACTORS",
    "OF_GRADIENT",
    "QUANTITIES",
    "QUANTITY_LABELS",
    "READY",
    "Cell",
    "Part",
    "Pattern",
    "Progress",
    "Quantity",
    "Result",
    "Store",
    "Study",
    "StudyError",
    "Table",
    "Trial",
    "open_workers",
    "others",
    "run_study",
    "seconds_needed",
    "stream",
    "table",
    "to_csv",
    "trials",
]
