/** A model in eight bits, made of the reference method's weights. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sequences } from "../../../shared/sequence.ts";
import { exportModel } from "../../../train/export/build_model.ts";
import { importWeights } from "../../../train/export/import_weights.ts";
import { readModel, writeModel } from "../../../train/export/model_folder.ts";
import { calibrationImages } from "../../../train/export/quantize/calibration_images.ts";
import { quantizeModel } from "../../../train/export/quantize/quantize_model.ts";
import { root } from "./files.ts";

const path = (name: string) => fileURLToPath(new URL(name, root));

/** Writes `model.onnx` and `card.json`, named `eight-bits`, calibrated on a sample patient. */
export async function writeEightBits(folder: string): Promise<void> {
  const network = importWeights(await readFile(path("tests/golden/seed_unet.safetensors")));
  const { card } = await readModel(path("edge/models/reference"));
  const description = { ...card, name: "eight-bits", sequences };
  const images = await calibrationImages(path("train/sample"), ["TCGA_CS_4943_20000902"], {
    ...{ sequences, preprocessing: card.preprocessing, downsampling: 1 },
    architecture: network.architecture,
  });
  const float = exportModel(network, description);
  await writeModel(folder, await quantizeModel(network, description, float, images));
}
