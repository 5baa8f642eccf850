import { Store, useStore } from './store.ts'

/** Fetched behind the first picture, which does not need it. */
const meanings = new Store<ReadonlyMap<string, string>>(new Map())

void import('./glossary-words.ts')
  .then(({ GLOSSARY }) => meanings.set(new Map(GLOSSARY)))
  .catch(() => undefined) // the page says the same without it

/** What a word means; undefined: it speaks for itself. */
export const useMeaning = (word: string): string | undefined =>
  useStore(meanings, (known) => known.get(word))
