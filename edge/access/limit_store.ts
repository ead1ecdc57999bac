/**
 * Where the counts of limits are kept.
 *
 * @module
 */

/** Requests counted in one window of time. */
export interface Count {
  /** This request and those before it in the window. */
  readonly count: number;
  /** Milliseconds until the window ends. */
  readonly endsIn: number;
}

/** Counts of requests by key, in windows that start with the first request. */
export interface LimitStore {
  /** Counts one more request. */
  add(key: string, windowMs: number): Promise<Count>;
}

interface Window {
  count: number;
  readonly end: number;
}

/**
 * Counts in this process's memory.
 *
 * @param now The time in milliseconds.
 * @param maxKeys Keys that are held; beyond it, the oldest are forgotten, so that a stranger with many addresses
 * cannot fill the memory. @default 100,000
 */
export function createMemoryStore(
  now: () => number = () => performance.now(),
  maxKeys = 100_000,
): LimitStore {
  const windows = new Map<string, Window>();
  return {
    add(key, windowMs) {
      const time = now();
      let window = windows.get(key);
      if (!window || window.end <= time) {
        window = { count: 0, end: time + windowMs };
        windows.delete(key);
        windows.set(key, window);
        if (windows.size > maxKeys) windows.delete(windows.keys().next().value!);
      }
      window.count++;
      return Promise.resolve({ count: window.count, endsIn: window.end - time });
    },
  };
}
