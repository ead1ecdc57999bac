/**
 * `deno task runs`: a page that compares the runs in a folder.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { Command } from "commander";
import { runCommand } from "../terminal/command_line.ts";
import { counted } from "../terminal/counted.ts";
import { findRuns } from "../runs_page/find_runs.ts";
import { runsPage } from "../runs_page/runs_page.ts";
import { writeWholeFile } from "../storage/write_whole_file.ts";

interface Options {
  readonly runs: string;
  readonly out?: string;
}

const command = new Command("runs")
  .configureOutput({
    // Who gives an argument here gives the folder.
    outputError: (message, write) =>
      write(
        message.replace(/(too many arguments.*)\.\n/, "$1: the folder is given as --runs FOLDER\n"),
      ),
  })
  .description(
    "Writes a page that compares runs, finished or under way: curves side by side, figures, and settings that differ.",
  )
  .option("--runs <folder>", "where the runs are", "runs")
  .option("--out <file>", "the page (default: index.html in that folder)")
  .action(async ({ runs, out = join(runs, "index.html") }: Options) => {
    const found = await findRuns(runs);
    const page = dirname(resolve(out));
    const base = relative(page, resolve(runs)).split(sep).join("/");
    const content = { ...found, folder: basename(resolve(runs)), base };
    await mkdir(page, { recursive: true });
    await writeWholeFile(out, await runsPage(content));
    for (const problem of found.problems) console.error(`warning: ${problem}`);
    console.log(`${out}: ${counted(found.runs.length, "run")}`);
  });

await runCommand(command);
