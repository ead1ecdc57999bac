/** Temporary folders of processes that were killed are gone with the next process; those of the living stay. */
import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openTemporaryFolder } from "../../../train/storage/temporary_folder.ts";
import { root } from "../support/run_command.ts";
import { withFolder } from "../support/temporary_folder.ts";
import { TextLineStream } from "../support/text_lines.ts";

/** A process that has opened a folder with a patient's image in it, and waits. */
async function startHolder(parent: string) {
  const program = `
    import { openTemporaryFolder } from "./train/storage/temporary_folder.ts";
    const { path } = await openTemporaryFolder("gliomap-test-", Deno.args[0]);
    await Deno.mkdir(path + "/in");
    await Deno.writeTextFile(path + "/in/image", "voxels");
    console.log(path);
    await new Promise((resolve) => setTimeout(resolve, 1e9));
  `;
  const path = join(parent, "holder.ts");
  await writeFile(path, program.replace("./train", new URL("train", `file://${root}`).href));
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", path, parent],
    cwd: root,
    stdout: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  const reader = lines.getReader(), { value } = await reader.read();
  return {
    name: basename(value!),
    async kill() {
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();
    },
  };
}

Deno.test("openTemporaryFolder removes a killed process's folder, and no living one's", async () => {
  await withFolder(async (parent) => {
    const dead = await startHolder(parent), alive = await startHolder(parent);
    try {
      await dead.kill();
      await writeFile(join(parent, "gliomap-test-file"), "not a folder");
      const own = await openTemporaryFolder("gliomap-test-", parent);
      const left = async () =>
        (await readdir(parent)).filter((name) => /^gliomap/.test(name)).sort();
      const expected = [alive.name, basename(own.path), "gliomap-test-file"];
      assert.deepEqual(await left(), expected.sort());
      await own.remove();
      assert.deepEqual(await left(), [alive.name, "gliomap-test-file"].sort());
    } finally {
      await alive.kill();
    }
  });
});
