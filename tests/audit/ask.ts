/**
 * One question to a registry or index.
 *
 * @module
 */

/** Milliseconds that an answer may take. */
const patience = 60_000;

/**
 * Asks for JSON.
 *
 * @param what What is asked for, in words, for the error.
 * @throws {TypeError} when nobody answers.
 * @throws {Error} when the answer is another than 200, or no JSON.
 */
export async function askForJson(what: string, address: URL, init: RequestInit = {}) {
  const response = await fetch(address, { ...init, signal: AbortSignal.timeout(patience) });
  const type = response.headers.get("content-type") ?? "nothing";
  if (response.ok && /json/.test(type)) return await response.json();
  await response.body?.cancel();
  throw new Error(`it answers ${what} with ${response.ok ? type : response.status}`);
}

/** Whether an error says that nobody answered, so that there is no use in asking further. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError ||
    error instanceof DOMException && error.name === "TimeoutError";
}
