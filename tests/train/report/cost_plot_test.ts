/** Models by what they are worth and what they cost. */
import assert from "node:assert/strict";
import { type CostedModel, drawCosts, paretoFront } from "../../../train/report/cost_plot.ts";

const models: CostedModel[] = [
  { name: "large", milliseconds: 320, dice: 0.86, trainedOnThem: false },
  { name: "small", milliseconds: 60, dice: 0.84, trainedOnThem: false },
  { name: "wasteful", milliseconds: 200, dice: 0.83, trainedOnThem: false },
  { name: "equal", milliseconds: 60, dice: 0.82, trainedOnThem: false },
  { name: "cheat", milliseconds: 50, dice: 0.95, trainedOnThem: true },
];

Deno.test("paretoFront keeps who is not beaten in time and Dice, and nobody measured on what it learned", () => {
  assert.deepEqual(paretoFront(models).map(({ name }) => name), ["small", "large"]);
  assert.deepEqual(paretoFront([]), []);
});

Deno.test("drawCosts shows no smaller part of the scale than a tenth", async () => {
  const alike = [0.8213, 0.822].map((dice, index) => ({
    ...models[index],
    dice,
    trainedOnThem: false,
  }));
  const labels = [...(await drawCosts(alike)).matchAll(/>(0\.\d\d)<\/text>/g)].map(([, label]) =>
    Number(label)
  );
  assert.ok(Math.max(...labels) - Math.min(...labels) >= 0.08, labels.join(", "));
});

/** Where marks of a color are, in the order of the models. */
function placesOf(svg: string, paint: string): string[] {
  const marks = svg.matchAll(/<path aria-label[^>]*transform="translate\(([^)]*)\)"[^>]*>/g);
  return [...marks].filter(([mark]) => mark.includes(paint)).map(([, place]) => place);
}

for (
  const [names, front] of [
    [["small", "wasteful", "equal"], ["small"]],
    [["small", "large", "wasteful", "cheat"], ["small", "large"]],
    [["cheat"], []],
  ]
) {
  Deno.test(`drawCosts rings ${front.join(", ") || "nobody"} of ${names.join(", ")}`, async () => {
    const drawn = models.filter(({ name }) => names.includes(name));
    const svg = await drawCosts(drawn), rings = placesOf(svg, 'stroke="#e2b9a5"');
    const unseen = drawn.filter(({ trainedOnThem }) => !trainedOnThem);
    const dots = placesOf(svg, 'fill="#c8501e"');
    const ringed = unseen.filter((_, index) => rings.includes(dots[index]));
    assert.deepEqual([rings.length, dots.length], [front.length, unseen.length]);
    assert.deepEqual(ringed.map(({ name }) => name).sort(), front.toSorted());
    assert.equal(/>with a ring: no other is [^<]+<\/text>/.test(svg), front.length > 0);
    assert.equal(/gray: measured on [^<]+<\/text>/.test(svg), drawn.length > unseen.length);
  });
}

Deno.test("drawCosts names every model, dots the unseen and circles the seen", async () => {
  const svg = await drawCosts(models);
  for (const { name } of models) assert.ok(svg.includes(`>${name}</text>`), name);
  const filled = svg.match(/fill="#c8501e"/g) ?? [], rings = svg.match(/stroke="#8a8a8a"/g) ?? [];
  assert.deepEqual([filled.length, rings.length], [4, 1]);
});
