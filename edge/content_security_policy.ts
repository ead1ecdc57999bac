/**
 * What the page may do and load: as the server's header says it, and as the page says it of itself on hosts that send
 * none.
 *
 * @module
 */

/** Everything comes from this server; ONNX Runtime compiles WebAssembly, and the 3D view holds its letters itself. */
const policy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  imgSrc: ["'self'", "blob:", "data:"],
  objectSrc: ["'none'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
};

/** As Hono's `secureHeaders` takes it; who may frame the page can be said in a header alone. */
export const headerPolicy = { ...policy, frameAncestors: ["'none'"] };

/** What `index.html` has in the policy's place. */
const place = "<!-- The content security policy comes here. -->";

/**
 * The page with its policy in it.
 *
 * @throws {TypeError} when there is no place for it.
 */
export function withPolicy(html: string): string {
  if (!html.includes(place)) throw new TypeError(`Cannot build the page as it must have ${place}`);
  const content = Object.entries(policy)
    .map(([name, sources]) =>
      `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${sources.join(" ")}`
    )
    .join("; ");
  return html.replace(place, `<meta http-equiv="Content-Security-Policy" content="${content}">`);
}
