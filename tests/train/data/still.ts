import type { Movement } from "../../../train/data/movement.ts";

/** A movement that leaves a slice where it is. */
export const still: Movement = {
  angle: 0,
  zoom: 1,
  shiftX: 0,
  shiftY: 0,
  flip: false,
  verticalFlip: false,
};
