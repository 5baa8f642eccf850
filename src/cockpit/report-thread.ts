import { parentPort, workerData } from 'node:worker_threads'
import { reportText, type ReportAsked } from './period-report.ts'

/** A thread that lives for one report. */
const port = parentPort
const text = reportText(workerData as ReportAsked)
port?.postMessage(text)
