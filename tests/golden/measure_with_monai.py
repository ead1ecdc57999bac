"""Measures the masks in surface_metrics.json with MONAI and writes what it finds back into it.

usage: python measure_with_monai.py   (pip install monai==1.6.1 scipy==1.17.1 torch==2.15.0)

The patients are those of train/sample, their predictions those of edge/models/reference; the others are noise that
touches every border. Masks are run lengths, background first, in C order. Numbers that are not finite become null.
"""
import json
import math
import struct
from pathlib import Path

import numpy as np
import torch
from monai.metrics import (
    CalibrationErrorMetric,
    compute_average_surface_distance,
    compute_confusion_matrix_metric,
    compute_dice,
    compute_hausdorff_distance,
    compute_iou,
    compute_surface_dice,
    get_confusion_matrix,
)

here = Path(__file__).parent


def decode(mask):
    runs = mask["runs"]
    data = np.repeat(np.arange(len(runs)) % 2, runs)
    return torch.from_numpy(data.reshape(mask["shape"]).astype(np.uint8))[None, None]


def finite(value):
    return value if math.isfinite(value) else None


def overlap(prediction, reference):
    counts = get_confusion_matrix(prediction, reference)
    found = {"dice": compute_dice(prediction, reference), "iou": compute_iou(prediction, reference)}
    for name in ["sensitivity", "precision", "specificity"]:
        found[name] = compute_confusion_matrix_metric(name, counts)
    return {name: finite(value.item()) for name, value in found.items()}


def measure(prediction, reference, spacing):
    options = {"include_background": True, "spacing": [float(length) for length in spacing]}
    hausdorff = {
        name: compute_hausdorff_distance(prediction, reference, percentile=percentile, **options)
        for name, percentile in [("hausdorff", None), ("hausdorff95", 95), ("hausdorff50", 50)]
    }
    distance = compute_average_surface_distance(prediction, reference, symmetric=True, **options)
    surface_dice = {
        f"surface_dice_tolerance{tolerance}": compute_surface_dice(prediction, reference, [tolerance], **options)
        for tolerance in [0.3, 1, 2, 5]
    }
    found = {**hausdorff, "average_surface_distance_symmetric": distance, **surface_dice}
    return {"spacing": spacing, **{name: finite(value.item()) for name, value in found.items()}}


def read_probability(patient):
    data = (here / "forward.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensor = json.loads(data[8 : 8 + length])[f"{patient}.probability"]
    start, end = (8 + length + offset for offset in tensor["data_offsets"])
    return torch.from_numpy(np.frombuffer(data[start:end], np.float32).reshape(tensor["shape"]).copy())


def calibration(patient, slice_index, reference):
    errors = {}
    for bins in [10, 20]:
        metric = CalibrationErrorMetric(num_bins=bins)
        metric(read_probability(patient), reference[:, :, slice_index])
        errors[f"expected_calibration_error_{bins}_bins"] = metric.aggregate().item()
    return {"patient": patient, "slice": slice_index, **errors}


path = here / "surface_metrics.json"
golden = json.loads(path.read_text())
golden["source"] = "MONAI 1.6.1, measured by measure_with_monai.py"
masks = {case["name"]: (decode(case["prediction"]), decode(case["reference"])) for case in golden["cases"]}
for case in golden["cases"]:
    case["overlap"] = overlap(*masks[case["name"]])
    case["measured"] = [measure(*masks[case["name"]], spacing) for spacing in case["spacings"]]
slices = {entry["patient"]: entry["slice"] for entry in golden["calibration"]}
golden["calibration"] = [calibration(patient, index, masks[patient][1]) for patient, index in slices.items()]
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
