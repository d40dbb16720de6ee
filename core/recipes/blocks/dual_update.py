"""The networks of learned primal-dual on sinograms."""

import torch
from torch import nn


class DualUpdate(nn.Module):
    """Three convolutions on sinograms: what the dual channels change by."""

    def __init__(self):
        super().__init__()
        first = nn.Conv2d(6, 24, 3, padding=1)
        second = nn.Conv2d(24, 24, 3, padding=1)
        third = nn.Conv2d(24, 4, 3, padding=1)
        self.layers = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), third)

    def forward(self, dual, projected, data):
        return self.layers(torch.cat([dual, projected, data], dim=1))
