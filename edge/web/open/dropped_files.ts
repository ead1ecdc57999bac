/** The files that a person drags onto the page, those within folders included. */

/// <reference lib="dom" />

function filesOf(entry: FileSystemFileEntry): Promise<File[]> {
  return new Promise((resolve, reject) => entry.file((file) => resolve([file]), reject));
}

/** A reader gives some entries at a time, and none when it has given all. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader(), all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  // What starts with a dot is the system's own, as .DS_Store.
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return filesOf(entry as FileSystemFileEntry);
  const entries = await entriesOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(entries.map(filesIn))).flat();
}

/** All files of a drop. Call it in the event itself: the browser forgets them after that. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) =>
    entry !== null
  );
  if (entries.some((entry) => entry.isDirectory)) {
    return (await Promise.all(entries.map(filesIn))).flat();
  }
  return [...transfer.files];
}
