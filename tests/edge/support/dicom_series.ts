/** A DICOM series of a few small slices, written by pydicom, and how clients send it. */
import { zipSync } from "fflate";
import { readBytes, root } from "./files.ts";

const folder = "tests/fixtures/dicom/direction_coronal";
const names = [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => name);

/** The files. */
export const series = await Promise.all(names.map((name) => readBytes(`${folder}/${name}`)));

/** The files as archives hand them out, each in a folder of its own. */
export const seriesZip = zipSync(
  Object.fromEntries(names.map((name, index) => [`IM${index}/${name}`, series[index]])),
);
