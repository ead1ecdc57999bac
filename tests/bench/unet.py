"""The reference method's network in PyTorch; each level may have its own number of features."""
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
    def __init__(self, features):
        super().__init__()
        self.encoder = nn.ModuleList(map(Block, [3, *features], features))
        steps = list(zip(features[:0:-1], features[-2::-1]))  # (from, to), lowest resolution first
        self.up = nn.ModuleList(nn.ConvTranspose2d(below, above, 2, 2, bias=False) for below, above in steps)
        self.decoder = nn.ModuleList(Block(2 * above, above) for _, above in steps)
        self.head = nn.Conv2d(features[0], 1, 1)

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
