/** Field counts of protocol.md, message id included: `[first version, fields]`, rising. */
export type Counts = readonly (readonly [from: number, fields: number])[]

export function countAt(counts: Counts, version: number): number | null {
  return counts.findLast(([from]) => version >= from)?.[1] ?? null
}

/** Of the plain messages: the tables of 7.3, 9, 10 and 11. */
export const longCounts: Readonly<Record<string, Counts>> = {
  // 7.3
  placeOrder: [
    [157, 110],
    [158, 111],
    [160, 112],
    [162, 113],
    [166, 114],
    [169, 115],
    [177, 114],
    [183, 115],
    [184, 116],
    [187, 118],
    [189, 119],
    [190, 117],
    [192, 118],
    [199, 119],
  ],
  // 9; between 157 and 173 by the gates of section 5
  openOrder: [
    [157, 128],
    [158, 129],
    [160, 130],
    [162, 131],
    [170, 136],
    [177, 135],
    [183, 136],
    [184, 137],
    [185, 138],
    [189, 139],
    [193, 141],
    [195, 154],
    [198, 155],
    [199, 156],
  ],
  // 10
  completedOrder: [
    [157, 96],
    [170, 101],
    [177, 100],
    [183, 101],
    [184, 102],
    [198, 103],
  ],
  // 11.1 says "40 up to sv 181", but what it lays out is 39 fields for 157 to 162: sizeMinTick makes
  // it 40 at 163, and from 164 three fields replace the message version and two more. By layout.
  contractDetails: [
    [157, 39],
    [163, 40],
    [182, 41],
    [186, 42],
  ],
  // 11.2
  execDetails: [
    [157, 31],
    [178, 32],
    [198, 33],
  ],
}

/** The column n of section 6, lists empty; and the counts that section 8 names. */
export const counts: Readonly<Record<string, Counts>> = {
  reqMktData: [[157, 20]],
  cancelMktData: [[157, 3]],
  cancelOrder: [
    [157, 3],
    [169, 4],
    [187, 7],
    [190, 4],
    [192, 5],
  ],
  reqOpenOrders: [[157, 2]],
  reqAccountUpdates: [[157, 4]],
  reqExecutions: [
    [157, 10],
    [200, 12],
  ],
  reqIds: [[157, 3]],
  reqContractDetails: [
    [157, 18],
    [176, 19],
  ],
  reqHistoricalData: [[157, 23]],
  exerciseOptions: [
    [157, 18],
    [180, 19],
    [183, 20],
    [184, 21],
  ],
  cancelHistoricalData: [[157, 3]],
  reqCurrentTime: [[157, 2]],
  reqRealTimeBars: [[157, 19]],
  cancelRealTimeBars: [[157, 3]],
  calcImpliedVolatility: [[157, 19]],
  calcOptionPrice: [[157, 19]],
  reqGlobalCancel: [
    [157, 2],
    [192, 3],
  ],
  reqMarketDataType: [[157, 3]],
  reqPositions: [[157, 2]],
  cancelPositions: [[157, 2]],
  reqAccountSummary: [[157, 5]],
  cancelAccountSummary: [[157, 3]],
  startApi: [[157, 4]],
  reqPositionsMulti: [[157, 5]],
  cancelPositionsMulti: [[157, 3]],
  reqAccountUpdatesMulti: [[157, 6]],
  cancelAccountUpdatesMulti: [[157, 3]],
  reqSecDefOptParams: [[157, 6]],
  reqHeadTimestamp: [[157, 18]],
  cancelHeadTimestamp: [[157, 2]],
  reqMarketRule: [[157, 2]],
  reqPnL: [[157, 4]],
  cancelPnL: [[157, 2]],
  reqPnLSingle: [[157, 5]],
  cancelPnLSingle: [[157, 2]],
  reqHistoricalTicks: [[157, 22]],
  reqTickByTickData: [[157, 17]],
  cancelTickByTickData: [[157, 2]],
  reqCompletedOrders: [[157, 2]],
  reqUserInfo: [[167, 2]],
  reqCurrentTimeInMillis: [[197, 1]],
  tickPrice: [[157, 7]],
  portfolioValue: [[157, 20]],
  position: [[157, 16]],
  nextValidId: [[157, 3]],
  managedAccounts: [[157, 3]],
  error: [
    [157, 5],
    [166, 6],
  ],
}
