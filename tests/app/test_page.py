"""The main page: forms, buttons, links, messages."""

import json

from streamlit.testing.v1 import AppTest

from skipviz import link, presets
from skipviz.language import speaking
from skipviz.network import Network
from skipviz.network.whole import change_width
from skipviz.settings import Settings
from skipviz.ui.playground.export_panel import _read
from skipviz.ui.playground.inspector import select
from skipviz.ui.playground.results import _page_depends_on
from skipviz.ui.session import shared
from skipviz.ui.session.spoken import choose
from tests.app.helpers import bring, button, component, opened, ran, session


def test_the_page_opens_with_the_default_network_and_its_initial_gradient() -> None:
    page = opened()
    assert session(page).network == presets.load("default")
    preview = session(page).preview
    assert preview is not None
    assert preview.wait_until_ended(60)
    ran(page)
    assert any("starved</span>: they get less than" in each.body for each in page.get("html"))
    sent = component(page, "editor")
    assert len(sent["layers"]) == 40
    assert len(sent["skips"]) == 19
    assert [arm["name"] for arm in sent["gradients"]["arms"]] == ["skip", "plain"]


def test_a_link_gives_the_same_network_and_settings() -> None:
    network = presets.load("default").add_skip(2, 30).remove_skip(1, 3)
    settings = Settings(seed=7, steps=50, learning_rate=0.003, arms=("skip", "forward_only"))
    page = opened(link.encode(network, settings))
    assert session(page).network == network
    assert session(page).settings == settings


def test_every_change_is_in_the_address_at_once() -> None:
    page = opened()
    button(page, "Add skip").click()
    ran(page)
    network, _ = link.decode("".join(page.query_params["n"]))
    assert network == session(page).network
    assert len(network.skips) == 20


def test_a_damaged_link_says_so_and_opens_the_default(toasts: list[str]) -> None:
    page = opened("rubbish")
    assert toasts == ["The link is damaged; ask for it again."]
    assert session(page).network == presets.load("default")


def trained(steps: int) -> AppTest:
    """The page after a run that has ended, as it was drawn while the run went on."""
    page = opened(link.encode(presets.load("forward_skip"), Settings(steps=steps)))
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    return page


def test_train_measures_both_arms_and_ends() -> None:
    page = trained(steps=5)
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.state == "finished"
    assert job.run.steps == 6
    assert button(page, "Train")


def test_a_network_that_does_not_fit_cannot_be_trained_and_says_why() -> None:
    page = opened(link.encode(presets.load("default").change_layer(3, width=32), Settings()))
    assert button(page, "Train").disabled
    drawn = component(page, "editor")
    assert [problem["skip"] for problem in drawn["problems"]] == [[1, 3], [3, 5]]
    assert (drawn["gradients"], drawn["awaited"]) == (None, False)  # no colours of another drawing


def test_undo_and_redo_buttons() -> None:
    page = opened()
    button(page, "Remove skip").click()
    ran(page)
    assert len(session(page).network.skips) == 18
    page.button(key="undo").click()
    ran(page)
    assert len(session(page).network.skips) == 19
    page.button(key="redo").click()
    ran(page)
    assert len(session(page).network.skips) == 18


def test_a_file_that_holds_no_network_changes_nothing_and_says_why() -> None:
    page = opened()
    for content, reason in (
        (b"\xff\xfe\x00", "no text"),
        (b'{"layers": []}', "at least one layer"),
        (b"[" * 100_000, "JSON"),
    ):
        before = session(page).network
        _read(session(page), content)
        assert session(page).network == before
        assert reason in session(page).notices.pop()


def test_a_network_comes_back_from_its_file() -> None:
    page = opened()
    network = presets.load("forward_skip").add_skip(1, 9, kind="gated")
    _read(session(page), network.to_json().encode())
    assert session(page).network == network


