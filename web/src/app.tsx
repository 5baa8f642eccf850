import { useEffect } from 'react'
import { follow } from './live.ts'
import { Login } from './login.tsx'
import { SessionContext } from './session-context.ts'
import { useSigning } from './session.ts'
import { Shell } from './shell.tsx'
import { Loading } from './ui/states.tsx'

export function App({ forget }: { readonly forget: () => void }) {
  const { signing, enter, logIn, logOut } = useSigning()
  const isIn = signing.kind === 'in'

  useEffect(() => {
    if (!isIn) return undefined
    const stop = follow()
    return () => {
      stop()
      forget() // what one person saw is not the next one's
    }
  }, [isIn, forget])

  switch (signing.kind) {
    case 'asking':
      return (
        <main className="alone">
          <Loading what="your session" rows={3} />
        </main>
      )
    case 'out':
      return <Login why={signing.why} logIn={logIn} />
    case 'in':
      return (
        <SessionContext value={{ session: signing.session, renew: enter, logOut }}>
          <Shell />
        </SessionContext>
      )
    default:
      return null
  }
}
