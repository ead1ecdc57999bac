/** A real patient as it is sent. */

import { readBytes } from "./files.ts";

const patient = "TCGA_CS_4943_20000902";

/** The first slices of a patient of the samples, as a form. */
export async function volumeForm(slices: number): Promise<FormData> {
  const form = new FormData();
  for (let index = 1; index <= slices; index++) {
    const name = `${patient}_${index}.tif`;
    form.append(name, new File([await readBytes(`train/sample/${patient}/${name}`)], name));
  }
  return form;
}
