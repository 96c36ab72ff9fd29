"""What measures each request of Learn: each imports the module it needs, and no other."""

from collections.abc import Iterator
from typing import assert_never

from skipviz.measures import requests as of
from skipviz.measures.results import Result


def measured(request: of.Measurement) -> Iterator[Result]:
    """Results that say more and more; the last is complete."""
    if isinstance(request, of.OfFirstWeights):
        return _first_weights(request)
    if isinstance(request, of.OfSkipAtHand):
        return _skip_at_hand(request)
    if isinstance(request, of.OfTraining):
        return _training(request)
    if isinstance(request, of.OfClaim):
        return _claims(request)
    if isinstance(request, of.OfFeedback):
        return _feedback(request)
    if isinstance(request, of.OfShapesAndCost):
        return _cost(request)
    return _checks(request)


def _first_weights(request: of.OfFirstWeights) -> Iterator[Result]:
    match request:
        case of.StartGradients():
            from skipviz.engine.measures import start

            return start.gradients(request.cases, batch=request.batch)
        case of.GradientAsSum():
            from skipviz.engine.measures import as_a_sum

            return as_a_sum.equation(request.cases)
        case of.GradientShares():
            from skipviz.engine.measures import splits

            return splits.shares(request.network, request.data)
        case of.CancellingBranch():
            from skipviz.engine.measures import splits

            return splits.cancelling()
        case of.SkipCriterion():
            from skipviz.engine.measures import many_networks

            return many_networks.criterion()
        case of.SkipAndWeights():
            from skipviz.engine.measures import many_networks

            return many_networks.weights()
        case _:
            assert_never(request)


def _skip_at_hand(request: of.OfSkipAtHand) -> Iterator[Result]:
    at_hand = request.network, request.data, request.seed, request.ends
    match request:
        case of.SkipForward():
            from skipviz.engine.measures import forward_skip

            return forward_skip.forward(*at_hand)
        case of.SkipBackward():
            from skipviz.engine.measures import forward_skip

            return forward_skip.gradient(*at_hand)
        case of.SkipAgainstNone():
            from skipviz.engine.measures import forward_skip

            return forward_skip.against_plain(*at_hand)
        case of.SkipAngles():
            from skipviz.engine.measures import splits

            return splits.angles(*at_hand)
        case _:
            assert_never(request)


def _training(request: of.OfTraining) -> Iterator[Result]:
    match request:
        case of.TrainingLosses():
            from skipviz.engine.measures import trainings

            return trainings.losses(request.cases, request.settings)
        case of.LossesByRate():
            from skipviz.engine.measures import rates

            return rates.final_losses(request.cases, request.settings, request.rates)
        case of.IdentityTask():
            from skipviz.engine.measures import identity_task

            return identity_task.losses(request.blocks, request.ways)
        case of.BranchSizes():
            from skipviz.engine.measures import residual

            return residual.sizes(request.network, request.settings)
        case _:
            assert_never(request)


def _claims(request: of.OfClaim) -> Iterator[Result]:
    match request:
        case of.StepsToLoss():
            from skipviz.engine.measures import claims

            return claims.speed(request.pairs, request.settings, request.target)
        case of.GeneralisationGap():
            from skipviz.engine.measures import claims

            return claims.generalisation(request.pairs, request.settings)
        case of.UpdateSmoothness():
            from skipviz.engine.measures import claims

            return claims.smoothness(request.network, request.settings)
        case of.LinearProbes():
            from skipviz.engine.measures import information

            return information.linear_probes(request.network, request.settings)
        case of.LossBasins():
            from skipviz.engine.measures import basins

            return basins.basins(request.network, request.settings)
        case _:
            assert_never(request)


def _feedback(request: of.OfFeedback) -> Iterator[Result]:
    match request:
        case of.LossAfterSteps():
            from skipviz.engine.measures import feedback

            return feedback.after()
        case of.GradientOverTime():
            from skipviz.engine.measures import feedback

            return feedback.heat(request.network)
        case of.FeedbackGains():
            from skipviz.engine.measures import feedback

            return feedback.gains(request.values)
        case of.FixedPoint():
            from skipviz.engine.measures import fixed_point

            return fixed_point.implicit()
        case _:
            assert_never(request)


def _cost(request: of.OfShapesAndCost) -> Iterator[Result]:
    match request:
        case of.ShapeFixes():
            from skipviz.engine.measures import fit

            return fit.fixed(request.network, request.input_shape, request.outputs)
        case of.SkipCost():
            from skipviz.engine.measures import fit

            return fit.counted(request.network, request.input_shape, request.outputs)
        case of.CountedCost():
            from skipviz.engine.measures import cost

            return cost.counted(request.cases)
        case of.StepTimes():
            from skipviz.engine.measures import cost

            return cost.timed(request.cases, request.settings)
        case of.PublishedSizes():
            from skipviz.engine.measures import published

            return published.sizes(request.names)
        case _:
            assert_never(request)


def _checks(request: of.OfMisconception) -> Iterator[Result]:
    match request:
        case of.TrainingChecks():
            from skipviz.engine.measures import checks

            return checks.training()
        case of.SizeChecks():
            from skipviz.engine.measures import checks

            return checks.sizes()
        case of.FormulaChecks():
            from skipviz.engine.measures import checks

            return checks.formulas()
        case of.PathChecks():
            from skipviz.engine.measures import checks

            return checks.paths()
        case _:
            assert_never(request)
