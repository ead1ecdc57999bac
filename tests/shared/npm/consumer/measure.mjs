/** What someone else's code does with the package, in Node and in a page. */
import { volumeDice } from "@gliomap/shared/dice";
import { hd95 } from "@gliomap/shared/hausdorff";
import { decodeImage } from "@gliomap/shared/image/decode";

const prediction = { data: new Uint8Array([1, 1, 1, 0]), shape: [2, 1, 2] };
const reference = { data: new Uint8Array([1, 1, 0, 0]), shape: [2, 1, 2] };

async function sumOfPixels(bytes) {
  const { data } = await decodeImage(bytes);
  return data.reduce((sum, value) => sum + value, 0);
}

export async function measure(webp, tiff) {
  return {
    dice: volumeDice(prediction, reference),
    hd95: Math.round(hd95(prediction, reference, [5.5, 1, 1])),
    webp: await sumOfPixels(webp),
    tiff: await sumOfPixels(tiff),
  };
}
