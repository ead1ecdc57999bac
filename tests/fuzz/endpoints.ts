/** The endpoints of a running server, asked with strangers' files. */

import { faultOf } from "./decoders.ts";
import type { Random } from "./random.ts";
import type { Kind } from "./seeds.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface Question {
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body: BodyInit;
}

function formOf(fields: Record<string, Bytes>): FormData {
  const form = new FormData();
  for (const [name, bytes] of Object.entries(fields)) form.append(name, new File([bytes], name));
  return form;
}

/** A whole patient gets a thread of its own, which takes a while to start. */
const volumeShare = 8;

function questionOf(kind: Kind, bytes: Bytes, { below, pick }: Random): Question {
  if (kind === "tensor") {
    const headers = {
      "Inference-Header-Content-Length": `${bytes.indexOf(10) + 1 + below(20) * below(2)}`,
    };
    return { path: "/v2/models/preview/infer", headers, body: bytes };
  }
  const isVolume = kind === "nifti" || kind === "dicom" || kind === "zip";
  if (below(isVolume ? volumeShare : 20 * volumeShare) === 0) {
    const form = below(4) === 0;
    const body = form ? formOf({ flair: bytes, [pick(["t1", "x"])]: bytes }) : bytes;
    return { path: "/v1/volumes?output=json", body };
  }
  if (below(5) === 0) {
    return { path: "/v1/dice", body: formOf({ prediction: bytes, reference: bytes }) };
  }
  const path = `/v1/segment?output=${pick(["json", "mask", "overlay"])}`;
  return { path, body: below(8) === 0 ? formOf({ image: bytes }) : bytes };
}

/** What is wrong with how a server answers a file, and how many milliseconds it took. */
export async function askServer(
  url: string,
  kind: Kind,
  bytes: Bytes,
  random: Random,
): Promise<{ readonly status: number; readonly milliseconds: number; readonly fault?: string }> {
  const { path, ...init } = questionOf(kind, bytes, random);
  const start = performance.now();
  const response = await fetch(new URL(path, url), { method: "POST", ...init });
  const { status } = response, type = response.headers.get("content-type") ?? "";
  const answer = type.startsWith("application/json")
    ? await response.json() as { error?: string }
    : await response.bytes();
  const milliseconds = performance.now() - start;
  if (status === 200) return { status, milliseconds };
  const message = "error" in answer ? answer.error! : "";
  const fault = status >= 400 && status < 500 ? faultOf(message) : `status ${status}: ${message}`;
  return { status, milliseconds, fault: fault && `${path}: ${fault}` };
}
