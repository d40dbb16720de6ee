"""Dead channels begun anew, where ReLUs become leaky and a training goes further.

A channel behind a ReLU is dead where it is zero for every image: then its gradient is zero too, and
it stays as it is. Its weights are drawn anew, and nothing listens to it: the network still makes
the images that it made with ReLUs. Where the channel is added to one that lives, by a block that
adds what came in, it begins with weights of zero instead.

So G. Sokar, R. Agarwal, P. S. Castro and U. Evci begin dormant neurons anew, ICML 2023,
arXiv:2302.12902.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from core.networks.architectures.blocks import Double, SmallUNet, convolution


@dataclass(frozen=True)
class _Channels:
    """The channels of one activation: the output of `seen`, made by a convolution.

    `read_by` are views of the weights that listen to them, whose first axis counts them. They are
    added to the channels that the block `added_to` puts out.
    """

    seen: nn.Module
    made_by: nn.Conv2d
    read_by: tuple[Tensor, ...] = ()
    added_to: nn.Module | None = None


@torch.no_grad()
def revive(network: nn.Module, look: Callable[[], object]) -> int:
    """Begin dead channels of all U-Nets and plain stacks in a network anew; return their number.

    `look` runs the network over images, with ReLUs that do not leak: dead is what is zero for all
    of them. Channels that layers on single pixels read are left as they are.
    """
    channels = [one for part in network.modules() for one in _channels(part)]
    peaks: dict[nn.Module, Tensor] = {}

    def watch(module: nn.Module, _: object, output: Tensor) -> None:
        peak = output.amax((0, 2, 3))
        peaks[module] = torch.maximum(peak, peaks.get(module, peak))

    handles = [one.seen.register_forward_hook(watch) for one in channels]
    try:
        with _without_leak(network):
            look()
    finally:
        for handle in handles:
            handle.remove()
    dead = {module: peak <= 0 for module, peak in peaks.items()}
    for one in channels:
        _begin_anew(one, dead)
    return sum(int(dead[one.seen].sum()) for one in channels)


def _begin_anew(channels: _Channels, dead: dict[nn.Module, Tensor]) -> None:
    made_by, gone = channels.made_by, dead[channels.seen]
    for weights in channels.read_by:
        weights[gone] = 0
    fresh = convolution(made_by.in_channels, made_by.out_channels)
    made_by.weight[gone] = fresh.weight[gone].to(made_by.weight)
    if channels.added_to is not None:
        made_by.weight[gone & ~dead[channels.added_to]] = 0
    if made_by.bias is not None:
        made_by.bias[gone] = 0


def _channels(part: nn.Module) -> Iterator[_Channels]:
    if isinstance(part, SmallUNet):
        yield from _of_unet(part)
    if isinstance(part, nn.Sequential):
        layers = list(part)
        for first, active, second in zip(layers, layers[1:], layers[2:], strict=False):
            leaky = isinstance(active, nn.LeakyReLU)
            if leaky and isinstance(first, nn.Conv2d) and isinstance(second, nn.Conv2d):
                yield _Channels(first, first, (_inputs(second),))


def _of_unet(network: SmallUNet) -> Iterator[_Channels]:
    """All activations of a U-Net whose channels can be begun anew, from its entrance on."""
    merges = [cast(Double, block) for block in network.merge]
    ups = [cast(nn.ConvTranspose2d, layer).weight for layer in network.up]
    levels = [cast(nn.Sequential, level) for level in (network.enter, *network.down)]
    for number, level in enumerate(levels):
        first, block = cast(nn.Conv2d, level[0]), cast(Double, level[2])
        yield _Channels(first, first, (_inputs(block.first),), added_to=block)
        if number < len(merges):
            below = cast(nn.Conv2d, levels[number + 1][0])
            _, passed = _inputs(merges[number].first).chunk(2)
            yield from _of_block(block, _inputs(below), passed)
        else:
            yield from _of_block(block, ups[-1])
    for block, up in zip(merges[:0:-1], ups[-2::-1], strict=True):
        yield from _of_block(block, up)
    if network.fine is None:
        yield from _of_block(merges[0], _inputs(network.leave))
    else:
        yield _inner(merges[0])


def _of_block(block: Double, *read_by: Tensor) -> Iterator[_Channels]:
    yield _inner(block)
    yield _Channels(block, block.second, read_by)


def _inner(block: Double) -> _Channels:
    return _Channels(block.first, block.first, (_inputs(block.second),))


def _inputs(layer: nn.Conv2d) -> Tensor:
    """A view of the kernels of a convolution whose first axis counts what comes in."""
    return layer.weight.transpose(0, 1)


@contextmanager
def _without_leak(network: nn.Module) -> Iterator[None]:
    leaky = [part for part in network.modules() if isinstance(part, nn.LeakyReLU)]
    slopes = [part.negative_slope for part in leaky]
    try:
        for part in leaky:
            part.negative_slope = 0.0
        yield
    finally:
        for part, slope in zip(leaky, slopes, strict=True):
            part.negative_slope = slope
