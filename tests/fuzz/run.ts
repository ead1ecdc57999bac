/** A run: mutated files, one after the other, to their decoders and to a server. */

import { residentMegabytes } from "../edge/support/resident_memory.ts";
import { findFault } from "./decoders.ts";
import { askServer } from "./endpoints.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";
import { type Kind, kinds, type Seed } from "./seeds.ts";

/** An input that something was wrong with. */
export interface Finding {
  readonly seed: Seed;
  readonly input: number;
  readonly fault: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface RunOptions {
  readonly seeds: readonly Seed[];
  readonly seed: number;
  /** Whether the run goes on with input number `input`. */
  readonly goesOn: (input: number) => boolean;
  /** Absent: decoders alone. */
  readonly server?: { readonly url: string; readonly pid: number };
  /** Milliseconds that an input may take, to its decoder and as a request. @default as long as it likes */
  readonly patience?: number;
  /** Told of each input before anybody reads it. */
  readonly onInput?: (input: Omit<Finding, "fault">) => void;
  readonly onFinding?: (finding: Finding) => void;
}

export interface RunResult {
  readonly inputs: number;
  readonly findings: readonly Finding[];
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Of one answer, in milliseconds. */
  readonly slowest: number;
  /** Megabytes that the server held before, and how many more at most. */
  readonly idle: number;
  readonly growth: number;
}

/** What no endpoint takes; a few are sent all the same. */
const unlike: readonly Kind[] = ["npy", "safetensors", "onnx"];

/** Runs until it is told to end. Every kind of file has the same share. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { seeds, server, patience = Infinity } = options;
  const findings: Finding[] = [], statuses: Record<number, number> = {};
  let slowest = 0, idle = 0, highest = 0, input = 0;
  if (server) {
    // The idle level is that of a server which has had each kind of file once.
    for (const { kind, bytes } of seeds) {
      await askServer(server.url, kind, bytes, createRandom(options.seed, -1));
    }
    idle = residentMegabytes(server.pid);
  }
  for (; options.goesOn(input); input++) {
    const random = createRandom(options.seed, input);
    const seed = random.pick(seeds.filter(({ kind }) => kind === kinds[input % kinds.length]));
    const bytes = mutate(seed, random);
    const tell = (fault: string) => {
      const finding = { seed, input, fault, bytes };
      findings.push(finding);
      options.onFinding?.(finding);
    };
    options.onInput?.({ seed, input, bytes });
    const start = performance.now(), fault = await findFault(seed.kind, bytes);
    if (fault) tell(fault);
    if (performance.now() - start > patience) tell("the decoder took too long");
    if (!server || unlike.includes(seed.kind) && random.below(20) > 0) continue;
    const answer = await askServer(server.url, seed.kind, bytes, random);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    slowest = Math.max(slowest, answer.milliseconds);
    if (answer.fault) tell(answer.fault);
    if (answer.milliseconds > patience) tell("the answer took too long");
    if (input % 20 === 0) highest = Math.max(highest, residentMegabytes(server.pid));
  }
  return { inputs: input, findings, statuses, slowest, idle, growth: Math.max(highest - idle, 0) };
}
