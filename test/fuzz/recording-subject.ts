import { checkRecording, parseRecording } from '../../src/ibkr/doctor/recording.ts'
import type { Prng } from '../../src/base/prng.ts'
import { bitten, latin1, oneElse, unlatin1 } from './drawn.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { shapeOf, subjectOf, without } from './subject.ts'
import { timed } from './timed.ts'

const MS_MAX = 200

const SOUND = `{"about":"x","startedAt":"2026","client":"v176..193","serverVersion":193,
"frames":[
{"ms":111,"side":"request","fields":["71","2","34",""]},
{"ms":125,"side":"response","fields":["15","1","DU9000001"]},
{"ms":126,"side":"response","fields":["9","1","1"]},
{"ms":127,"side":"response","fields":["4","2","-1","2104","farm OK",""]},
{"fields":["61","3","DU9000001","1","SPY","STK","","0","","","SMART","USD","SPY","NMS","2","700.5"]}
],
"frameCount":5,"ended":"10 min are over"}
`

const ODD = ['null', '1e999', '[]', '{}', '"x"', '[1]', '""', '201', '-1', '"\\u0000"', '{"a":1}']

function recordingText(prng: Prng): string {
  let text = SOUND
  const edits = prng.int(0, 3)
  for (let i = 0; i < edits; i++) {
    const lines = text.split('\n')
    const row = prng.int(0, lines.length - 1)
    const kind = prng.int(0, 4)
    if (kind === 0) text = lines.toSpliced(row, 1).join('\n')
    else if (kind === 1) text = lines.slice(0, row).join('\n')
    else if (kind === 2) text = lines.toSpliced(row, 0, lines[row] ?? '').join('\n')
    else if (kind === 3) {
      const value = oneElse(prng, ODD, 'null')
      const put = (lines[row] ?? '').replace(/:(\d+|"[^"]*"|\[[^\]]*\])/, `:${value}`)
      text = lines.with(row, put).join('\n')
    } else text = Buffer.from(bitten(prng, Buffer.from(text))).toString('utf8')
  }
  return prng.chance(0.02) ? '['.repeat(prng.int(10, 50_000)) : text
}

/** Every frame is read or counted as drifted; what is no recording is refused with what it lacks. */
export function judgeRecording(text: string, reached: Counts): string | null {
  return timed(MS_MAX, () => {
    const recorded = parseRecording(text)
    if (!recorded.ok) {
      counted(reached, shapeOf(recorded.error))
      return /^(expected|frame \d+: expected)/.test(recorded.error) ? null : recorded.error
    }
    const { serverVersion, frames, complete } = recorded.value
    counted(reached, `a recording, ${complete ? 'complete' : 'cut short'}`)
    if (!(serverVersion >= 157 && serverVersion <= 200)) return `version ${serverVersion}`
    const odd = frames.some(({ fields }) => fields.some((field) => typeof field !== 'string'))
    if (odd || frames.some(({ fields }) => fields.length === 0)) return 'a frame of no texts'
    checkRecording(recorded.value)
    return null
  })
}

/** Recordings of the wire, as `record --check` reads them. */
export const recording = subjectOf<string>(
  { name: 'recording', what: 'recordings of the wire, edited and cut short', inputs: 5_000 },
  {
    make: recordingText,
    judge: judgeRecording,
    write: (text) => JSON.stringify({ text }),
    read: (line) => (JSON.parse(line) as { text: string }).text,
    *smaller(text) {
      const lines = text.split('\n')
      for (const left of without(lines.length, (from, to) => lines.toSpliced(from, to - from))) {
        yield left.join('\n')
      }
      const bytes = unlatin1(latin1(Buffer.from(text)))
      if (bytes.length > 2_000) yield Buffer.from(bytes.subarray(0, bytes.length >> 1)).toString()
    },
  },
)
