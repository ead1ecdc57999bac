/** What the page asks of its service worker, which answers on the port that comes with it whether it could. */

export interface KeepRequest {
  /** Files of the page, from its folder, which are to be there without a network. */
  readonly paths: readonly string[];
}
