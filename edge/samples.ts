/** One slice of the sample patients that the page offers to try, with its mask beside it. */
export interface Sample {
  /** File name without its extension; the mask's ends in `_mask`. */
  readonly name: string;
  readonly patient: string;
  /** What a person sees under the picture. */
  readonly caption: string;
}

/** One slice of each sample patient, where its tumor is large. */
const slices: readonly (readonly [patient: string, slice: number])[] = [
  ["TCGA_DU_5855_19951217", 18],
  ["TCGA_CS_4943_20000902", 17],
  ["TCGA_HT_7602_19951103", 10],
  ["TCGA_FG_6692_20020606", 20],
];

/** The slices on offer, in the page's order. */
export const samples: readonly Sample[] = slices.map(([patient, slice]) => ({
  name: `${patient}_${slice}`,
  patient,
  // The institution's letters and the patient's number.
  caption: `${patient.slice(5, 12).replace("_", " ")}, slice ${slice}`,
}));
