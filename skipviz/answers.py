"""What answers each request. Nothing is imported for it but what it needs, and that in a worker.

mypy holds the fields of a request to the function that is called, and what this yields to what
the request says; tests/unit/test_answers.py holds that no request is left out.
"""

from collections.abc import Iterator
from typing import assert_never

from skipviz.data.files.reading import ReadFile
from skipviz.experiments.running import ExperimentRun
from skipviz.landscape.requests import LossSlice
from skipviz.lesion.requests import ChosenLesion, LesionStudy
from skipviz.measures.requests import Measurement
from skipviz.paths.requests import GradientByLength
from skipviz.request import Answer, Request
from skipviz.runs.requests import Training, UnitsOfLayer
from skipviz.studies.live import StudyRun
from skipviz.theory.curves import Theory

OfNetwork = Training | UnitsOfLayer | GradientByLength | LesionStudy | ChosenLesion | LossSlice
Answered = OfNetwork | Measurement | ExperimentRun | StudyRun | Theory | ReadFile


def answer(request: Answered) -> Iterator[object]:
    """What is computed, as it comes."""
    match request:
        case ExperimentRun():
            from skipviz.engine.experiments.running import run

            return _fits(request, run(request.experiment, request.controls, request.thin))
        case StudyRun():
            from skipviz.studies.live import live

            return _fits(request, live(request.study, request.limits))
        case Theory():
            from skipviz.theory.curves import curves

            of = request
            return _fits(of, curves(of.network, of.input_shape, of.outputs, of.arms))
        case ReadFile():
            from skipviz.data.files.doors import read_file

            return _fits(request, read_file(request))
    if isinstance(request, OfNetwork):
        return _of_network(request)
    from skipviz.engine.measures.answers import measured

    return measured(request)


def _of_network(request: OfNetwork) -> Iterator[object]:
    network, settings, own = request.network, request.settings, request.own
    match request:
        case Training():
            from skipviz.engine.training.trainer import Trainer

            return _fits(request, Trainer(network, settings, own))
        case UnitsOfLayer():
            from skipviz.engine.training.units import unit_maps

            place = request.arm, request.layer, request.step
            return _fits(request, unit_maps(network, settings, *place, own))
        case GradientByLength():
            from skipviz.engine.paths.gradient import path_gradients

            return _fits(request, path_gradients(network, settings, own, request.train))
        case LesionStudy():
            from skipviz.engine.lesion.study import lesion_study

            return _fits(request, lesion_study(network, settings, own))
        case ChosenLesion():
            from skipviz.engine.lesion.study import chosen_lesion

            cut = request.found, request.cut
            return _fits(request, chosen_lesion(network, settings, *cut, own))
        case LossSlice():
            from skipviz.engine.landscape.slices import loss_slice

            return _fits(request, loss_slice(
                network, settings, own,
                points=request.points, radius=request.radius, directions=request.directions,
            ))  # fmt: skip
        case _:
            assert_never(request)


def _fits(_: Request[Answer], found: Iterator[Answer]) -> Iterator[Answer]:
    """`found`, of the type that the request says it is answered with."""
    return found
