export { volumeDice } from "@gliomap/shared/dice";
