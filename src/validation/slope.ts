const HOUR_MS = 3_600_000
/** Pairs grow with the square; so many points say as much. */
const POINTS_MAX = 240

/** Of all pairs the middle slope (Theil and Sen): what spikes now and then moves it little. */
export function slopePerHour(
  points: readonly { readonly at: number; readonly value: number }[],
): number {
  const every = Math.ceil(points.length / POINTS_MAX)
  const few = points.filter((_, i) => i % every === 0)
  const slopes = few.flatMap((one, i) =>
    few
      .slice(i + 1)
      .filter(({ at }) => at > one.at)
      .map((other) => ((other.value - one.value) / (other.at - one.at)) * HOUR_MS),
  )
  return [...slopes].sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0
}
