/**
 * The models that an edge has: their cards from the start, each network when it is first asked for.
 *
 * @module
 */

import { pooledModel } from "../shared/inference/worker_pool.ts";
import type { Workers } from "../shared/inference/workers_options.ts";
import type { ModelCard } from "../shared/model_card.ts";
import { readCard, readModel } from "./model_files.ts";
import { type SegmentationService, serviceOf } from "./service.ts";
import { UnknownModelError } from "./unknown_model_error.ts";

/** What the routes need of the models. */
export interface ModelRegistry {
  readonly defaultName: string;
  /** The cards of all, the default first. */
  readonly cards: readonly ModelCard[];
  /** @throws {UnknownModelError} when there is none of that name. */
  cardOf(name: string): ModelCard;
  /**
   * A model by its name, loaded once; absent: the default.
   *
   * @throws {UnknownModelError} when there is none of that name.
   * @throws {Error} when its files are not those of its card.
   */
  get(name?: string): Promise<SegmentationService>;
  /** Whether a model has answered at least once. */
  isReady(name?: string): boolean;
  /** The name of the engine that runs a model, or would; absent: the default. */
  engineOf(name?: string): string;
  /** What waits for the workers. */
  readonly load: Pick<
    Workers,
    "waiting" | "busy" | "size" | "overdue" | "stuck" | "restarts" | "assertRoom"
  >;
}

/** Where an edge's models come from. */
export interface RegistryOptions {
  /** The models' folders; each address ends in a slash. */
  readonly folders: readonly URL[];
  /** The name of one of them. */
  readonly defaultName: string;
  readonly workers: Workers;
}

/**
 * Reads the cards. A network is read, checked and loaded with the first request for it; one that could not be
 * is tried again with the next.
 *
 * @throws {TypeError} when a card is not one, or two models have one name.
 * @throws {UnknownModelError} when the default is not there.
 */
export async function createRegistry(
  { folders, defaultName, workers }: RegistryOptions,
): Promise<ModelRegistry> {
  const entries = await readEntries(folders);
  const names = [...entries.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  function rank(name: string): number {
    return name === defaultName ? 0 : 1;
  }
  function entryOf(name = defaultName): Entry {
    const entry = entries.get(name);
    if (!entry) throw new UnknownModelError(name, names);
    return entry;
  }

  async function load(entry: Entry): Promise<SegmentationService> {
    const files = await readModel(entry.folder);
    const service = serviceOf(pooledModel(workers, files), files.card);
    entry.service = service;
    return service;
  }

  entryOf();
  return {
    defaultName,
    cards: names.map((name) => entryOf(name).card),
    cardOf: (name) => entryOf(name).card,
    async get(name) {
      const entry = entryOf(name);
      entry.loading ??= load(entry);
      entry.loading.catch(() => entry.loading = undefined);
      return await entry.loading;
    },
    isReady: (name) => entryOf(name).service?.ready ?? false,
    engineOf(name) {
      const { service, card } = entryOf(name);
      return workers.engineOf(service?.card ?? card);
    },
    load: workers,
  };
}

interface Entry {
  readonly folder: URL;
  readonly card: ModelCard;
  loading?: Promise<SegmentationService>;
  service?: SegmentationService;
}

async function readEntries(folders: readonly URL[]): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const folder of folders) {
    const { card } = await readCard(folder);
    if (entries.has(card.name)) {
      throw new TypeError(
        `Cannot load the models as their names must differ: two are called ${card.name}`,
      );
    }
    entries.set(card.name, { folder, card });
  }
  return entries;
}
