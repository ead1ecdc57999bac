/** A decoding thread that ends in the middle of whatever it is asked. */

import process from "node:process";
import { parentPort } from "node:worker_threads";

parentPort!.on("message", () => process.exit(1));
