/** What bench:cluster says of its figures; not how long anything takes. */
import assert from "node:assert/strict";
import { efficiencyLines } from "./cluster_efficiency.ts";

const figures = (task: string, processes: number, [median, minimum, processor]: number[]) => ({
  ...{ task, processes, minimum, median, processor },
});

Deno.test("efficiencyLines: every cluster beside one process that does the same, where there is one", () => {
  const all = [
    figures("all-reduce", 2, [3, 2, 1]),
    figures("own", 1, [300, 240, 320]),
    figures("own", 2, [400, 250, 325]),
    figures("own", 4, [600, 320, 256]),
    figures("synchronised", 1, [330, 300, 310]),
    figures("synchronised", 2, [440, 400, 620]),
  ];
  assert.deepEqual(efficiencyLines(all), [
    "parallel efficiency, own, 2 processes: median 0.75, minimum 0.96, processor 0.98",
    "parallel efficiency, own, 4 processes: median 0.50, minimum 0.75, processor 1.25",
    "parallel efficiency, synchronised, 2 processes: median 0.75, minimum 0.75, processor 0.50",
  ]);
  assert.deepEqual(efficiencyLines([all[1]]), [], "one process has nobody to share with");
});
