/** What TypeScript alone does not know: `with { type: "bytes" }` gives the bytes of a file. */
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
