"""Asks a running server everything by NVIDIA's own client, and prints what it says as JSON.

triton_client.py HOST:PORT MODEL TENSORS, a .npz with `input` [1, 3, 256, 256] and `probability`.
"""
import json
import sys

import numpy
import tritonclient.http as triton

address, model, tensors = sys.argv[1:]
client = triton.InferenceServerClient(address)
known = numpy.load(tensors)
image, probability = known["input"], known["probability"]


def ask(binary_input, binary_output, **options):
    tensor = triton.InferInput("image", list(image.shape), "FP32")
    tensor.set_data_from_numpy(image, binary_data=binary_input)
    output = triton.InferRequestedOutput("probability", binary_data=binary_output)
    result = client.infer(model, [tensor], outputs=[output], request_id="mine", **options)
    return {
        "id": result.get_response()["id"],
        "shape": list(result.as_numpy("probability").shape),
        "difference": float(numpy.abs(result.as_numpy("probability") - probability).max()),
    }


def refused():
    try:
        client.get_model_metadata("nothing")
    except triton.InferenceServerException as error:
        return [error.status(), error.message()]


version = client.get_model_metadata(model)["versions"][0]
plain = triton.InferInput("image", list(image.shape), "FP32")
plain.set_data_from_numpy(image)
print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model ready": client.is_model_ready(model),
    "version ready": client.is_model_ready(model, version),
    "server": client.get_server_metadata()["name"],
    "model": client.get_model_metadata(model, version)["name"],
    "refused": refused(),
    "default outputs": float(numpy.abs(
        client.infer(model, [plain]).as_numpy("probability") - probability).max()),
    "answers": [
        ask(True, True),
        ask(False, True),
        ask(True, False),
        ask(False, False, model_version=version),
        ask(True, True, request_compression_algorithm="gzip"),
        ask(True, True, request_compression_algorithm="deflate"),
    ],
    "asynchronous": float(numpy.abs(
        client.async_infer(model, [plain]).get_result().as_numpy("probability") - probability).max()),
}))
