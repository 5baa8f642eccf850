/** The views with lines over time, and what draws them, in one file. */
export { Gateway } from './gateway.tsx'
export { Report } from './report.tsx'
