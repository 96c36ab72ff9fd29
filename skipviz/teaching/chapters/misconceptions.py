"""Chapter 13: sentences one reads, and what is true."""

from skipviz.language import N_
from skipviz.measures.requests import FormulaChecks, PathChecks, SizeChecks, TrainingChecks
from skipviz.teaching.chapter import Chapter, Section

_TRAINING = N_("""
1. **“Skips were invented to fix vanishing gradients.”** They fixed [[degradation]]: a higher
   training loss in networks whose gradients had healthy norms.
   [Chapter 9](?chapter=degradation), [experiment 3](experiments?e=g3).
2. **“Degradation is overfitting.”** No: the training loss is worse too.
   [Chapter 9](?chapter=degradation), [experiment 4](experiments?e=g4).
3. **“Residual networks have gradients that shatter like $1/\\sqrt L$.”** That is theory for batch
   norm or scaled branches; with neither it does not hold. With the batch norm that networks have
   the gradients shatter faster, as measured here. [Experiment 10](experiments?e=g10).
4. **“Gradients that are zero at first mean a dead network.”** In [[ReZero]] the scales learn
   first, and the branches follow. [Experiment 12](experiments?e=g12).
""")

_SIZES = N_("""
5. **“In a deep network the deep layers get no gradient.”** It is the other end that starves. The
   gradient comes from the loss, so the layers next to the readout get it first, and those next to
   the input get what is left. [Chapter 2](?chapter=vanishing), [experiment 1](experiments?e=g1).
6. **“Skips solve exploding gradients.”** They can make them: identity skips around ReLU branches
   with [[He initialisation]] multiply the gradient by $\\sqrt 2$ per block, where the chain alone
   keeps it. Against the growth in entry 7 they help. [Chapter 2](?chapter=vanishing),
   [experiment 12](experiments?e=g12).
7. **“Batch norm keeps gradients in order at any depth.”** In dense ReLU layers without skips they
   grow by 1.21 per layer. [Chapter 9](?chapter=degradation), [experiment 4](experiments?e=g4).
8. **“More gradient is better.”** A growth of $2^{L/2}$ is a failure; what helps are factors that
   stay near one. [Chapter 2](?chapter=vanishing), [experiment 12](experiments?e=g12).
9. **“A printed 0 is zero.”** In float32 it may be underflow; charts here mark exact zeros, and the
   experiments measure gradients of first weights in float64. [Experiment 2](experiments?e=g2).
""")

_FORMULAS = N_("""
10. **“The derivative is at least 1.”** The 1 is a matrix, and $J$ can cancel it.
    [Chapter 4](?chapter=identity), [experiment 14](experiments?e=g14).
11. **“Equation 5 of He and others (2016) holds for ResNet-50.”** Its
    $\\partial L/\\partial x_m\\,(I + \\dots)$ fails at projections and at ReLUs after sums.
    [Chapter 4](?chapter=identity), [experiment 2](experiments?e=g2).
12. **“A skip leaves the gradients of later layers unchanged.”** Only if it carries the gradient
    alone, or all that follows is linear. [Chapter 3](?chapter=forward),
    [experiment 14](experiments?e=g14).
13. **“A skip adds to the norm of the gradient.”** The norm grows exactly where
    $R > -\\tfrac12$. [Chapter 3](?chapter=forward), [experiment 14](experiments?e=g14).
14. **“$\\partial L/\\partial h$ or $\\partial L/\\partial W$, it is the same.”** One may stay while
    the other changes. [Chapter 3](?chapter=forward), [experiment 14](experiments?e=g14).
15. **“A projection shortcut is an identity.”** It has a matrix, and products of matrices can
    vanish. [Chapter 7](?chapter=projection), [experiment 5](experiments?e=g5).
16. **“A backward skip helps the gradient to reach early layers.”** Within one pass it hands on
    none; over time it is a loop. [Chapter 8](?chapter=feedback),
    [experiment 15](experiments?e=g15).
""")

_FAMILY = N_("""
17. **“Residual networks are ensembles.”** They behave *like* ensembles when a block is deleted;
    their [[path|paths]] share weights, and the gradients of paths partly cancel.
    [Experiment 9](experiments?e=g9), [experiment 8](experiments?e=g8).
18. **“The paths that matter have length 5 to 17.”** That was measured in one trained network; only
    the binomial distribution of lengths is arithmetic. [Experiment 7](experiments?e=g7).
19. **“Highway is ResNet with gates, so it is better.”** A gate near one half closes the way:
    $2^{-L}$. [Chapter 6](?chapter=architectures), [experiment 6](experiments?e=g6).
20. **“U-Net and DenseNet skips are residual.”** They [[concat|concatenate]]: no identity through
    the reader, and the state grows. [Chapter 6](?chapter=architectures).
21. **“Norm before the block is always better than after it.”** The state of pre-norm transformers
    grows with depth, and late blocks count for less. [Experiment 13](experiments?e=g13).
""")

CHAPTER = Chapter(
    "misconceptions",
    N_("Twenty-one misconceptions"),
    N_("Sentences that are often written, what is true instead, and where to see it."),
    (
        Section(
            "trainability",
            N_("On depth and training"),
            _TRAINING,
            TrainingChecks(),
        ),
        Section(
            "sizes",
            N_("On the size of gradients"),
            _SIZES,
            SizeChecks(),
        ),
        Section(
            "formulas",
            N_("On the formulas"),
            _FORMULAS,
            FormulaChecks(),
        ),
        Section(
            "family",
            N_("On the relatives"),
            _FAMILY,
            PathChecks(),
        ),
    ),
)
