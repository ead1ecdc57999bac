"""Takes ten training steps of a U-Net with separable convolutions in PyTorch, and writes separable_steps.json and
separable_steps.safetensors.

usage: python separable_steps.py   (pip install torch==2.15.0 safetensors)

The same steps as those of train_steps: Adam, the Dice loss of the whole batch with 1 added above and below.
"""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

here = Path(__file__).parent
features, learning_rate, steps = [4, 6, 8], 1e-3, 10


class Separable(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1)

    def forward(self, image):
        return self.pointwise(self.depthwise(image))


class Block(nn.Module):
    def __init__(self, inputs, outputs, first=False):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1) if first else Separable(inputs, outputs)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = Separable(outputs, outputs)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, image):
        image = torch.relu(self.bn1(self.conv1(image)))
        return torch.relu(self.bn2(self.conv2(image)))


class UNet(nn.Module):
    """The reference method's list of layers: blocks with poolings between them, then ups and blocks, then the head."""

    def __init__(self):
        super().__init__()
        self.depth = len(features)
        layers = [Block(3, features[0], first=True)]
        for above, here in zip(features, features[1:]):
            layers += [nn.MaxPool2d(2), Block(above, here)]
        for here, above in zip(features[:0:-1], features[-2::-1]):
            layers += [nn.ConvTranspose2d(here, above, 2, 2, bias=False), Block(2 * above, above)]
        self.layers = nn.ModuleList([*layers, nn.Conv2d(features[0], 1, 1)])

    def forward(self, image):
        skips = []
        for index, layer in enumerate(self.layers):
            if isinstance(layer, nn.MaxPool2d):
                skips.append(image)
            image = layer(image)
            if isinstance(layer, nn.ConvTranspose2d):
                image = torch.cat([image, skips.pop()], 1)
        return torch.sigmoid(image)


def dice_loss(probability, mask):
    both = (probability * mask).sum()
    return 1 - (2 * both + 1) / (probability.sum() + mask.sum() + 1)


torch.manual_seed(1)
network = UNet()
image = torch.rand(2, 3, 24, 16)
mask = (torch.nn.functional.avg_pool2d(image[:, :1], 5, 1, 2) > 0.52).float()
tensors = {"batch.image": image, "batch.mask": mask}


def keep(prefix, named):
    for name, tensor in named:
        if tensor.dtype == torch.float32:
            tensors[prefix + name] = tensor.detach().clone().contiguous()


keep("start.", network.state_dict().items())
optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
losses = []
for step in range(steps):
    optimizer.zero_grad()
    loss = dice_loss(network(image), mask)
    loss.backward()
    if step == 0:
        keep("grad0.", ((name, parameter.grad) for name, parameter in network.named_parameters()))
    losses.append(loss.item())
    optimizer.step()
keep("end.", ((name, value) for name, value in network.state_dict().items() if name.endswith("running_var")))
save_file(tensors, here / "separable_steps.safetensors")
model = {"in_channels": 3, "out_channels": 1, "n_features": features, "depth": len(features), "separable": True}
described = {"model": model, "optimizer": f"Adam lr={learning_rate}", "losses": losses}
(here / "separable_steps.json").write_text(json.dumps(described, indent=1) + "\n")
