/**
 * Which of its forms a segmentation is answered in.
 *
 * @module
 */

import { type Accept, parseAccept } from "hono/utils/accept";

/** The forms of an answer; PNGs of both kinds have the type `image/png` and differ in their profile. */
export const outputs = ["json", "mask", "overlay"] as const;

/** One of {@linkcode outputs}. */
export type Output = typeof outputs[number];

/** One form of an answer and the media type that asks for it. */
export interface Offer<Form extends string> {
  readonly output: Form;
  readonly type: string;
  readonly profile?: string;
}

/** In the order in which they are preferred where the client likes several equally. */
const offers: readonly Offer<Output>[] = [
  { output: "json", type: "application/json" },
  { output: "mask", type: "image/png", profile: "mask" },
  { output: "overlay", type: "image/png", profile: "overlay" },
];

/** What a client may ask for, as an error tells it. */
export const acceptable =
  'application/json, image/png;profile="mask" or image/png;profile="overlay"';

/**
 * The form of answer that an `Accept` header asks for. The most specific range that names an offer decides
 * its quality, as in RFC 9110, section 12.5.1; `image/png` alone is the mask. Without a header, JSON.
 *
 * @param header The value of the request's `Accept` header.
 * @param wanted Leaves only this output on offer, as the query `?output=` does.
 * @returns undefined where the header matches nothing on offer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(chooseOutput("image/png;profile=overlay, application/json;q=0.5"), "overlay");
 * assert.equal(chooseOutput("image/png, application/json;q=0.5"), "mask");
 * assert.equal(chooseOutput("text/html"), undefined);
 * ```
 */
export function chooseOutput(header: string | undefined, wanted?: Output): Output | undefined {
  return chooseOffer(offers, header, wanted);
}

/** As {@linkcode chooseOutput}, of any offers; the first of several that are liked equally. */
export function chooseOffer<Form extends string>(
  offers: readonly Offer<Form>[],
  header: string | undefined,
  wanted?: Form,
): Form | undefined {
  const ranges = parseAccept(header || "*/*");
  let best: Form | undefined, bestQuality = 0;
  for (const offer of offers) {
    if (wanted && offer.output !== wanted) continue;
    const quality = qualityOf(offer, ranges);
    if (quality > bestQuality) [best, bestQuality] = [offer.output, quality];
  }
  return best;
}

function qualityOf(offer: Offer<string>, ranges: readonly Accept[]): number {
  let quality = 0, highest = 0;
  for (const range of ranges) {
    const specificity = specificityOf(offer, range);
    if (specificity > highest) [quality, highest] = [range.q, specificity];
  }
  return quality;
}

/** 0 where the range does not name the offer, and more the closer it names it. */
function specificityOf(offer: Offer<string>, { type, params }: Accept): number {
  const range = type.toLowerCase();
  if (range === "*/*") return 1;
  if (range === `${offer.type.split("/")[0]}/*`) return 2;
  if (range !== offer.type) return 0;
  if (params.profile === undefined) return 3;
  return params.profile.toLowerCase() === offer.profile ? 4 : 0;
}
