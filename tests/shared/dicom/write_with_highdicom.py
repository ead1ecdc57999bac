"""Writes a DICOM-SEG with highdicom onto a series: binary, of two segments, or of fractions; prints what is in it."""

import json
import sys
import warnings

import highdicom
import numpy
import pydicom

from highdicom_origin import origin

warnings.simplefilter("ignore")
kind, path, *sources = sys.argv[1:]
series = [pydicom.dcmread(source) for source in sources]
volume = highdicom.get_volume_from_series(series)
if kind == "one_frame":
    drawn = numpy.zeros(volume.shape, bool)
    drawn[2, 1, 2:4] = True
else:
    drawn = (volume.array % 7 == 0) & (volume.array > 30)
fractions = numpy.where(drawn, (volume.array % 5 + 1) / 5, 0)
second = (volume.array % 11 == 0) & (volume.array > 60)
array = {
    "two_segments": numpy.stack([drawn, second], -1).astype(numpy.uint8),
    "fractional": fractions,
    "fractional_run_lengths": fractions,
}.get(kind, drawn.astype(numpy.uint8))


def describe(number):
    return highdicom.seg.SegmentDescription(
        number,
        ["Core", "Edema"][number - 1],
        highdicom.sr.CodedConcept("49755003", "SCT", "Morphologically Abnormal Structure"),
        highdicom.sr.CodedConcept("108369006", "SCT", "Neoplasm"),
        "MANUAL",
    )


segmentation = highdicom.seg.Segmentation(
    source_images=series,
    pixel_array=volume.with_array(array, channels={"SegmentNumber": [1, 2]} if kind == "two_segments" else None)
    if kind == "two_segments"
    else volume.with_array(array),
    segmentation_type="FRACTIONAL" if kind.startswith("fractional") else "BINARY",
    fractional_type="PROBABILITY",
    transfer_syntax_uid=pydicom.uid.RLELossless if kind == "fractional_run_lengths" else pydicom.uid.ExplicitVRLittleEndian,
    segment_descriptions=[describe(number + 1) for number in range(2 if kind == "two_segments" else 1)],
    **origin(),
)
segmentation.save_as(path)

expected = (drawn | second) if kind == "two_segments" else fractions if kind.startswith("fractional") else drawn
upright = volume.with_array(expected.astype(numpy.float32)).to_patient_orientation("HPL")
print(json.dumps({"data": upright.array.ravel().tolist(), "frames": int(segmentation.NumberOfFrames)}))
