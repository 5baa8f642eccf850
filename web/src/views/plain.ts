/** The views without a chart: small, and one file is smaller than five. */
export { Chain } from './chain.tsx'
export { Journal } from './journal.tsx'
export { Orders } from './orders.tsx'
export { Risk } from './risk.tsx'
export { Settings } from './settings.tsx'
export { TradesPanel } from './trades.tsx'
