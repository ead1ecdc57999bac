/**
 * Keeps what tfjs makes anew for every dispatch: the buffer of a shader's numbers, and the group that binds its tensors.
 * A training step is a few hundred dispatches, and each is the same as in the step before; made anew, these two take
 * most of the processor's time that a dispatch takes, which on a fast GPU is more than the GPU's.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** One number of a shader, or a few: what tfjs calls a uniform. */
interface Uniform {
  readonly type: string;
  readonly data: readonly number[];
}

interface Binding {
  readonly buffer: GPUBuffer;
}

/** The parts of tfjs's backend that it does not declare. */
interface Internals {
  makeUniforms(uniforms: Uniform[]): Binding;
  recordAndSubmit(program: { readonly pipeline: GPUComputePipeline }, ...rest: unknown[]): void;
  uniformPendingDisposal: GPUBuffer[];
  readonly bufferManager: {
    /** By size and usage, as `SIZE_USAGE`. */
    readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
    acquireBuffer(size: number, usage: number, mapped?: boolean, reuse?: boolean): GPUBuffer;
  };
}

/** As many of each are kept; then all are forgotten, as numbers that change from step to step are never asked for again. */
const most = 4096;

const keeping = new WeakSet<WebGPUBackend>();

/** From now on the backend keeps numbers and bindings. */
export function keepBindings(backend: WebGPUBackend): void {
  if (keeping.has(backend)) return;
  keeping.add(backend);
  const internals = backend as unknown as Internals, numbers = new Numbers();
  keepUniforms(internals);
  keepLayouts(internals);
  keepBindGroups(backend.device, numbers);
  takeByNumber(internals, numbers);
}

function keepUniforms(backend: Internals): void {
  const make = backend.makeUniforms.bind(backend), kept = new Map<string, Binding>();
  backend.makeUniforms = (uniforms) => {
    let key = "";
    for (const { type, data } of uniforms) key += `${type} ${data};`;
    const found = kept.get(key);
    if (found) return found;
    if (kept.size >= most) {
      backend.uniformPendingDisposal.push(...[...kept.values()].map(({ buffer }) => buffer));
      kept.clear();
    }
    const made = make(uniforms), pending = backend.uniformPendingDisposal;
    pending.splice(pending.lastIndexOf(made.buffer), 1);
    kept.set(key, made);
    return made;
  };
}

/** WebGPU makes a new object of a pipeline's layout whenever it is asked. */
function keepLayouts(backend: Internals): void {
  const record = backend.recordAndSubmit.bind(backend), known = new WeakSet<GPUComputePipeline>();
  backend.recordAndSubmit = (program, ...rest) => {
    const { pipeline } = program;
    if (!known.has(pipeline)) {
      const layout = pipeline.getBindGroupLayout(0);
      Object.defineProperty(pipeline, "getBindGroupLayout", { value: () => layout });
      known.add(pipeline);
    }
    record(program, ...rest);
  };
}

/** Numbers that objects are known by. */
class Numbers {
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  of(object: object): number {
    const found = this.#numbers.get(object);
    if (found !== undefined) return found;
    this.#numbers.set(object, ++this.#last);
    return this.#last;
  }
}

function keepBindGroups(device: GPUDevice, numbers: Numbers): void {
  const create = device.createBindGroup.bind(device), kept = new Map<string, GPUBindGroup>();
  device.createBindGroup = (descriptor) => {
    let key = `${numbers.of(descriptor.layout)}`;
    for (const { resource } of descriptor.entries) {
      if (!("buffer" in resource)) return create(descriptor);
      key += ` ${numbers.of(resource.buffer)}`;
    }
    const found = kept.get(key);
    if (found) return found;
    if (kept.size >= most) kept.clear();
    const made = create(descriptor);
    kept.set(key, made);
    return made;
  };
}

/**
 * Of free buffers tfjs takes the one that was freed last, so that a step ends with other buffers free on top than it
 * began with. Taken by number, every step has the same buffers for the same tensors.
 */
function takeByNumber({ bufferManager }: Internals, numbers: Numbers): void {
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, ...rest) => {
    const free = bufferManager.freeBuffers.get(`${size}_${usage}`) ?? [];
    let first = 0;
    for (let index = 1; index < free.length; index++) {
      if (numbers.of(free[index]) < numbers.of(free[first])) first = index;
    }
    if (free.length > 1) free.push(...free.splice(first, 1));
    return acquire(size, usage, ...rest);
  };
}
