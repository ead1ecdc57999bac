/**
 * Lets the process hear signals, and messages of workers, amid work that never waits for anything: promises that are
 * fulfilled at once, as those of TensorFlow's results are, do not. Takes a millisecond or two.
 */
export function hearSignals(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
