/**
 * A file of events that TensorBoard reads while it is written.
 *
 * @module
 */
import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { explainFullDisk } from "../storage/write_whole_file.ts";
import { encodeEvent, type TrainingEvent } from "./event.ts";
import { encodeRecord } from "./record.ts";

/** TensorBoard takes files with this in their name for files of events. */
const prefix = "events.out.tfevents.";

/** Writes events; each is with the operating system, and so seen by TensorBoard, before the next one. */
export class EventFile {
  readonly #path: string;
  readonly #file: number;

  private constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "ax");
  }

  /**
   * Starts a file in a folder, which is made where it is missing.
   *
   * Files of a folder are one run: TensorBoard reads them in the order of their names, and none again once there
   * is a later one. So a run that goes on gets a new file, named after all that are there, and nothing is changed
   * in one that the process before may have left with half an event at its end.
   *
   * @param step The next step to be written, from 0; what other files hold of it and of later ones is void.
   */
  static open(folder: string, step: number): EventFile {
    mkdirSync(folder, { recursive: true });
    const file = new EventFile(join(folder, nextName(folder)));
    file.#write({ kind: "version" });
    file.#write({ kind: "start", step });
    return file;
  }

  /** Writes figures of a step; those that are not finite numbers, which TensorBoard cannot draw, are left out. */
  writeScalars(step: number, scalars: Readonly<Record<string, number>>): void {
    const finite = Object.entries(scalars).filter(([, value]) => Number.isFinite(value));
    this.#write({ kind: "scalars", step, scalars: Object.fromEntries(finite) });
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(event: TrainingEvent): void {
    try {
      writeFileSync(this.#file, encodeRecord(encodeEvent(event, Date.now() / 1000)));
    } catch (error) {
      throw explainFullDisk(error, this.#path);
    }
  }
}

/** As TensorFlow names them, by the second of their start, or the second after the latest one's. */
function nextName(folder: string): string {
  const seconds = readdirSync(folder).filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length).split(".")[0]) + 1);
  const start = Math.max(Math.floor(Date.now() / 1000), ...seconds);
  return `${prefix}${String(start).padStart(10, "0")}.gliomap.${process.pid}`;
}
