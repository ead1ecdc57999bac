/** A page of another origin asks a real server from a real browser, which hides from it what CORS does not allow. */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import type { Page } from "playwright-core";
import { createToken } from "../../edge/access/tokens.ts";
import { readBytes, slicePath } from "../edge/support/files.ts";
import { type RunningServer, startEdge } from "../edge/support/running_server.ts";
import { findChromium, launch } from "./browser.ts";

const executable = findChromium();
if (!executable) console.log("No Chromium was found: no page of another origin asks the API.");

const base64 = (await readBytes(slicePath)).toBase64();

/** A host with an empty page. */
function servePage() {
  const page = () =>
    new Response("<title>other</title>", { headers: { "Content-Type": "text/html" } });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, page);
  return { origin: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

/** What a page sees of an answer; nothing where the browser hides it. */
interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Posts a slice from a page, so often over that it is too long for a body where `times` is large. */
function ask(
  page: Page,
  { url }: RunningServer,
  headers: Record<string, string> = {},
  times = 1,
): Promise<Seen | undefined> {
  return page.evaluate(async ([url, headers, base64, times]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const body = new Blob(Array(times).fill(bytes));
    try {
      const response = await fetch(`${url}v1/segment`, { method: "POST", headers, body });
      const { status } = response, text = await response.text();
      return { status, text, headers: Object.fromEntries(response.headers) };
    } catch {
      return undefined;
    }
  }, [url, headers, base64, times] as const);
}

/** Sends a request without its body, which a server that ends waits for. */
async function holdServer({ url }: RunningServer, Authorization: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on("error", () => {});
  socket.write(
    `POST /v1/segment HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\n` +
      "Content-Length: 9999\r\nExpect: 100-continue\r\n\r\n",
  );
  await once(socket, "data");
  return socket;
}

Deno.test({
  name:
    "a page of another origin reads answers and refusals in a real browser, and one not named none",
  ignore: !executable,
  async fn(t) {
    const named = servePage(), other = servePage(), { token, sha256 } = createToken();
    const tokens = await Deno.makeTempFile({ suffix: ".json" });
    await Deno.writeTextFile(tokens, JSON.stringify([{ name: "ward", sha256 }]));
    const rules = ["--origins", named.origin, "--tokens", tokens, "--drain", "600"];
    await using server = await startEdge("--body-seconds", "600", ...rules);
    await using browser = await launch(executable!);
    const page = await browser.newPage(), Authorization = `Bearer ${token}`;
    await page.goto(named.origin);

    await t.step("its answer, with model and id", async () => {
      const seen = await ask(page, server, { Authorization, "X-Request-Id": "mine-1" });
      assert.equal(seen!.status, 200);
      assert.ok(JSON.parse(seen!.text).tumorAreaPixels > 2500);
      assert.match(seen!.headers["x-model"], /^preview\//);
      assert.equal(seen!.headers["x-request-id"], "mine-1");
    });

    await t.step("why it has no token, and that it sends too much", async () => {
      const seen = await ask(page, server);
      assert.deepEqual([seen!.status, seen!.headers["www-authenticate"]], [401, "Bearer"]);
      const long = await ask(page, server, { Authorization }, 1000);
      assert.equal(long!.status, 413);
      assert.match(long!.text, /at most 16777216 bytes/);
    });

    await t.step("nothing, from a host that is not named", async () => {
      const stranger = await browser.newPage();
      await stranger.goto(other.origin);
      assert.equal(await ask(stranger, server, { Authorization }), undefined);
      await stranger.close();
    });

    await t.step("that the server is about to end, and when to come back", async () => {
      const held = await holdServer(server, Authorization);
      const ended = server.stop("SIGTERM");
      let seen = await ask(page, server, { Authorization });
      while (seen?.status === 200) seen = await ask(page, server, { Authorization });
      assert.deepEqual([seen?.status, seen?.headers["retry-after"]], [503, "1"]);
      assert.match(seen!.text, /about to end: ask again/);
      held.destroy();
      assert.equal((await ended).code, 0);
    });
    await Promise.all([named.close(), other.close(), Deno.remove(tokens)]);
  },
});
