import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App } from './app.tsx'
import { Refused } from './api.ts'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/views.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the bot refused it will refuse again; what did not arrive may arrive.
      retry: (failures, cause) =>
        failures < 1 && (!(cause instanceof Refused) || cause.status === 0),
      retryDelay: 500,
      refetchOnWindowFocus: false,
      staleTime: 1000,
    },
  },
})

const root = document.querySelector('#root')
if (root === null) throw new Error('expected #root in index.html')
createRoot(root).render(
  <QueryClientProvider client={queries}>
    <App forget={() => queries.clear()} />
  </QueryClientProvider>,
)
