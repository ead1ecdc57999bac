/**
 * Where an open library keeps the address of a function it imports.
 *
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
 * @module
 */
import { readFileSync } from "node:fs";

const { UnsafePointer, UnsafePointerView } = Deno;

/** Of the ELF format for 64 bits. */
const programHeader = { table: 32, size: 54, count: 56, type: 0, address: 16, dynamic: 2 };
const tag = { stringTable: 5, symbolTable: 6, pltSize: 2, pltRelocations: 23 };
const relocation = { size: 24, offset: 0, symbol: 12 };
const symbolSize = 24;

function view(address: bigint): Deno.UnsafePointerView {
  return new UnsafePointerView(UnsafePointer.create(address)!);
}

/** Where in memory the library's file begins. */
function baseOf(library: string): bigint {
  const first = readFileSync("/proc/self/maps", "utf8").split("\n").find((line) => {
    const [, , offset, , , ...path] = line.split(/\s+/);
    return Number(`0x${offset}`) === 0 && path.join(" ").endsWith(`/${library}`);
  });
  if (!first) throw new Error(`Cannot look into ${library} as it must be open`);
  return BigInt(`0x${first.split("-")[0]}`);
}

/** The entries of the library's dynamic section, by tag. */
function dynamicSection(base: bigint): Map<number, bigint> {
  const header = view(base), entries = new Map<number, bigint>();
  for (let index = 0; index < header.getUint16(programHeader.count); index++) {
    const start = Number(header.getBigUint64(programHeader.table)) +
      index * header.getUint16(programHeader.size);
    if (header.getUint32(start + programHeader.type) !== programHeader.dynamic) continue;
    const section = view(base + header.getBigUint64(start + programHeader.address));
    for (let at = 0; section.getBigUint64(at) !== 0n; at += 16) {
      entries.set(Number(section.getBigUint64(at)), section.getBigUint64(at + 8));
    }
  }
  return entries;
}

/**
 * The address of the slot through which an open library calls a function of another one.
 *
 * @param library The library's file name.
 * @throws {Error} when the library is not open, or does not import the function.
 */
export function importedFunction(library: string, name: string): bigint {
  const base = baseOf(library), entries = dynamicSection(base);
  const relocations = view(entries.get(tag.pltRelocations)!);
  const symbols = view(entries.get(tag.symbolTable)!), strings = entries.get(tag.stringTable)!;
  const size = Number(entries.get(tag.pltSize)!);
  for (let at = 0; at < size; at += relocation.size) {
    const symbol = relocations.getUint32(at + relocation.symbol);
    const nameOffset = symbols.getUint32(symbol * symbolSize);
    if (view(strings + BigInt(nameOffset)).getCString() === name) {
      return base + relocations.getBigUint64(at + relocation.offset);
    }
  }
  throw new Error(`Cannot find where ${library} calls ${name}`);
}