def test_own_data_are_taken_trained_on_and_kept_out_of_links(toasts: list[str]) -> None:
    page = opened(link.encode(Network.mlp(3, 8), Settings()))
    rows = "\n".join(f"{i % 7},{i % 5},{'even' if i % 2 else 'odd'}" for i in range(60))
    bring(page, "mine.csv", b"a,b,label\n" + rows.encode())
    assert session(page).about.title == "mine.csv"
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    assert job.state == "finished", job.error
    other = opened("".join(page.query_params["n"]))
    assert session(other).settings.data == "digits"
    assert "load the file" in toasts[-1]

    before = next(each.id for each in page.selectbox if each.label == "Data")
    bring(page, "another.csv", b"a,b,label\n" + rows.encode())
    box = next(each for each in page.selectbox if each.label == "Data")
    assert (box.value, box.options[-1]) == ("own", "another.csv")
    assert box.id != before  # the browser would go on showing the title it chose


def test_faulty_data_are_refused_with_row_and_column() -> None:
    page = opened()
    bring(page, "mine.csv", b"a,b\n" + b"1,x\n" * 5 + b"oops,y\n" + b"2,x\n" * 9)
    assert session(page).own is None
    assert "Row 7, column 'a': 'oops' is not a finite number." in page.error[0].value


def test_a_link_with_unknown_data_opens_on_digits_and_says_so(toasts: list[str]) -> None:
    page = opened(link.encode(presets.load("default"), Settings(data="moonshine")))
    assert session(page).settings.data == "digits"
    assert "moonshine" in toasts[0]


def test_layers_are_duplicated_moved_copied_and_pasted_without_dragging() -> None:
    page = opened(link.encode(presets.load("forward_skip"), Settings()))

    def ranged(first: int, last: int) -> None:
        for label, value in (("From layer", first), ("To layer", last)):
            next(each for each in page.number_input if each.label == label).set_value(value)
            ran(page)

    def press(label: str) -> Network:
        button(page, label).click()
        ran(page)
        return session(page).network

    ranged(3, 7)
    assert [skip.ends for skip in press("Duplicate layers").skips] == [(3, 7), (8, 12)]
    assert press("Move layers towards the readout").skips[0].ends == (4, 8)
    press("Copy layers")
    assert press("Paste layers after").depth == 20
    assert press("Remove layers").depth == 15
    for _ in range(4):
        page.button(key="undo").click()
        ran(page)
    assert session(page).network == presets.load("forward_skip")


def test_a_preset_brings_its_learning_rate_unless_one_was_chosen_by_hand() -> None:
    page = opened(link.encode(presets.load("default"), Settings(steps=1)))
    _pick(page, "highway")
    assert session(page).settings.learning_rate == presets.info("highway").learning_rate
    session(page).draw(presets.load("highway").add_skip(2, 30))  # the rate is still that preset's
    ran(page)
    _pick(page, "plain")
    assert session(page).settings.learning_rate == Settings().learning_rate
    session(page).settings = Settings(steps=1, learning_rate=0.3)
    _pick(page, "highway")
    assert session(page).settings.learning_rate == 0.3


def test_values_beyond_the_usual_range_are_shown_as_they_are_and_stay() -> None:
    brought = Settings(
        steps=0, batch_size=2000, momentum=0.9995, evaluate_every=5000, snapshot_every=5000
    )
    network = change_width(presets.load("forward_skip"), 70_000)
    network = network.change_skip(3, 7, dropout=0.99995)
    page = opened(link.encode(network, brought))
    select(session(page), {"skip": [3, 7]})
    ran(page)
    assert session(page).settings == brought
    assert session(page).network == network
    shown = {field.label: field.value for field in page.number_input}
    assert shown["Width"] == 70_000  # more than the server allows, which is said
    assert shown["Batch size"] == 2000
    assert shown["Steps"] == 0
    assert shown["Momentum"] == 0.9995
    assert shown["Dropout"] == 0.99995


