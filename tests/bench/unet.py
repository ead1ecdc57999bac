"""The reference method's network in PyTorch."""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, features):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, features, 3, padding=1), nn.BatchNorm2d(features)
        self.conv2, self.bn2 = nn.Conv2d(features, features, 3, padding=1), nn.BatchNorm2d(features)

    def forward(self, x):
        x = torch.relu_(self.bn1(self.conv1(x)))
        return torch.relu_(self.bn2(self.conv2(x)))


class UNet(nn.Module):
    def __init__(self, features, depth):
        super().__init__()
        self.encoder = nn.ModuleList(Block(features if level else 3, features) for level in range(depth))
        self.up = nn.ModuleList(nn.ConvTranspose2d(features, features, 2, 2, bias=False) for _ in range(depth - 1))
        self.decoder = nn.ModuleList(Block(2 * features, features) for _ in range(depth - 1))
        self.head = nn.Conv2d(features, 1, 1)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.encoder):
            if level:
                skips.append(x)
                x = nn.functional.max_pool2d(x, 2)
            x = block(x)
        for up, block in zip(self.up, self.decoder):
            x = block(torch.cat([up(x), skips.pop()], 1))
        return self.head(x)
