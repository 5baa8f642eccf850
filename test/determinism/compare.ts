/** One run of the seeds: its name, and `seed hash` for each. */
export interface Run {
  readonly name: string
  readonly lines: readonly string[]
}

/** Each seed that another run has played otherwise than the first, or not at all. */
export function differences([first, ...others]: readonly Run[]): readonly string[] {
  if (first === undefined) return []
  const expected = hashes(first)
  return others.flatMap((run) => {
    const found = hashes(run)
    const seeds = new Set([...expected.keys(), ...found.keys()])
    return [...seeds].flatMap((seed) => {
      const [one, two] = [expected.get(seed), found.get(seed)]
      if (one === two) return []
      return [`seed ${seed}: ${short(one)} by ${first.name}, ${short(two)} by ${run.name}`]
    })
  })
}

function hashes({ lines }: Run): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [seed, hash] = line.split(' ')
      return seed === undefined || hash === undefined ? [] : [[seed, hash] as const]
    }),
  )
}

function short(hash: string | undefined): string {
  return hash?.slice(0, 12) ?? 'nothing'
}
