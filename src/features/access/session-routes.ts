import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'
import { callerOf, open, sessionOf, signedIn } from '../../platform/http/access.ts'
import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import type { Begun } from '../../platform/sign-in/sign-in.ts'
import { changePassword, endOtherSessions, endSession, listOwnSessions, renameUser } from './account.ts'
import {
  accountChange,
  endedSessions,
  joinInput,
  joinLook,
  joinView,
  linkSignIn,
  liveSessions,
  organisationChoice,
  passwordChange,
  passwordSignIn,
  sessionSchema,
  setUpInput,
} from './contract.ts'
import { visible } from './control-access.ts'
import { join, lookAtInvitation } from './invitations.ts'
import { readSession } from './read-session.ts'
import { type MakeOrganisation, setUp } from './set-up.ts'
import { signInByToken } from './sign-in-links.ts'
import { listMemberships } from './store.ts'

const nothing = z.void()
const byId = z.object({ id: z.uuid() })
const tags = ['session']

/** Signing in and out, one's own account and sessions. */
export function sessionRoutes(make: MakeOrganisation): Routes {
  return (app: App, services: Services) => {
    const { signIn } = services
    const described = (operationId: string, summary: string) => ({ operationId, summary, tags })

    app.get(
      '/session',
      {
        config: { access: open },
        schema: {
          ...described('getSession', 'Who is signed in, where, and what they may do'),
          response: { 200: sessionSchema },
        },
      },
      request => readSession(services, request.found, callerOf(request)),
    )
    app.post(
      '/session',
      {
        config: { access: open },
        schema: {
          ...described('signIn', 'Sign in with a password'),
          body: passwordSignIn,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        const { email, password } = request.body
        return withCookie(reply, await signIn.withPassword(email, password, callerOf(request)))
          .code(204)
          .send()
      },
    )
    app.post(
      '/session/link',
      {
        config: { access: open },
        schema: {
          ...described('signInByLink', 'Sign in with a one-time link'),
          body: linkSignIn,
          response: { 204: nothing },
        },
      },
      async (request, reply) =>
        withCookie(reply, await signInByToken(services, request.body.token, callerOf(request)))
          .code(204)
          .send(),
    )
    app.delete(
      '/session',
      {
        config: { access: signedIn, limited: true },
        schema: { ...described('signOut', 'Sign out'), response: { 204: nothing } },
      },
      async (request, reply) => {
        const { user, sessionId } = sessionOf(request)
        const cookies = await signIn.signOutCookies(callerOf(request))
        await endSession(services, user.id, sessionId)
        return reply
          .header('set-cookie', [...cookies])
          .code(204)
          .send()
      },
    )
    app.put(
      '/session/organisation',
      {
        config: { access: signedIn, limited: true },
        schema: {
          ...described('chooseOrganisation', 'Work in another of your organisations'),
          body: organisationChoice,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        const { user, sessionId } = sessionOf(request)
        const memberships = visible(await listMemberships(services.database, user.id), request.principal.within)
        if (!memberships.some(({ id }) => id === request.body.id))
          throw new VouchError('not_found', 'You belong to no such organisation.')
        await signIn.setOrganisation(sessionId, request.body.id)
        return reply.code(204).send()
      },
    )
    app.get(
      '/account/sessions',
      {
        config: { access: signedIn, limited: true },
        schema: { ...described('listSessions', 'Where you are signed in'), response: { 200: liveSessions } },
      },
      async request => {
        const { user, sessionId } = sessionOf(request)
        const sessions = await listOwnSessions(services, user.id, request.principal.within)
        return {
          items: sessions.map(session => ({
            id: session.id,
            method: session.method,
            second_factor: session.secondFactor,
            address: session.address,
            agent: session.agent,
            created_at: session.createdAt.toISOString(),
            used_at: session.usedAt.toISOString(),
            expires_at: session.expiresAt.toISOString(),
            current: session.id === sessionId,
          })),
        }
      },
    )
    app.delete(
      '/account/sessions/:id',
      {
        config: { access: signedIn, limited: true },
        schema: { ...described('endSession', 'End one of your sessions'), params: byId, response: { 204: nothing } },
      },
      async (request, reply) => {
        const { user } = sessionOf(request)
        const own = await listOwnSessions(services, user.id, request.principal.within)
        if (
          !own.some(({ id }) => id === request.params.id) ||
          !(await endSession(services, user.id, request.params.id))
        )
          throw new VouchError('not_found', 'There is no such session of yours.')
        return reply.code(204).send()
      },
    )
    app.delete(
      '/account/sessions',
      {
        config: { access: signedIn },
        schema: {
          ...described('endOtherSessions', 'End all your sessions but this one'),
          response: { 200: endedSessions },
        },
      },
      async request => {
        const { user, sessionId } = sessionOf(request)
        return { ended: await endOtherSessions(services, user.id, sessionId) }
      },
    )
    app.patch(
      '/account',
      {
        config: { access: signedIn },
        schema: {
          ...described('changeAccount', 'Change your name'),
          body: accountChange,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await renameUser(services, sessionOf(request).user.id, request.body.name)
        return reply.code(204).send()
      },
    )
    app.post(
      '/account/password',
      {
        config: { access: signedIn },
        schema: {
          ...described('changePassword', 'Change your password; your other sessions end'),
          body: passwordChange,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await changePassword(services, sessionOf(request), request.body, request.ip)
        return reply.code(204).send()
      },
    )
    app.post(
      '/set-up',
      {
        config: { access: open },
        schema: {
          ...described('setUp', 'Become the first owner, by the link that the first start shows'),
          body: setUpInput,
          response: { 204: nothing },
        },
      },
      async (request, reply) =>
        withCookie(reply, await setUp(services, request.body, make, callerOf(request)))
          .code(204)
          .send(),
    )
    app.post(
      '/join/look',
      {
        config: { access: open },
        schema: {
          ...described('lookAtInvitation', 'What an invitation says'),
          body: joinLook,
          response: { 200: joinView },
        },
      },
      request => lookAtInvitation(services, request.body.token),
    )
    app.post(
      '/join',
      {
        config: { access: open },
        schema: { ...described('join', 'Accept an invitation'), body: joinInput, response: { 204: nothing } },
      },
      async (request, reply) =>
        withCookie(reply, await join(services, request.body, callerOf(request)))
          .code(204)
          .send(),
    )
  }
}

/** Gives the answer the cookie of a session that began. */
export function withCookie<Reply extends FastifyReply>(reply: Reply, { cookies }: Begun): Reply {
  reply.header('set-cookie', [...cookies])
  return reply
}
