"""What attention over depth does with the states that it reads, written out."""

from skipviz.export.formulas.symbols import bold, indexed


def mixture_line(k: int) -> str:
    """mix_k of states that stand side by side."""
    name, query = indexed(r"\operatorname{mix}", k), indexed(bold("q"), k)
    size = r"\sqrt{\overline{\bm{r}_e^2} + 10^{-5}}"
    return (
        rf"{name}\left(\left[\bm{{r}}_1, \bm{{r}}_2, \dots\right]\right) &= "
        r"\sum_e \alpha_e \bm{r}_e, \quad "
        rf"\alpha_e = \operatorname{{softmax}}_e \left({query}^{{\top}} \bm{{r}}_e / {size}\right)"
    )
