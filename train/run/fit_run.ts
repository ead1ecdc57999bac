/**
 * The fitting of a run's network, saved on the way.
 *
 * @module
 */
import type { Cluster } from "../cluster/cluster.ts";
import { CollectiveError } from "../cluster/collective.ts";
import { LostPeerError } from "../cluster/lost_peer.ts";
import { assertSameState } from "../cluster/same_state.ts";
import { openTrainingInput } from "../data/training_input.ts";
import { trainingWindow } from "../data/training_window.ts";
import type { Backend } from "../engine/backend.ts";
import { firstStep, fit, type FitObserver, type FitProgress } from "../fit/fit.ts";
import { InterruptedError, Interruption } from "../terminal/interruption.ts";
import { Trainer } from "../fit/trainer.ts";
import { validate } from "../fit/validation.ts";
import { startWeights } from "../network/start_weights.ts";
import type { StateDict } from "../network/state_dict.ts";
import { describeStart } from "./describe_start.ts";
import type { RunConfig } from "./run_folder.ts";
import { readRecordedStart } from "./start_network.ts";
import { openRunKeeper, silentKeeper } from "./run_keeper.ts";
import type { RunPatients } from "./run_patients.ts";
import { isFirst } from "./run_processes.ts";
import type { TrainingState } from "./training_state.ts";

/** What a run goes on in, which changes nothing of what it learns. */
export interface RunSurroundings {
  readonly backend: Backend;
  readonly workers: number;
  /** Takes the lines that tell how it goes. */
  readonly log: (line: string) => void;
  /** The processes that train one network together. Absent: there is only this one. */
  readonly cluster?: Cluster;
}

/** Fits a network, new or going on, and saves it after every epoch, every few minutes and on Ctrl-C. */
export async function fitRun(
  run: string,
  config: RunConfig,
  { training, validation }: RunPatients,
  { backend, workers, log, cluster }: RunSurroundings,
  state?: TrainingState,
): Promise<void> {
  const start = state?.trainer ??
    await weightsToStartFrom(config, isFirst(cluster) ? log : () => {});
  const { settings, architecture } = config, { downsampling } = settings;
  const crop = trainingWindow(settings, architecture, training);
  const size = { height: crop.height / downsampling, width: crop.width / downsampling };
  const input = openTrainingInput(training, { ...settings, crop, size, workers, place: cluster });
  const { kernels } = backend, collective = cluster?.collective;
  const trainer = await Trainer.start(architecture, kernels, settings, start, collective);
  const progress = state?.progress ?? firstStep;
  const { slicesPerEpoch } = input;
  const keeper = isFirst(cluster)
    ? openRunKeeper({ run, config, trainer, slicesPerEpoch, validation, log, state })
    : silentKeeper;
  const interruption = new Interruption((line) => {
    keeper.endProgress();
    log(line);
  });
  const saved = `the run is saved: deno task train --resume ${run} goes on with it`;
  let unsaved: FitProgress | undefined = progress;
  let looking = true;
  const observer: FitObserver = {
    // Who loses a peer in a step saves what the step before left.
    isLooking: () => looking = cluster !== undefined || interruption.requested || keeper.isDue,
    async onStep(progress, loss) {
      unsaved = progress;
      keeper.onStep(progress, loss);
      if (!looking) return;
      interruption.throwIfRequested(saved);
      if (keeper.isDue) await keeper.save(progress);
    },
    async onEpoch(result, progress) {
      if (cluster) await assertSameState(cluster, trainer, `after epoch ${result.epoch}`);
      await keeper.onEpoch(result, progress);
      unsaved = undefined;
      interruption.throwIfRequested(saved);
    },
  };
  const { network } = trainer;
  const onValidation = (slices: number) => {
    keeper.onValidation(slices);
    cluster?.throwIfLost();
    interruption.throwIfRequested(saved);
  };
  const measure = () =>
    validate(network, trainer.weights, validation, settings, onValidation, cluster);
  try {
    if (cluster) await assertSameState(cluster, trainer, "at the start");
    await fit(trainer, input, measure, settings, observer, progress);
  } catch (error) {
    if (unsaved && isWorthSaving(error)) await keeper.save(unsaved);
    throw error;
  } finally {
    interruption.stop();
    keeper.stop();
    input.close();
    trainer.dispose();
  }
}

/** Random weights, or as much as fits of the network to start from. */
async function weightsToStartFrom(
  { architecture, settings, start }: RunConfig,
  log: (line: string) => void,
): Promise<StateDict> {
  const trained = start && await readRecordedStart(start);
  const taken = startWeights(architecture, settings.seed, trained);
  const lines = trained ? describeStart(start.run, trained, taken, settings) : [];
  for (const line of lines) log(line);
  return taken.weights;
}

/**
 * Whether a run goes on from its last step after such an end. In validation that is all there is to save: what was
 * measured of it is measured again.
 */
function isWorthSaving(error: unknown): boolean {
  return [InterruptedError, CollectiveError, LostPeerError].some((kind) => error instanceof kind);
}
