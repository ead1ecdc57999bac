/**
 * Which of its forms an answer comes in.
 *
 * @module
 */

import { type Accept, parseAccept } from "hono/utils/accept";
import { quoted } from "../shared/printable.ts";
import { requestError } from "./errors.ts";

/** One form of an answer and the media type that asks for it. */
export interface Offer<Output extends string> {
  readonly output: Output;
  readonly type: string;
  readonly profile?: string;
}

/**
 * The form of answer that an `Accept` header asks for. The most specific range that names an offer decides
 * its quality, as in RFC 9110, section 12.5.1. Without a header, the first.
 *
 * @param offers In the order in which they are preferred where the client likes several equally.
 * @param header The value of the request's `Accept` header.
 * @param wanted Leaves only this output on offer, as the query `?output=` does.
 * @returns undefined where the header matches nothing on offer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * const offers = [
 *   { output: "json", type: "application/json" },
 *   { output: "mask", type: "image/png", profile: "mask" },
 *   { output: "overlay", type: "image/png", profile: "overlay" },
 * ];
 * assert.equal(chooseOffer(offers, "image/png;profile=overlay, application/json;q=0.5"), offers[2]);
 * assert.equal(chooseOffer(offers, "image/png, application/json;q=0.5"), offers[1]);
 * assert.equal(chooseOffer(offers, "text/html"), undefined);
 * ```
 */
export function chooseOffer<Output extends string>(
  offers: readonly Offer<Output>[],
  header: string | undefined,
  wanted?: Output,
): Offer<Output> | undefined {
  const ranges = parseAccept(header || "*/*");
  let best: Offer<Output> | undefined, bestQuality = 0;
  for (const offer of offers) {
    if (wanted && offer.output !== wanted) continue;
    const quality = qualityOf(offer, ranges);
    if (quality > bestQuality) [best, bestQuality] = [offer, quality];
  }
  return best;
}

/**
 * As {@linkcode chooseOffer}.
 *
 * @param what What is answered, as a message may call it, where the offers depend on it.
 * @throws {HTTPException} 406 where the header matches nothing on offer.
 */
export function readOffer<Output extends string>(
  offers: readonly Offer<Output>[],
  header: string | undefined,
  wanted?: Output,
  what?: string,
): Offer<Output> {
  const offer = chooseOffer(offers, header, wanted);
  if (offer) return offer;
  const types = offers.filter((offer) => !wanted || offer.output === wanted).map(nameOf);
  throw requestError(
    406,
    `Cannot answer${what ? ` ${what}` : ""} as Accept must take ${types.join(" or ")}: ` +
      `current value is ${quoted(header)}`,
  );
}

function nameOf({ type, profile }: Offer<string>): string {
  return profile === undefined ? type : `${type};profile="${profile}"`;
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
