import type { QueryClient } from '@tanstack/react-query'

/** Which cached nouns a change concerns, by the first part of its topic. A topic not named here concerns the noun of that name. */
const concerned: Readonly<Record<string, readonly string[]>> = {
  job: ['jobs'],
  scope: ['scope', 'controls', 'overview'],
  controls: ['controls', 'overview'],
  connections: ['connections', 'overview'],
  evidence: ['evidence', 'controls', 'overview'],
  checks: ['checks', 'findings', 'controls', 'overview'],
  findings: ['findings', 'checks', 'controls', 'overview'],
  ledger: ['ledger', 'overview'],
  access: ['session', 'members', 'account', 'keys'],
}

/** The nouns whose cached answers a change of `topic` (`connections.run`) makes old. */
export function nounsOf(topic: string): readonly string[] {
  const noun = topic.split('.')[0] ?? topic
  return concerned[noun] ?? [noun]
}

const batchMs = 200
const reopenMs = 5_000

/**
 * Listens to the server's changes and makes what is shown ask again. Changes are gathered for a moment, so that a batch of a thousand
 * makes one request for each list on the page. The server ends the stream with the session; so each time that it ends, the session is
 * asked for, and whoever shows pages stops listening when it is over. Returns how to stop.
 */
export function followChanges(client: QueryClient, onState: (connected: boolean) => void): () => void {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let reopening: ReturnType<typeof setTimeout> | undefined
  let dropped = false
  let source = open()

  function flush(): void {
    timer = undefined
    const nouns = new Set(waiting)
    waiting.clear()
    void client.invalidateQueries({ predicate: query => nouns.has(String(query.queryKey[0])) })
  }

  function open(): EventSource {
    const opened = new EventSource('/api/v1/events')
    opened.addEventListener('change', event => {
      const { topic } = JSON.parse(event.data) as { topic: string }
      for (const noun of nounsOf(topic)) waiting.add(noun)
      timer ??= setTimeout(flush, batchMs)
    })
    opened.addEventListener('gap', () => void client.invalidateQueries())
    opened.onopen = () => {
      onState(true)
      // Whatever changed while the line was down was missed.
      if (dropped) void client.invalidateQueries()
      dropped = false
    }
    opened.onerror = () => {
      dropped = true
      onState(false)
      void client.invalidateQueries({ queryKey: ['session'] })
      // Refused, a browser gives up; a line that broke it mends by itself.
      if (opened.readyState === EventSource.CLOSED) {
        clearTimeout(reopening)
        reopening = setTimeout(() => {
          source = open()
        }, reopenMs)
      }
    }
    return opened
  }

  return () => {
    source.close()
    clearTimeout(timer)
    clearTimeout(reopening)
  }
}
