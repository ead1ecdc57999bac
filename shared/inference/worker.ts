/**
 * The inference worker: the code on the other side of a worker pool. Runs in a Deno worker and, bundled,
 * in a browser's; holds one engine a model and does one thing at a time.
 *
 * @module
 */

import { createEngine } from "./engine.ts";
import { listen } from "./worker_scope.ts";

listen(createEngine);
