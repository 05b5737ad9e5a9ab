/** Asks the person to show again who they are; resolves to whether they did. */
type Ask = () => Promise<boolean>

let ask: Ask | undefined
let asking: Promise<boolean> | undefined

/** Says how a person is asked. Returns how to stop. */
export function onAskAgain(how: Ask): () => void {
  ask = how
  return () => {
    if (ask === how) ask = undefined
  }
}

/** Asks the person to show again who they are: once, however many requests wait for it. Resolves to whether they did. */
export function askAgain(): Promise<boolean> {
  asking ??= (ask?.() ?? Promise.resolve(false)).finally(() => {
    asking = undefined
  })
  return asking
}

/** `fetch`; what is refused because its person showed too long ago who they are is sent once more when they have shown it. */
export async function fetchAskingAgain(request: Request): Promise<Response> {
  const again = isSmall(request) ? request.clone() : undefined
  const response = await fetch(request)
  if (!again || response.status !== 401 || !(await wantsProof(response))) return response
  return (await askAgain()) ? fetch(again) : response
}

/** A clone keeps the whole body in memory: of an upload, too much. None of those asks. */
function isSmall({ headers, body }: Request): boolean {
  return !body || (headers.get('content-type') ?? '').startsWith('application/json')
}

async function wantsProof(response: Response): Promise<boolean> {
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'sign_in_again'
}
