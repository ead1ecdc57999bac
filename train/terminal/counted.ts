/** "1 patient", "5 patients": a number of things that there may be one of. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
