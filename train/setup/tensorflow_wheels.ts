/**
 * Which Python packages TensorFlow's libraries come out of: one exact file for each kind of machine, with
 * its checksum. Only the two libraries are taken, so the Python version in a file's name does not matter.
 *
 * @module
 */

/** TensorFlow for the processor alone, or with CUDA. */
export type Variant = "cpu" | "gpu";

/** One file of the Python package index. */
export interface Wheel {
  readonly requirement: string;
  readonly file: string;
  readonly sha256: string;
  /** As the wheel's own METADATA names it, in the spelling of SPDX. */
  readonly licence: string;
  /** Files to take; everything else stays in the wheel. */
  readonly contents: RegExp;
}

/** Everything that one installation is made of. */
export interface WheelSet {
  readonly variant: Variant;
  /** What pip is to pretend the machine is, so that the same file comes whatever pip and Python are there. */
  readonly platforms: readonly string[];
  readonly wheels: readonly Wheel[];
  /** Checksums of TensorFlow's own libraries once unpacked, by path in the wheel. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Rough sizes in MB, told to the person who waits. */
  readonly download: number;
  readonly disk: number;
}

/** The version all variants have. */
export const tensorflowVersion = "2.21.0";

const libraryFiles = /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/;
/** Libraries, `ptxas` and the device bitcode; no headers and no static libraries. */
const cudaFiles = /^nvidia\/[^/]+\/(lib\/.*\.so[.\d]*|bin\/.+|nvvm\/.+)$/;

const cpuX64: WheelSet = {
  variant: "cpu",
  platforms: ["manylinux_2_27_x86_64"],
  wheels: [{
    requirement: `tensorflow-cpu==${tensorflowVersion}`,
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    licence: "Apache-2.0",
    contents: libraryFiles,
  }],
  libraries: {
    "tensorflow/libtensorflow_cc.so.2":
      "6505a4b9657e62100c6bdacb683957a395cb047725042945aaa50e40a71e429e",
    "tensorflow/libtensorflow_framework.so.2":
      "f060b323b26ef80add21b9df9428de3aeaf2843d772c5bb098745f7abff3709b",
  },
  download: 274,
  disk: 853,
};

const cpuArm64: WheelSet = {
  variant: "cpu",
  platforms: ["manylinux_2_27_aarch64"],
  wheels: [{
    requirement: `tensorflow==${tensorflowVersion}`,
    file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    licence: "Apache-2.0",
    contents: libraryFiles,
  }],
  libraries: {
    "tensorflow/libtensorflow_cc.so.2":
      "5f7de6ba6478ed7b83767a6e661e3e6e6931b05c64db14ba98250e52316a007c",
    "tensorflow/libtensorflow_framework.so.2":
      "deade33b9ab90ff468fd1d1f8f6079bec5a3a507cf2d13c3218aa8beec28aeb3",
  },
  download: 282,
  disk: 883,
};

/** An NVIDIA library: package name without `nvidia-` and `-cu12`, version, platform tag, checksum. */
function cuda(name: string, version: string, platform: string, sha256: string): Wheel {
  const project = `nvidia_${name.replaceAll("-", "_")}_cu12`;
  return {
    requirement: `nvidia-${name}-cu12==${version}`,
    file: `${project}-${version}-py3-none-${platform}.whl`,
    sha256,
    licence: "LicenseRef-NVIDIA-Proprietary",
    contents: cudaFiles,
  };
}

const linux227 = "manylinux_2_27_x86_64";
const linux217 = "manylinux2014_x86_64.manylinux_2_17_x86_64";
const linux212 = "manylinux2010_x86_64.manylinux_2_12_x86_64";

// The NVIDIA versions are those that `pip install tensorflow[and-cuda]==2.21.0` resolves to.
// deno-fmt-ignore
const gpuX64: WheelSet = {
  variant: "gpu",
  platforms: ["manylinux_2_27_x86_64", "manylinux2014_x86_64"],
  wheels: [
    {
      requirement: `tensorflow==${tensorflowVersion}`,
      file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
      sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
      licence: "Apache-2.0",
      contents: libraryFiles,
    },
    cuda("cublas", "12.9.3.13", linux227, "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72"),
    cuda("cuda-cupti", "12.8.90", linux217, "ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182"),
    cuda("cuda-nvcc", "12.9.86", linux212, "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0"),
    cuda("cuda-nvrtc", "12.9.86", linux212, "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4"),
    cuda("cuda-runtime", "12.9.79", linux217, "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3"),
    cuda("cudnn", "9.28.0.42", linux227, "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375"),
    cuda("cufft", "11.4.1.4", linux217, "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28"),
    cuda("curand", "10.3.10.19", linux227, "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e"),
    cuda("cusolver", "11.7.5.82", linux227, "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88"),
    cuda("cusparse", "12.5.10.65", linux217, "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78"),
    cuda("nccl", "2.32.3", linux227, "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c"),
    cuda("nvjitlink", "12.9.86", linux212, "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9"),
  ],
  libraries: {
    "tensorflow/libtensorflow_cc.so.2":
      "2889ecc99d7641620f41a4bea538f4dd4b626f75aa3e12623161ae939054191c",
    "tensorflow/libtensorflow_framework.so.2":
      "98847c6f0448308159f6d3ff55e13a9e92978598c7fbb34cde63aadf35c6fe84",
  },
  download: 3380,
  disk: 5656,
};

const sets: Readonly<Record<string, Partial<Record<Variant, WheelSet>>>> = {
  "linux x64": { cpu: cpuX64, gpu: gpuX64 },
  "linux arm64": { cpu: cpuArm64 },
};

/**
 * What to install, or undefined where TensorFlow offers no such build.
 *
 * @param platform As in Node's `process.platform`.
 * @param architecture As in Node's `process.arch`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.match(wheelSet("cpu", "linux", "x64")!.wheels[0].file, /^tensorflow_cpu-2\.21\.0/);
 * assert.equal(wheelSet("cpu", "darwin", "arm64"), undefined);
 * ```
 */
export function wheelSet(
  variant: Variant,
  platform: string,
  architecture: string,
): WheelSet | undefined {
  return sets[`${platform} ${architecture}`]?.[variant];
}

/** Every set, for every machine. */
export function wheelSets(): WheelSet[] {
  return Object.values(sets).flatMap((variants) => Object.values(variants));
}
