"""PyTorch's side of the training benchmark: the reference method's network and loss, one step for each line read.

usage: pytorch_step.py DEVICE PRECISION BATCH SIZE FEATURES DEPTH   (DEVICE cpu or cuda; PRECISION fp32 or bf16)
Answers each line on standard input with the step's seconds, as JSON.
"""
import json
import sys
import time

import torch

from unet import UNet


def dice_loss(logits, reference):
    probability = torch.sigmoid(logits.float())
    return 1 - (2 * (probability * reference).sum() + 1) / (probability.sum() + reference.sum() + 1)


device, precision = sys.argv[1:3]
batch, size, features, depth = map(int, sys.argv[3:7])
torch.manual_seed(1)
# Tries convolutions out and keeps the fastest, for PyTorch at its best: our TensorFlow takes cuDNN's first choice.
torch.backends.cudnn.benchmark = True
network = UNet([features] * depth).to(device, memory_format=torch.channels_last)
optimizer = torch.optim.Adam(network.parameters(), 1e-4)
image = torch.rand(batch, 3, size, size, device=device).to(memory_format=torch.channels_last)
mask = (torch.rand(batch, 1, size, size, device=device) > 0.9).float()

for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
        logits = network(image)
    loss = dice_loss(logits, mask)
    loss.backward()
    optimizer.step()
    value = loss.item()
    print(json.dumps({"seconds": time.perf_counter() - start, "loss": value}), flush=True)
