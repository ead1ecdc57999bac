/** A whole scan in three planes and in 3D, by niivue, which is loaded with this file and not before. */

/// <reference lib="dom" />

import { Niivue, NVImage, SHOW_RENDER, SLICE_TYPE } from "@niivue/niivue";
import type { Vector } from "../../../shared/geometry.ts";
import type { DisplayWindow } from "../view/intensity_range.ts";

/** The colors of background and tumor, which is as the outline on the slices. */
const maskColors = { R: [0, 255], G: [0, 95], B: [0, 82], A: [0, 255], I: [0, 1] };

const maskOpacity = 0.45;

/** A scan that is drawn in three planes and in 3D. */
export interface Scene {
  /** Shows a NIfTI file, uncompressed, of one channel, in place of what was shown. */
  showVolume(file: Uint8Array<ArrayBuffer>, window: DisplayWindow): Promise<void>;
  /** Shows a mask over it; absent: none. */
  showMask(file?: Uint8Array<ArrayBuffer>): Promise<void>;
  setWindow(window: DisplayWindow): void;
  /** Moves the three planes through a place: millimetres [right, anterior, superior]. */
  showPlace(place: Vector): void;
}

/**
 * An empty scene on a canvas, which it keeps for good.
 *
 * @throws {Error} where the browser has no WebGL 2.
 */
export async function createScene(canvas: HTMLCanvasElement): Promise<Scene> {
  const viewer = new Niivue({
    dragAndDropEnabled: false,
    logLevel: "silent",
    multiplanarShowRender: SHOW_RENDER.ALWAYS,
    backColor: [0, 0, 0, 1],
    crosshairColor: [0.37, 0.83, 0.78, 0.8],
    show3Dcrosshair: true,
    isOrientCube: false,
    // The patient's left is at the right, as on the slices.
    isRadiologicalConvention: true,
  });
  // What can go wrong is WebGL, of which niivue says so to a person by a dialog of its own.
  if (!canvas.getContext("webgl2")) throw new Error("This browser has no WebGL 2.");
  await viewer.attachToCanvas(canvas);
  viewer.setSliceType(SLICE_TYPE.MULTIPLANAR);

  function replace(index: number, image: NVImage | undefined): void {
    const old = viewer.volumes[index];
    if (old) viewer.removeVolume(old);
    if (image) viewer.addVolume(image);
  }

  return {
    async showVolume(file, { low, high }) {
      const image = await imageOf(file, "scan.nii", {
        colormap: "gray",
        cal_min: low,
        cal_max: high,
      });
      replace(1, undefined);
      replace(0, image);
    },
    async showMask(file) {
      const mask = file && await imageOf(file, "mask.nii", { opacity: maskOpacity });
      mask?.setColormapLabel(maskColors);
      replace(1, mask);
    },
    setWindow({ low, high }) {
      const [scan] = viewer.volumes;
      if (!scan || (scan.cal_min === low && scan.cal_max === high)) return;
      Object.assign(scan, { cal_min: low, cal_max: high });
      viewer.updateGLVolume();
    },
    showPlace(place) {
      if (viewer.volumes.length === 0) return;
      viewer.scene.crosshairPos = viewer.mm2frac([...place]);
      viewer.drawScene();
    },
  };
}

async function imageOf(
  { buffer }: Uint8Array<ArrayBuffer>,
  name: string,
  look: Partial<Parameters<typeof NVImage.loadFromUrl>[0]>,
): Promise<NVImage> {
  return await NVImage.loadFromUrl({ url: name, name, buffer, colorbarVisible: false, ...look });
}
