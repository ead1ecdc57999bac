"""Other engines' side of the edge's benchmark: one slice through the model for each line read.

usage: edge_step.py ENGINE MODEL THREADS SIZE FEATURES
(ENGINE onnxruntime, openvino or torch; MODEL an .onnx; SIZE of its input; FEATURES of each level, as in 32,32,64)
Answers each line on standard input with the run's seconds, as JSON. PyTorch runs a network of the same makeup, in
floats.
"""
import json
import sys
import time

import numpy

engine, model, threads, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
features = [int(number) for number in sys.argv[5].split(",")]
image = numpy.random.default_rng(1).random((1, 3, size, size), numpy.float32)


def onnxruntime_run():
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"image": image})[0]


def openvino_run():
    import openvino
    core = openvino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"})
    network = core.read_model(model)
    network.reshape({"image": list(image.shape)})
    compiled = core.compile_model(network, "CPU")
    return lambda: compiled({"image": image})[0]


def torch_run():
    import torch

    from unet import UNet
    torch.set_num_threads(threads)
    network = UNet(features).eval().to(memory_format=torch.channels_last)
    tensor = torch.from_numpy(image).to(memory_format=torch.channels_last)

    def run():
        with torch.inference_mode():
            return torch.sigmoid(network(tensor)).numpy()
    return run


run = {"onnxruntime": onnxruntime_run, "openvino": openvino_run, "torch": torch_run}[engine]()
for _ in sys.stdin:
    start = time.perf_counter()
    value = float(run().mean())
    print(json.dumps({"seconds": time.perf_counter() - start, "value": value}), flush=True)
