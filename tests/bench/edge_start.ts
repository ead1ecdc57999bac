/**
 * From the start of the server's process to its first mask.
 *
 * @module
 */
import { median } from "../../train/evaluation/average.ts";
import { barLine } from "./bar.ts";
import { peakMegabytes, sendTo, startEdge } from "./edge_server.ts";

/** Prints time and memory of some starts with one worker. */
export async function timeStart(model: string, starts: number): Promise<void> {
  const rows: { seconds: number; megabytes: number }[] = [];
  for (let start = 0; start < starts; start++) {
    const began = performance.now();
    await using server = await startEdge("wasm", 1, false);
    await sendTo(server.url, model)();
    const seconds = (performance.now() - began) / 1000;
    rows.push({ seconds, megabytes: peakMegabytes(server.pid) });
  }
  console.log(`\n${model}: from the start of the process to the first mask, one worker`);
  console.table(rows.map(({ seconds, megabytes }) => ({
    "seconds to the first mask": Number(seconds.toFixed(3)),
    "peak memory (MB)": Math.round(megabytes),
  })));
  const seconds = median(rows.map((row) => row.seconds))!;
  const megabytes = Math.max(...rows.map((row) => row.megabytes));
  console.log(
    barLine({ what: "start to first mask, median", value: seconds, limit: 0.7, unit: "s" }),
  );
  console.log(barLine({ what: "peak memory, most", value: megabytes, limit: 260, unit: "MB" }));
}
