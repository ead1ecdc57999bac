/**
 * What products.ts does, faster, for a 3x3 convolution of channels that come in fours. A workgroup goes down a stripe
 * of the image with three rows of it in its own memory, of which each step replaces one.
 *
 * @module
 */
import { block, place, segment } from "./products.ts";
import type { Shader } from "./shader.ts";
import { lines } from "./shader_lines.ts";

/** Four inputs and two outputs for each of 16 x 8 invocations. */
const threads = 128;

const columns = segment + 2, fours = block / 4, rowSize = columns * fours;

/** As `products(3, "pixel")`: [shares, 9 * inputs + 1, outputs]. Numbers of channels are those of fours. */
export const ringProducts: Shader = {
  name: "gliomap products of a convolution 3 by fours",
  inputs: ["image", "upstream"],
  numbers: ["height", "width", "inputs", "outputs", "segments", "share", "shares", "inputBlocks"],
  inputComponents: 4,
  threads,
  code: `
    var<workgroup> images : array<vec4<f32>, ${3 * rowSize}>;
    var<workgroup> upstreams : array<vec2<f32>, ${segment * 2 * fours}>;
    fn main(index : i32) {
      ${place}
      let height = uniforms.height;
      let width = uniforms.width;
      let inputs = uniforms.inputs;
      let outputs = uniforms.outputs;
      let firstInput = inputBlock * ${fours};
      let firstOutput = outputBlock * ${fours};
      let stripes = (width + ${segment - 1}) / ${segment};
      var bias = vec2<f32>(0.0);
      ${lines(18, (sum) => `var sum_${sum} = vec4<f32>(0.0);`)}
      let begin = share * uniforms.share;
      let end = min(begin + uniforms.share, uniforms.segments);
      for (var at = begin; at < end; at++) {
        let y = at % height;
        let x = at / height % stripes * ${segment};
        let batch = at / (height * stripes);
        workgroupBarrier();
        // The two rows above are there from the step before, but where a share or a stripe begins.
        for (var row = select(y + 1, y - 1, at == begin || y == 0); row <= y + 1; row++) {
          for (var pair = lane; pair < ${rowSize}; pair += ${threads}) {
            let four = firstInput + pair % ${fours};
            let column = x + pair / ${fours} - 1;
            var value = vec4<f32>(0.0);
            if (row >= 0 && row < height && column >= 0 && column < width && four < inputs) {
              value = image[((batch * height + row) * width + column) * inputs + four];
            }
            images[(row + 3) % 3 * ${rowSize} + pair] = value;
          }
        }
        for (var pair = lane; pair < ${segment * fours}; pair += ${threads}) {
          let four = firstOutput + pair % ${fours};
          let column = x + pair / ${fours};
          var value = vec4<f32>(0.0);
          if (column < width && four < outputs) {
            value = upstream[((batch * height + y) * width + column) * outputs + four];
          }
          upstreams[2 * pair] = value.xy;
          upstreams[2 * pair + 1] = value.zw;
        }
        workgroupBarrier();
        ${
    lines(3, (row) => `
        let row_${row} = (y + ${row + 2}) % 3 * ${rowSize} + ty;
        let near_${row}_0 = images[row_${row}];
        let near_${row}_1 = images[row_${row} + ${fours}];`)
  }
        ${
    lines(segment, (column) => `
        let gradient_${column} = upstreams[${column * 2 * fours} + tx];
        bias += gradient_${column};
        ${
      lines(3, (row) =>
        `let near_${row}_${column + 2} = images[row_${row} + ${(column + 2) * fours}];`)
    }
        ${
      lines(18, (sum) => {
        const tap = sum >> 1, near = `near_${Math.floor(tap / 3)}_${column + tap % 3}`;
        return `sum_${sum} = fma(${near}, vec4<f32>(gradient_${column}[${sum & 1}]), sum_${sum});`;
      })
    }`)
  }
      }
      let rows = 9 * 4 * inputs + 1;
      let start = share * rows;
      let columns = 4 * outputs;
      let input = 4 * (firstInput + ty);
      let output = 4 * firstOutput + 2 * tx;
      if (output >= columns) { return; }
      if (inputBlock == 0 && ty == 0) {
        let last = (start + rows - 1) * columns + output;
        result[last] = bias.x;
        result[last + 1] = bias.y;
      }
      if (firstInput + ty >= inputs) { return; }
      // By number, not in a loop: a sum that is asked for by a variable has to be in memory, not in a register.
      ${
    lines(4 * 18, (index) => {
      const sum = index >> 2, channel = index & 3;
      return `result[(start + ${sum >> 1} * 4 * inputs + input + ${channel}) * columns + output + ${
        sum & 1
      }] = sum_${sum}[${channel}];`;
    })
  }
    }
  `,
};
