/** Errors that say which file they are about. */

import { printable } from "../../../shared/printable.ts";
import { messageOf } from "../../message_of.ts";

/** What is read of a file; what goes wrong on the way names it. */
export async function naming<Result>(
  { name }: File,
  read: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`${printable(name)}: ${messageOf(error)}`, { cause: error });
  }
}
