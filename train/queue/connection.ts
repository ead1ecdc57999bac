/**
 * The way to a NATS server with JetStream, and to the streams that tasks and results lie in.
 *
 * @module
 */
import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  StorageType,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import { type ObjectStore, Objm } from "@nats-io/obj";
import { connect, type NodeConnectionOptions } from "@nats-io/transport-node";
import {
  bucket,
  resultStream,
  type TaskKind,
  taskKinds,
  taskStream,
  taskSubject,
} from "./protocol.ts";

/** A connection, ready to hand in tasks or to take some. */
export interface Queue {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly store: ObjectStore;
}

const second = 1e9;

/** Whatever nobody fetched by then is removed: images of patients must not lie about for ever. */
const kept = 7 * 24 * 3600 * second;

/** How long a worker may say nothing of its patient before another gets it. */
const defaultPatience = 30;

/** Settings of {@linkcode openQueue}. */
export interface QueueOptions {
  /**
   * Seconds that a worker may say nothing of its patient before another gets it; holds for all workers of the server.
   *
   * @default what it was, or 30
   */
  readonly patience?: number;
}

/**
 * Connects, and makes streams, consumers and store where they are missing.
 *
 * @param url `nats://[USER:PASSWORD@]HOST[:PORT]`, or `tls://`.
 * @throws {Error} when there is no server, or it runs without JetStream.
 */
export async function openQueue(url: string, { patience }: QueueOptions = {}): Promise<Queue> {
  const connection = await connectTo(url);
  try {
    const manager = await jetstreamManager(connection);
    const [tasks, results] = [taskSubject("*"), "gliomap.result.>"];
    await ensureStream(manager, taskStream, tasks);
    await ensureStream(manager, resultStream, results);
    for (const kind of taskKinds) await ensureConsumer(manager, kind, patience);
    const client = jetstream(connection);
    const store = await ensureStore(new Objm(client));
    return { connection, client, manager, store };
  } catch (error) {
    await connection.close();
    const message = (error as Error).message;
    throw new Error(
      `Cannot use ${
        withoutPassword(url)
      } as it must be a NATS server with JetStream (nats-server -js): ${message}`,
      { cause: error },
    );
  }
}

/**
 * How the server is looked for while it is away: every second, by a timer. The library's own pause is one by the clock on
 * the wall, which it sat out for hours where that clock had been put back by hours.
 */
function lookEverySecond(): Pick<
  NodeConnectionOptions,
  "reconnectDelayHandler" | "reconnectToServer"
> {
  let tried = false;
  return {
    reconnectDelayHandler: () => -Infinity,
    reconnectToServer([server]) {
      const delay = tried ? 1000 : 0;
      tried = true;
      return { server, delay };
    },
  };
}

async function connectTo(url: string): Promise<NatsConnection> {
  const address = URL.parse(url);
  if (!address || !/^(nats|tls):$/.test(address.protocol)) {
    throw new TypeError(
      `Cannot use --queue as it must be nats://HOST[:PORT] or tls://HOST[:PORT]: current value is "${
        withoutPassword(url)
      }"`,
    );
  }
  const { protocol, hostname, port, username, password } = address;
  try {
    return await connect({
      servers: `${hostname}:${port || 4222}`,
      ...username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
      ...protocol === "tls:" && { tls: {} },
      maxReconnectAttempts: -1,
      ...lookEverySecond(),
    });
  } catch (error) {
    throw new Error(
      `Cannot reach a NATS server at ${withoutPassword(url)}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/**
 * Of several programs that start at once, the server lets one make a thing and refuses the others, for instance since
 * "subjects overlap with an existing stream": theirs is the one that was made meanwhile.
 */
async function makeOrFind<T>(make: () => Promise<T>, find: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    return await find().catch(() => {
      throw error;
    });
  }
}

function ensureStream(manager: JetStreamManager, name: string, subject: string) {
  const config = {
    name,
    subjects: [subject],
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
    max_age: kept,
  };
  return makeOrFind(() => manager.streams.add(config), () => manager.streams.info(name));
}

function ensureStore(stores: Objm): Promise<ObjectStore> {
  const config = { storage: StorageType.File, ttl: kept };
  return makeOrFind(() => stores.create(bucket, config), () => stores.open(bucket));
}

/** Workers of a kind share one consumer, which remembers who has what. */
async function ensureConsumer(
  manager: JetStreamManager,
  kind: TaskKind,
  patience?: number,
): Promise<void> {
  const wanted = patience === undefined ? undefined : Math.round(patience * second);
  const find = () => manager.consumers.info(taskStream, kind);
  const config = {
    durable_name: kind,
    filter_subject: taskSubject(kind),
    ack_policy: AckPolicy.Explicit,
    ack_wait: wanted ?? defaultPatience * second,
  };
  // An existing one keeps its patience, so it is looked for first.
  const found = await find().catch(() =>
    makeOrFind(() => manager.consumers.add(taskStream, config), find)
  );
  if (wanted !== undefined && found.config.ack_wait !== wanted) {
    await manager.consumers.update(taskStream, kind, { ack_wait: wanted });
  }
}
