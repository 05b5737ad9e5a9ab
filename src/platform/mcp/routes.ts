import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { VouchError } from '../errors/errors.ts'
import type { App } from '../http/app.ts'
import { type JsonDocument, tidyDocument } from '../http/openapi-document.ts'
import { callTool } from './call-tool.ts'
import { type Tool, toolsOf } from './tools.ts'

const query = z.object({ write: z.enum(['true', 'false']).default('false') })
const config = { access: 'api.read', carries: true }

/**
 * The API for language models: the Model Context Protocol over Streamable HTTP, without sessions and without a stream of its own. Every tool is an operation, done through its
 * own route with the caller's key. Only readings are offered, unless the address says `?write=true`.
 */
export function mcpRoutes(app: App, version: string): void {
  let tools: readonly Tool[] | undefined
  const allTools = () => {
    tools ??= toolsOf(tidyDocument(JSON.parse(JSON.stringify(app.swagger())) as JsonDocument))
    return tools
  }
  app.post('/mcp', { config, schema: { hide: true, querystring: query } }, async (request, reply) => {
    guardCaller(request)
    const server = serverFor(app, allTools(), request, { version, write: request.query.write === 'true' })
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    await server.connect(transport)
    try {
      const asked = new Request(`http://${request.headers.host}${request.url}`, {
        method: 'POST',
        headers: headersOf(request),
      })
      const response = await transport.handleRequest(asked, { parsedBody: request.body })
      return reply
        .code(response.status)
        .type(response.headers.get('content-type') ?? 'application/json')
        .send(await response.text())
    } finally {
      await server.close()
    }
  })
  // The protocol's way to say that there is neither a stream to listen to nor a session to end.
  for (const method of ['GET', 'DELETE'] as const)
    app.route({
      method,
      url: '/mcp',
      config,
      schema: { hide: true },
      handler: async (request, reply) => {
        guardCaller(request)
        return reply.code(405).header('allow', 'POST').send()
      },
    })
}

/** A page of another site must not get here through a browser, whatever name it has given this server (DNS rebinding); and a person's session is for pages. */
function guardCaller(request: FastifyRequest): void {
  const { origin, host } = request.headers
  if (origin !== undefined && URL.parse(origin)?.host !== host)
    throw new VouchError('forbidden', 'This request comes from another site and was refused.')
  if (request.principal.sessionId !== null)
    throw new VouchError('forbidden', 'Tools are for programs: send a key as authorization: Bearer.')
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const name of ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id']) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  return headers
}

function serverFor(
  app: App,
  tools: readonly Tool[],
  request: FastifyRequest,
  { version, write }: { version: string; write: boolean },
): Server {
  const server = new Server(
    { name: 'vouch', version },
    {
      capabilities: { tools: {} },
      instructions: `The state and the evidence of a compliance program. Each tool is an operation of its API, with the permissions of the key. ${
        write ? 'Tools that change something are offered: each change is recorded.' : 'Only reading is offered.'
      } Lists come in pages: ask for the next with cursor.`,
    },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools
      .filter(tool => request.principal.may.has(tool.permission) && (write || tool.method === 'GET'))
      .map(({ name, description, inputSchema, annotations }) => ({ name, description, inputSchema, annotations })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(candidate => candidate.name === params.name)
    const answer = !tool
      ? { text: `There is no tool ${params.name}.`, failed: true }
      : tool.method !== 'GET' && !write
        ? {
            text: `${params.name} changes something, and only reading was asked for. Connect to it with ?write=true.`,
            failed: true,
          }
        : await callTool(app, tool, params.arguments ?? {}, callerOf(request))
    return { content: [{ type: 'text', text: answer.text }], isError: answer.failed }
  })
  return server
}

function callerOf(request: FastifyRequest) {
  return {
    host: request.headers.host ?? '',
    authorization: request.headers.authorization ?? '',
    agent: request.headers['user-agent'] ?? 'MCP',
    address: request.ip,
  }
}
