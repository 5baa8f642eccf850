/**
 * What is said wherever a stop is shown (P36; document: IBKR TWS API, trigger_method_limit and
 * message_codes).
 */
export const STOP_TEXT =
  'Stops on US options are simulated by IBKR: elected by double bid/ask, in regular hours only, ' +
  'delayed during resets. Overnight and in a halt they protect nothing.'

/** The fallback that does not rely on them. */
export function fallbackText(stopLateMsMax: number): string {
  const seconds = stopLateMsMax / 1_000
  const stop = `A stop that a usable quote has been beyond for ${seconds} s`
  return `${stop} is joined by a close of the bot.`
}
