"""What scores and losses are held against, and what is not said of them."""

import pytest

from tests.unit.training.made_runs import FLAT, run_of, text_of


@pytest.mark.parametrize(("start", "said"), [("1378", True), ("10.74", True), ("2.30", False)])
def test_a_loss_that_falls_to_that_of_guessing_is_told_with_it(start, said):
    text = text_of(run_of([FLAT], losses=((float(start), 2.3),)))
    assert f"the training loss goes from {start} to 2.30" in text
    assert ("it hardly learns" in text, "to 2.30; guessing has 2.30." in text) == (True, said)
