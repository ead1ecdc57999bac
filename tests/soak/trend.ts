/** Whether a series of measurements grows. */

export interface Trend {
  /** What a straight line through the values gains from the first to the last. */
  readonly growth: number;
  /** How far a value is from the line, as a standard deviation. */
  readonly noise: number;
}

/** The line of least squares through values that were measured at equal distances. */
export function fitTrend(values: readonly number[]): Trend {
  const count = values.length;
  if (count < 2) return { growth: 0, noise: 0 };
  const middle = (count - 1) / 2, mean = values.reduce((sum, value) => sum + value, 0) / count;
  let covariance = 0, variance = 0;
  values.forEach((value, i) => {
    covariance += (i - middle) * (value - mean);
    variance += (i - middle) ** 2;
  });
  const slope = covariance / variance;
  const squares = values.reduce(
    (sum, value, i) => sum + (value - mean - slope * (i - middle)) ** 2,
    0,
  );
  return { growth: slope * (count - 1), noise: Math.sqrt(squares / count) };
}
