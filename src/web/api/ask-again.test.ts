import { afterEach, describe, expect, it, vi } from 'vitest'
import { askAgain, fetchAskingAgain, onAskAgain } from './ask-again.ts'

const refusal = () => Response.json({ code: 'sign_in_again' }, { status: 401 })
const post = () =>
  new Request('http://localhost/api/v1/packages', {
    method: 'POST',
    body: JSON.stringify({ a: 1 }),
    headers: { 'content-type': 'application/json' },
  })
/** A server that says these things in turn; answers what was sent to it. */
function server(...answers: (() => Response)[]) {
  const sent: Promise<string>[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request.text())
    return (answers[sent.length - 1] ?? (() => Response.json({ done: true })))()
  })
  return sent
}
afterEach(() => vi.unstubAllGlobals())

describe('a request that asks for a new proof', () => {
  it('is sent again, whole, once the person has given it', async () => {
    const sent = server(refusal)
    const stop = onAskAgain(async () => true)
    expect((await fetchAskingAgain(post())).status).toBe(200)
    expect(await Promise.all(sent)).toEqual(['{"a":1}', '{"a":1}'])
    stop()
  })

  it('is refused when the person does not give it, or cannot be asked', async () => {
    const sent = server(refusal, refusal)
    const stop = onAskAgain(async () => false)
    const response = await fetchAskingAgain(post())
    expect([response.status, await response.json()]).toEqual([401, { code: 'sign_in_again' }])
    stop()
    expect((await fetchAskingAgain(post())).status).toBe(401)
    expect(sent).toHaveLength(2)
  })

  it('asks once for all that wait', async () => {
    let asked = 0
    let given: (proof: boolean) => void = () => {}
    const stop = onAskAgain(() => {
      asked += 1
      return new Promise(resolve => {
        given = resolve
      })
    })
    const waiting = [askAgain(), askAgain()]
    given(true)
    expect([await Promise.all(waiting), asked]).toEqual([[true, true], 1])
    const later = askAgain()
    given(false)
    expect([await later, asked]).toEqual([false, 2])
    stop()
  })

  it('is no other refusal', async () => {
    const sent = server(
      () => Response.json({ code: 'unauthenticated' }, { status: 401 }),
      () => new Response('x', { status: 401 }),
    )
    const stop = onAskAgain(async () => true)
    expect([(await fetchAskingAgain(post())).status, (await fetchAskingAgain(post())).status]).toEqual([401, 401])
    expect(sent).toHaveLength(2)
    stop()
  })
})
