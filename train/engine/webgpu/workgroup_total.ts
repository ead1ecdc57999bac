/**
 * Sums over the invocations of a workgroup, for shaders in which several of them see to the same channels.
 *
 * @module
 */
import { threads } from "./shader.ts";

/**
 * WGSL of `total(thread, sum)`, which all invocations of a workgroup have to call: what those of one lane come to, for
 * the first of each lane. A lane is every `uniforms.lanes`th invocation, a power of two.
 *
 * @param type Of the sums, `f32` or `vec4<f32>`.
 */
export const totalCode = (type: string): string => `
    var<workgroup> sums : array<${type}, ${threads}>;
    fn total(thread : i32, sum : ${type}) -> ${type} {
      workgroupBarrier();
      sums[thread] = sum;
      for (var half = ${threads / 2}; half >= uniforms.lanes; half /= 2) {
        workgroupBarrier();
        if (thread < half) { sums[thread] += sums[thread + half]; }
      }
      return sums[thread];
    }
`;

/** The least number of lanes that has a lane for each of `count`, but at most `widest`, which is a power of two. */
export function lanesFor(count: number, widest: number): number {
  return Math.min(2 ** Math.ceil(Math.log2(count)), widest);
}
