"""Prints what nibabel reads in each of the NIfTI files named: data in C order of the file's own axes."""

import json
import sys

import nibabel
import numpy


def describe(path):
    image = nibabel.load(path)
    nibabel.Nifti1Header(image.header.binaryblock, image.header.endianness, check=True)
    data = numpy.asanyarray(image.dataobj)
    return {
        "shape": data.shape,
        "data": data.astype(float).ravel().tolist(),
        "affine": image.affine[:3].tolist(),
        "qform": image.get_qform()[:3].tolist(),
        "codes": [int(image.header["qform_code"]), int(image.header["sform_code"])],
        "zooms": [float(zoom) for zoom in image.header.get_zooms()[:3]],
        "type": image.get_data_dtype().name,
        "endianness": image.header.endianness,
    }


print(json.dumps([describe(path) for path in sys.argv[1:]]))
