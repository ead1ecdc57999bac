"""Tests pairs of Dice with scipy and writes what it finds into comparisons.json.

usage: python compare_with_scipy.py   (pip install scipy==1.17.1 numpy)

The differences are random, of models that are alike and of models that are not; some are 0, some equal to each other.
Exact p-values among equal differences are those of scipy's permutation test over all ways to share out the signs.
Intervals are scipy's percentile bootstrap of the mean, of so many resamples that chance moves them by a thousandth of
the differences' spread at most.
"""
import json
from pathlib import Path

import numpy as np
from scipy.stats import PermutationMethod, bootstrap, wilcoxon

random = np.random.default_rng(1)


def differences(count, shift, digits):
    values = np.round(random.normal(shift, 0.1, count), digits)
    return values if digits > 4 else np.where(random.random(count) < 0.1, 0, values)


def exact(values):
    nonzero = values[values != 0]
    ties = len(np.unique(np.abs(nonzero))) < len(nonzero)
    if not ties:
        return wilcoxon(nonzero, method="exact").pvalue
    method = PermutationMethod(n_resamples=2 ** len(nonzero))
    return wilcoxon(nonzero, method=method).pvalue


def interval(values):
    found = bootstrap((values,), np.mean, n_resamples=400_000, batch=2000, method="percentile", random_state=random)
    return [found.confidence_interval.low, found.confidence_interval.high]


cases = []
for count, shift, digits in [
    (3, 0.1, 6), (6, 0.05, 6), (10, 0.0, 6), (10, 0.08, 2), (14, 0.03, 2), (17, 0.02, 1), (25, 0.04, 6), (50, 0.03, 6),
    (60, 0.02, 6), (110, 0.01, 2), (300, 0.005, 3),
]:
    values = differences(count, shift, digits)
    nonzero = int(np.count_nonzero(values))
    result = wilcoxon(values, method="asymptotic", correction=False)
    ranks = wilcoxon(values, method="asymptotic", alternative="greater").statistic
    cases.append({
        "differences": values.tolist(),
        "positiveRanks": float(ranks),
        "exactP": float(exact(values)) if nonzero <= 50 else None,
        "normalP": float(result.pvalue),
        "interval": interval(values) if count >= 6 else None,
    })
golden = {"source": "scipy 1.17.1, by compare_with_scipy.py", "cases": cases}
path = Path(__file__).parent / "comparisons.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
