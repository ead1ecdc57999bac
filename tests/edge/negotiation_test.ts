import assert from "node:assert/strict";
import { chooseOffer } from "../../edge/negotiation.ts";
import { offers } from "../../edge/routes/segment.ts";

const overlayType = 'image/png;profile="overlay"';

for (
  const [accept, expected] of [
    [undefined, "json"],
    ["", "json"],
    ["*/*", "json"],
    ["application/*", "json"],
    ["application/json", "json"],
    ["image/*", "mask"],
    ["image/png", "mask"],
    ["IMAGE/PNG", "mask"],
    ["image/png;profile=mask", "mask"],
    ["image/png;profile=overlay", "overlay"],
    [overlayType, "overlay"],
    ["image/png;profile=heat", undefined],
    ["image/png;profile=heat, application/json;q=0.1", "json"],
    ["image/webp,image/png;q=0.8", "mask"],
    ["application/json;q=0.5, image/png", "mask"],
    ["application/json;q=0.5, image/png;profile=overlay;q=0.6", "overlay"],
    // The more specific range decides, also where it is the less liked.
    ["*/*, application/json;q=0", "mask"],
    ["image/*;q=0.9, image/png;profile=mask;q=0.2", "overlay"],
    ["text/html", undefined],
    ["application/json;q=0", undefined],
    // What browsers send.
    ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "json"],
  ] as const
) {
  Deno.test(`chooseOffer() answers Accept ${JSON.stringify(accept)} with ${expected}`, () => {
    assert.equal(chooseOffer(offers, accept)?.output, expected);
  });
}

for (
  const [accept, wanted, expected] of [
    [undefined, "mask", "mask"],
    ["*/*", "overlay", "overlay"],
    ["image/png", "overlay", "overlay"],
    ["application/json", "json", "json"],
    ["application/json", "mask", undefined],
    [overlayType, "mask", undefined],
  ] as const
) {
  Deno.test(`chooseOffer() offers only ${wanted} to Accept ${accept}`, () => {
    assert.equal(chooseOffer(offers, accept, wanted)?.output, expected);
  });
}
