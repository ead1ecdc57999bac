import { readFileSync } from "node:fs";
import { measure } from "./measure.mjs";

const [webp, tiff] = process.argv.slice(2).map((path) => readFileSync(path));
console.log(JSON.stringify(await measure(webp, tiff)));