def test_after_reset_the_initial_weights_of_the_drawing_are_shown() -> None:
    page = trained(steps=1)
    session(page).draw(presets.load("plain"))
    ran(page)
    assert [arm["label"] for arm in component(page, "editor")["arms"]] == ["this network"]
    before = _page_depends_on(session(page), shared.pool())
    session(page).discard()
    assert _page_depends_on(session(page), shared.pool()) != before  # the whole page follows


def notes(page: AppTest) -> str:
    return " ".join(each.value for each in page.info)


def test_what_is_drawn_after_a_run_is_measured_at_once_beside_its_ghost() -> None:
    page = trained(steps=6)
    run = session(page).trained
    assert run is not None
    assert session(page).shown is not None
    assert session(page).ghost is None
    session(page).draw(run.network.add_skip(1, 9))
    ran(page)
    measured = session(page).preview
    assert measured is not None
    assert measured.wait_until_ended(60)
    ran(page)
    shown, ghost = session(page).shown, session(page).ghost
    assert shown is not None
    assert ghost is not None
    assert (shown.network, shown.steps) == (session(page).network, 1)
    assert (ghost.network, ghost.steps) == (run.network, 7)
    traces = json.loads(component(page, "live_charts")["charts"][0]["figure"])["data"]
    named = {trace.get("name") for trace in traces}
    assert {"skip", "plain", "before skip", "before plain"} <= named
    assert component(page, "editor")["gradients"] is not None
    assert "the run of before, at step 6" in notes(page)
    choose(session(page).address, "zh")
    ran(page)
    chinese = json.loads(component(page, "live_charts")["charts"][0]["figure"])
    beside = " ".join(each["text"] for each in chinese["layout"]["annotations"])
    assert "之前" in beside
    assert "before" not in beside
    choose(session(page).address, "en")
    with speaking("zh"):  # AppTest names the options that were drawn last
        ran(page)

    button(page, "Undo").click()
    ran(page)
    shown = session(page).shown
    assert shown is not None
    assert shown.steps == 7  # the run is of this very drawing
    assert session(page).ghost is None

    session(page).draw(run.network.change_layer(3, width=16))
    ran(page)
    assert session(page).problems
    assert notes(page) == ""  # nothing is shown of what does not fit, and it cannot be trained


def test_an_arm_of_ones_own_is_added_compared_and_removed() -> None:
    page = opened(link.encode(presets.load("forward_skip"), Settings(steps=2)))
    button(page, "Add this arm").click()
    ran(page)
    assert session(page).settings.arms == ("skip", "plain", "half")
    compare = next(each for each in page.button_group if "half" in each.options)
    assert "half" in compare.value
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    assert job.run.arms == ("skip", "plain", "half")
    next(each for each in page.button if each.key == "remove_arm_half").click()
    ran(page)
    assert session(page).settings.own_arms == ()
    assert session(page).settings.arms == ("skip", "plain")


def test_settings_of_the_training_alone_leave_the_run_in_the_charts() -> None:
    page = trained(steps=6)
    session(page).settings = session(page).settings.model_copy(update={"momentum": 0.5})
    ran(page)
    assert session(page).ghost is None
    assert "settings changed since this run" in notes(page)
    session(page).settings = session(page).settings.model_copy(update={"seed": 5})
    ran(page)
    assert session(page).ghost is not None


def test_rounding_that_decides_a_run_is_said_before_it_is_trained() -> None:
    """Pixels of digits that do not change within the first batch, in front of batch norm."""
    network = Network.mlp(3, 16, "relu").change_layer(1, norm="batch", order="pre")
    for drawn, said in ((network, 1), (network.change_layer(1, order="post"), 0)):
        page = opened(link.encode(drawn, Settings(seed=0)))
        preview = session(page).preview
        assert preview is not None
        assert preview.wait_until_ended(60)
        ran(page)
        notes = [each.value for each in page.info if "rounding" in each.value]
        assert len(notes) == said
        assert all(n.startswith("Layer 1: 8 of the 64 channels that batch norm") for n in notes)


def _pick(page: AppTest, preset: str) -> None:
    picker = next(box for box in page.selectbox if box.label == "Start from")
    picker.set_value(preset).run()
