"""MONAI's, scipy's and numpy's side of the benchmark of metrics: one measurement for each line read.

usage: metrics_step.py WORK FOLDER SLICES HEIGHT WIDTH SPACING SPACING SPACING COPIES
(WORK monai-hd95, scipy-hd95, monai-dice, numpy-dice or numpy-read)
Answers each line on standard input with the seconds and the value found, as JSON.
"""
import itertools
import json
import sys
import time
import warnings

import numpy as np
from scipy import ndimage

work, folder = sys.argv[1:3]
shape = tuple(map(int, sys.argv[3:6]))
spacing = tuple(map(float, sys.argv[6:9]))
copies = int(sys.argv[9])
warnings.simplefilter("ignore")


def read(name):
    return np.fromfile(f"{folder}/{name}.bin", np.uint8).reshape(shape)


def scipy_hd95(prediction, reference):
    """Distance transforms of the box that holds both masks, as MONAI did it before version 1.6."""
    (box,) = ndimage.find_objects((prediction | reference).astype(np.uint8))
    prediction, reference = (np.pad(mask[box], 1).astype(bool) for mask in (prediction, reference))
    predicted, actual = (mask ^ ndimage.binary_erosion(mask) for mask in (prediction, reference))
    to_reference = ndimage.distance_transform_edt(~actual, sampling=spacing)[predicted]
    to_prediction = ndimage.distance_transform_edt(~predicted, sampling=spacing)[actual]
    return max(np.percentile(to_reference, 95), np.percentile(to_prediction, 95))


def numpy_dice(prediction, reference):
    both = np.count_nonzero(prediction & reference)
    return 2 * both / (np.count_nonzero(prediction) + np.count_nonzero(reference))


def numpy_read(prediction, reference):
    return float(prediction.view(np.int64).sum() ^ reference.view(np.int64).sum())


def monai(name):
    import torch
    from monai.metrics import compute_dice, compute_hausdorff_distance

    def tensors(*masks):
        return [torch.from_numpy(mask)[None, None] for mask in masks]

    def hd95(*masks):
        options = {"include_background": True, "percentile": 95, "spacing": spacing}
        return compute_hausdorff_distance(*tensors(*masks), **options).item()

    def dice(*masks):
        return compute_dice(*tensors(*masks), include_background=True).item()

    return {"monai-hd95": hd95, "monai-dice": dice}[name]


def in_turn(measure):
    """Measures another copy in each step, so that it comes out of memory and not out of a cache."""
    pairs = itertools.cycle([(read("prediction"), read("reference")) for _ in range(copies)])
    return lambda: measure(*next(pairs))


def once(measure):
    pair = read("prediction"), read("reference")
    return lambda: measure(*pair)


works = {"scipy-hd95": scipy_hd95, "numpy-dice": numpy_dice, "numpy-read": numpy_read}
measure = monai(work) if work.startswith("monai") else works[work]
step = once(measure) if work.endswith("hd95") else in_turn(measure)

for _ in sys.stdin:
    start = time.perf_counter()
    value = step()
    print(json.dumps({"seconds": time.perf_counter() - start, "value": float(value)}), flush=True)
