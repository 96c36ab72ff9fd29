"""Two processes with DistributedDataParallel: every one sees its own gradient."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.multiprocessing as mp
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

import skipviz as sv
from tests.unit.own_model.zoo.sums import DataDependent


def batch_of(rank: int) -> torch.Tensor:
    return torch.randn(4, 8, generator=torch.Generator().manual_seed(rank))


def model_of_all() -> DataDependent:
    torch.manual_seed(0)
    return DataDependent()


def train(rank: int, folder: str) -> None:
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2
    )
    torch.set_num_threads(1)
    ddp = DistributedDataParallel(model_of_all())
    with sv.watch(ddp, shares_every=1) as watch:
        for arm in ("skip", "plain"):
            if arm == "plain":
                with watch.arm(arm):
                    ddp(batch_of(rank)).square().mean().backward()
            else:
                ddp(batch_of(rank)).square().mean().backward()
                averaged = [p.grad.clone().numpy() for p in ddp.parameters() if p.grad is not None]
    told: dict[str, Any] = {f"averaged{k}": each for k, each in enumerate(averaged)}
    told |= {"norms": watch.gradient_norms(), "skips": len(watch.skips), "shares": watch.shares()}
    told["notes"] = np.array(watch.notes)
    np.savez(f"{folder}/{rank}.npz", **told)
    distributed.destroy_process_group()


@pytest.mark.slow
def test_gradients_are_local_and_it_says_so(tmp_path: Path) -> None:
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    mp.spawn(train, (str(tmp_path),), nprocs=2)
    told = [dict(np.load(tmp_path / f"{rank}.npz")) for rank in range(2)]
    bare = []
    for rank, mine in enumerate(told):
        model = model_of_all()
        with sv.watch(model, shares_every=1) as watch:
            model(batch_of(rank)).square().mean().backward()
            bare.append([p.grad.clone().numpy() for p in model.parameters() if p.grad is not None])
            with watch.arm("plain"):
                model(batch_of(rank)).square().mean().backward()
        np.testing.assert_allclose(mine["norms"], watch.gradient_norms(), rtol=1e-6)
        np.testing.assert_allclose(mine["shares"], watch.shares(), rtol=1e-5)
        assert mine["skips"] == 6
        assert any("before DistributedDataParallel averages" in note for note in mine["notes"])
    for k, parts in enumerate(zip(*bare, strict=True)):
        np.testing.assert_allclose(told[0][f"averaged{k}"], np.mean(parts, axis=0), atol=1e-7)
    assert not np.allclose(told[0]["norms"], told[1]["norms"])
