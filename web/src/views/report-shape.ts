/** As much of the report's JSON as the page shows; amounts are decimal texts, unknown is null. */
export interface ReportJson {
  readonly title: string
  readonly notes: readonly string[]
  readonly from: string
  readonly to: string
  readonly mode: string | null
  readonly equity: string | null
  readonly all: FiguresJson
  readonly drawdown: { readonly amount: string; readonly ofEquity: number | null } | null
  readonly ratio: { readonly value: number | null; readonly why: string | null }
  readonly curve: readonly { readonly at: number; readonly realized: string }[]
  readonly days: readonly DayJson[]
  readonly by: Readonly<Record<string, readonly GroupJson[]>>
  readonly exits: readonly GroupJson[]
  readonly trades: readonly TradeJson[]
  readonly open: number
  readonly decisions: number
  readonly outcomes: readonly CountJson[]
  readonly approved: number
  readonly refused: number
  readonly refusals: readonly CountJson[]
  readonly slippage: { readonly entries: SlippageJson; readonly exits: SlippageJson }
  readonly unprotected: { readonly spans: number; readonly ms: number; readonly msMax: number }
}

export interface FiguresJson {
  readonly closed: number
  readonly wins: number
  readonly losses: number
  readonly winRate: number | null
  readonly profitFactor: number | null
  readonly profitFactorWhy: string | null
  readonly expectancy: string | null
  readonly realized: string
  readonly commissions: string
}

export interface GroupJson extends FiguresJson {
  readonly key: string
}

export interface CountJson {
  readonly key: string
  readonly count: number
}

export interface DayJson {
  readonly date: string
  readonly realized: string
  readonly closed: number
}

export interface TradeJson {
  readonly structureId: string
  readonly strategy: string
  readonly contract: string
  readonly openedAt: number
  readonly closedAt: number | null
  readonly quantity: number
  readonly pnl: string
  readonly exit: string | null
}

export interface SlippageJson {
  readonly fills: number
  readonly unknown: number
  readonly againstMid: { readonly amount: string; readonly ofSpread: number | null } | null
}

/** What has another shape is of another version. */
export function isReport(value: unknown): value is ReportJson {
  if (typeof value !== 'object' || value === null) return false
  return ['title', 'all', 'curve', 'by', 'trades', 'slippage', 'ratio'].every((key) => key in value)
}
