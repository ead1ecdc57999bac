/**
 * Whether an address is for those alone who may ask: the API and the counts are; the page, its files, the description of
 * the API and whether the server is well are for anyone.
 *
 * @param path A path, or its template in `/openapi.json`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.ok(isGuarded("/v1/models") && isGuarded("/v2/models/{name}") && isGuarded("/metrics"));
 * assert.ok(!isGuarded("/health/live") && !isGuarded("/v2/health/ready") && !isGuarded("/docs"));
 * ```
 */
export function isGuarded(path: string): boolean {
  if (path.startsWith("/v2/health/")) return false;
  return /^\/(v1|v2|metrics)(\/|$)/.test(path);
}
