/** The app with its access rules, asked from an address of choice. */

import type { AccessOptions } from "../../../edge/access/limit_requests.ts";
import { limitRequests } from "../../../edge/access/limit_requests.ts";
import { createMemoryStore } from "../../../edge/access/limit_store.ts";
import { createTestApp } from "../support/test_app.ts";

export function createGuardedApp(options: Partial<AccessOptions>) {
  const guard = limitRequests({
    tokens: [],
    perMinute: 0,
    trustedProxies: [],
    store: createMemoryStore(),
    onStoreError: (error) => {
      throw error;
    },
    ...options,
  });
  const app = createTestApp({ access: { limitRequests: guard } });
  return (path: string, headers: Record<string, string> = {}, address = "192.0.2.1") =>
    app.request(path, { headers }, { remoteAddr: { hostname: address } });
}
