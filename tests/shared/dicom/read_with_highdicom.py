"""Prints what highdicom finds in a DICOM-SEG file, given the files of the series that it was drawn on."""

import json
import sys
import warnings

import highdicom
import numpy
import pydicom

from highdicom_origin import origin

warnings.simplefilter("ignore")
path, *sources = sys.argv[1:]
segmentation = highdicom.seg.segread(path)
series = [pydicom.dcmread(source) for source in sources]
volume = segmentation.get_volume(combine_segments=True)
if len(series) == 1 and "NumberOfFrames" in series[0]:
    source_volume = highdicom.imread(sources[0]).get_volume()
else:
    source_volume = highdicom.get_volume_from_series(series)
matched = volume.match_geometry(source_volume)
upright = matched.to_patient_orientation("HPL")

# What highdicom itself writes for the same mask.
own = highdicom.seg.Segmentation(
    source_images=series,
    pixel_array=matched.array.astype(numpy.uint8) if len(series) > 1 else numpy.ones(matched.shape, numpy.uint8),
    segmentation_type="BINARY",
    segment_descriptions=[
        highdicom.seg.SegmentDescription(
            1,
            "Tumor",
            highdicom.sr.CodedConcept("49755003", "SCT", "Morphologically Abnormal Structure"),
            highdicom.sr.CodedConcept("108369006", "SCT", "Neoplasm"),
            "AUTOMATIC",
            highdicom.AlgorithmIdentificationSequence(
                "Test", highdicom.sr.CodedConcept("123110", "DCM", "Artificial Intelligence"), "1"
            ),
        )
    ],
    **origin(),
    omit_empty_frames=len(series) > 1,
)


def keywords(dataset):
    return sorted(element.keyword for element in dataset)


def first_of(dataset, *path):
    for keyword in path:
        dataset = dataset[keyword].value[0]
    return keywords(dataset)


def absent(*path):
    return sorted(set(first_of(own, *path)) - set(first_of(segmentation, *path)))


frames = segmentation.PerFrameFunctionalGroupsSequence
print(
    json.dumps(
        {
            "data": upright.array.astype(int).ravel().tolist(),
            "shape": upright.spatial_shape,
            "frames": int(segmentation.NumberOfFrames),
            "patient": str(segmentation.PatientName),
            "study": segmentation.StudyInstanceUID,
            "frameOfReference": segmentation.FrameOfReferenceUID,
            "sources": [
                frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID for frame in frames
            ],
            "sourceFrames": [
                frame.DerivationImageSequence[0].SourceImageSequence[0].get("ReferencedFrameNumber") for frame in frames
            ],
            "segment": [
                segmentation.get_segment_description(1).segment_label,
                segmentation.get_segment_description(1).segmented_property_type.meaning,
                str(segmentation.get_segment_description(1).SegmentAlgorithmName),
            ],
            "indicesAreUnique": bool(segmentation.are_dimension_indices_unique(["ReferencedSegmentNumber", "ImagePositionPatient"])),
            "absent": {
                "file": sorted(set(keywords(own)) - set(keywords(segmentation))),
                "segment": absent("SegmentSequence"),
                "shared": absent("SharedFunctionalGroupsSequence"),
                "measures": absent("SharedFunctionalGroupsSequence", "PixelMeasuresSequence"),
                "frame": absent("PerFrameFunctionalGroupsSequence"),
                "derivation": absent("PerFrameFunctionalGroupsSequence", "DerivationImageSequence"),
                "source": absent(
                    "PerFrameFunctionalGroupsSequence", "DerivationImageSequence", "SourceImageSequence"
                ),
                "series": absent("ReferencedSeriesSequence"),
                "dimension": absent("DimensionIndexSequence"),
            },
        }
    )
)
