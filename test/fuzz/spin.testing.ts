/**
 * A hang of `ms`, by the clock and by the processor: the processor's time is of the whole process,
 * so that beside other threads it passes faster than the clock.
 */
export function spin(ms: number): void {
  const begun = performance.now()
  const from = process.cpuUsage()
  while (performance.now() - begun < ms || process.cpuUsage(from).user < ms * 1_000);
}
