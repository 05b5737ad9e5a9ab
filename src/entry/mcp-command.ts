import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import {
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js'
import type { Command } from 'commander'
import { z } from 'zod'
import { messageOf, VouchError } from '../platform/errors/errors.ts'

/** `vouch mcp`: the server's tools for a program that starts a command and speaks with it over standard input and output. */
export function mcpCommand(program: Command): void {
  program
    .command('mcp')
    .description(
      'Offer the operations of a running server as tools for a language model (Model Context Protocol, over standard input and output). VOUCH_URL says where it is, VOUCH_KEY is the key.',
    )
    .option('--write', 'offer what changes something too, within what the key may do')
    .action(async (flags: { write?: boolean }) => {
      const key = process.env.VOUCH_KEY
      if (!key) throw new VouchError('invalid_input', 'Set VOUCH_KEY to a key that was made under Keys.')
      const port = process.env.VOUCH_PORT || '4000'
      const url = new URL('/api/v1/mcp', process.env.VOUCH_URL || `http://localhost:${port}`)
      if (flags.write) url.searchParams.set('write', 'true')
      await carry(url, key)
    })
}

const failed = -32_000
const initialised = z.object({ protocolVersion: z.string() })

/** Hands messages on between standard input and output and the server, until the input ends. */
async function carry(url: URL, key: string): Promise<void> {
  const near = new StdioServerTransport()
  const far = new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${key}` } } })
  let beginning: string | number | undefined
  far.onmessage = message => {
    // From here on the server is told which version of the protocol was agreed on.
    if (isJSONRPCResultResponse(message) && message.id === beginning) {
      const agreed = initialised.safeParse(message.result)
      if (agreed.success) far.setProtocolVersion(agreed.data.protocolVersion)
    }
    void near.send(message)
  }
  const under = new Set<Promise<void>>()
  near.onmessage = message => {
    if (isInitializeRequest(message) && isJSONRPCRequest(message)) beginning = message.id
    const sending = far
      .send(message)
      .catch(error => answerFailure(near, message, error))
      .finally(() => under.delete(sending))
    under.add(sending)
  }
  await far.start()
  await near.start()
  await new Promise(resolve => process.stdin.once('end', resolve))
  await Promise.all(under)
  await far.close()
}

async function answerFailure(near: StdioServerTransport, message: JSONRPCMessage, error: unknown): Promise<void> {
  const said = `The server did not take it: ${messageOf(error)}. Look at VOUCH_URL and VOUCH_KEY.`
  process.stderr.write(`${said}\n`)
  if (isJSONRPCRequest(message))
    await near.send({ jsonrpc: '2.0', id: message.id, error: { code: failed, message: said } })
}
