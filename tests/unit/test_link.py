"""Links: the same network and settings come back; whatever else is sent is refused in words."""

import base64
import json
import random
import string
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import link, presets
from skipviz.language import again
from skipviz.network import Network
from skipviz.settings import Settings
from tests.chinese import chinese, english_in

PAIRS = [(p, q) for p in range(100) for q in range(p + 1, 101)]
SCATTERED = Network.mlp(100, 8, skips=tuple(random.Random(0).sample(PAIRS, 2000)))
REPEATED = Network.of(
    layers=[{"kind": "dense", "width": 64}] * 10_000
)  # a short token, of more text than is read


def token_of(text: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text)).decode().rstrip("=")


def attempt(token: str) -> object:
    """What the token holds, or the words of its refusal."""
    try:
        return link.decode(token)
    except link.LinkError as error:
        return str(error)


def content(**changes: Any) -> bytes:
    shared = {"v": 1, "network": {"layers": [{"kind": "dense", "width": 3}]}}
    return json.dumps(shared | changes).encode()


def test_network_and_settings_come_back() -> None:
    settings = Settings(seed=7, steps=50, learning_rate=0.1)
    net = presets.load("feedback")
    assert link.decode(link.encode(net, settings)) == (net, settings)


def test_a_link_made_before_the_smallest_tier_was_called_minimal_opens() -> None:
    token = (
        "eNqdjjEOwjAUQ-_iOQtiAP2roA6BWCVKlVT5HyoU5e4NbKxd_WzrNbwhJ4dM20pNkIbFf1gVcmtIMQcIArMSDlsM9oRc"
        "uzuEJgdNcf279iGMipZXffAnYr7ONMi5T30AmsU869dLybG4OKy13DkiLPQZve9j0T-i"
    )
    network = Network.mlp(3, 8, skips=((1, 3),))
    assert link.decode(token) == (network, Settings(probes="minimal", seed=7))
    old = {"probes": "lean"}
    assert Settings.model_validate_json(json.dumps(old)).probes == "minimal"


OLD_TOKENS = {
    "feedback": (
        "eNq1j0sOwjAQQ-_idYRKuyJXQQhF7dCkn0mVTFuhKncnQSzgAGxtz_P4wAZ9VmCS3YcR-sBknhQi9PXA6LiD"
        "RkccCQq768RCN3VSf_BuCnF0y0_zEvxArTjPOTp4x2-NTJY285GjX0NLGaEgJvQk0LWCYydlTWwtzdmFD2J9"
        "79lM-aY3BVWdLqnUdvQw6ySx5L_QOvPYImWum-kehcpzTZXSCxgWZio"
    ),
    "two_branch": (
        "eNp1jTEOwjAQBP-y9RWAEMV9BaUwySkcjuzockkUWf47Fh1I1DM7W7CBz4QkvmeL4IIpHGIL-F4QNQ1gDJIW"
        "AWHXwZ_g25UQetctuObUuDbB1Q9U-r-pHWGJOn-VZ8sv6T-ZRvNqvYBPBA82ioMvP08m09rMh4aWcVuldrW-"
        "Ad_vQWQ"
    ),
}


@pytest.mark.parametrize("name", OLD_TOKENS)
def test_tokens_of_chains_are_what_they_were_before_layers_could_read_other_states(
    name: str,
) -> None:
    assert link.encode(presets.load(name)) == OLD_TOKENS[name]
    assert link.decode(OLD_TOKENS[name])[0] == presets.load(name)


@pytest.mark.parametrize(
    ("network", "refusal"), [(SCATTERED, "longer than 8192"), (REPEATED, "more than 262144")]
)
def test_a_token_that_could_not_be_read_again_does_not_fit(network: Network, refusal: str) -> None:
    token = link.encode(network)
    with pytest.raises(link.LinkError, match=refusal):
        link.decode(token)
    assert not link.fits(token)


def test_the_token_of_every_preset_fits() -> None:
    tokens = [link.encode(presets.load(name)) for name in presets.names()]
    assert all(map(link.fits, tokens))


def test_the_same_content_gives_the_same_readable_token() -> None:
    net = presets.load("default")
    token = link.encode(net)
    assert token == link.encode(Network.from_json(net.to_json()))
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    packed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert json.loads(zlib.decompress(packed))["v"] == link.VERSION


def test_why_a_link_is_refused_is_said_again_in_chinese() -> None:
    with pytest.raises(link.LinkError) as caught:
        link.decode(token_of(content(network={"layers": []})))
    with chinese():
        assert english_in(again(caught.value.args[0])) == []


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("!!!", "damaged"),
        ("é", "damaged"),
        ("AAAA", "damaged"),
        ("A" * 10_000, "longer than 8192"),
        (token_of(b" " * 300_000), "more than 262144"),
        (token_of(content())[:-9], "cut off|damaged"),
        (token_of(content(v=99)), "version 99"),
        (token_of(content(network={"layers": []})), "needs at least one layer"),
        (token_of(b"\xff\xfe"), "no sound network"),
        (token_of(b"[" * 200_000), "no sound network"),
    ],
)
def test_a_token_that_cannot_be_read_is_refused_with_the_reason(token: str, message: str) -> None:
    with pytest.raises(link.LinkError, match=message):
        link.decode(token)


@given(st.text(max_size=60) | st.binary(max_size=60).map(token_of))
def test_any_text_is_read_or_refused(token: str) -> None:
    assert attempt(token)


@given(st.integers(0, 200), st.sampled_from(string.ascii_letters))
def test_a_token_with_one_character_changed_is_read_or_refused(place: int, new: str) -> None:
    token = link.encode(presets.load("feedback"))
    place %= len(token)
    assert attempt(token[:place] + new + token[place + 1 :])
