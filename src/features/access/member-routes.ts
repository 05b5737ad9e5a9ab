import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { VouchError } from '../../platform/errors/errors.ts'
import { baseOf, sessionOf, signedIn } from '../../platform/http/access.ts'
import type { App, Routes } from '../../platform/http/app.ts'
import type { Services } from '../../platform/services.ts'
import {
  invitationInput,
  invitationMade,
  invitations,
  memberChange,
  memberSchema,
  membersPage,
  membersQuery,
  newOrganisation,
  organisationChoice,
} from './contract.ts'
import { revokeInvitation } from './invitations.ts'
import { inviteByMail, sendInvitationAgain } from './mailed-invitations.ts'
import { changeMember, granterOf, holderOf, leave, removeMember } from './members.ts'
import { makeAnotherOrganisation } from './organisations.ts'
import { mayGrant, permissionsOf, type RoleHolder } from './permissions.ts'
import type { MakeOrganisation } from './set-up.ts'
import { findMember, listOpenInvitations, pageOfMembers } from './store.ts'

const byId = z.object({ id: z.uuid() })
const tags = ['members']
const read = { access: 'members.read' }
const change = { access: 'members.change' }
const changeFresh = { ...change, fresh: true }

/** Who belongs to the organisation, in which role, and who is invited. */
export function memberRoutes(make: MakeOrganisation): Routes {
  return (app: App, services: Services) => {
    const { database, clock } = services
    app.get(
      '/members',
      {
        config: read,
        schema: {
          operationId: 'listMembers',
          summary: 'Who belongs to the organisation',
          tags,
          querystring: membersQuery,
          response: { 200: membersPage },
        },
      },
      request =>
        database.tenant(request.orgId, clock, async tx => {
          const holder = holderOf(granterOf(request.principal))
          const { rows, next_cursor, total } = await pageOfMembers(tx, request.query)
          return { items: rows.map(row => presentMember(row, holder)), next_cursor, total }
        }),
    )
    app.patch(
      '/members/:id',
      {
        config: changeFresh,
        schema: {
          operationId: 'changeMember',
          summary: "Change a member's role",
          tags,
          params: byId,
          body: memberChange,
          response: { 200: memberSchema },
        },
      },
      request =>
        database.tenant(request.orgId, clock, async tx => {
          const by = granterOf(request.principal)
          await changeMember(tx, request.params.id, request.body.role, by)
          const member = await findMember(tx, request.params.id)
          if (!member) throw new VouchError('not_found', 'There is no such member.')
          return presentMember(member, holderOf(by))
        }),
    )
    app.delete(
      '/members/:id',
      {
        config: changeFresh,
        schema: {
          operationId: 'removeMember',
          summary: 'Take somebody out of the organisation',
          tags,
          params: byId,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        await database.tenant(request.orgId, clock, tx =>
          removeMember(tx, request.params.id, granterOf(request.principal)),
        )
        return reply.code(204).send()
      },
    )
    app.delete(
      '/membership',
      {
        config: { access: signedIn, limited: true },
        schema: { operationId: 'leave', summary: 'Leave the organisation', tags, response: { 204: z.void() } },
      },
      async (request, reply) => {
        const { user, actor } = sessionOf(request)
        await database.tenant(request.orgId, clock, tx => leave(tx, user.id, actor))
        return reply.code(204).send()
      },
    )
    app.get(
      '/invitations',
      {
        config: read,
        schema: { operationId: 'listInvitations', summary: 'Who is invited', tags, response: { 200: invitations } },
      },
      request =>
        database.tenant(request.orgId, clock, async tx => ({
          items: (await listOpenInvitations(tx)).map(row => presentInvitation(row, tx.clock.now())),
        })),
    )
    app.post(
      '/invitations',
      {
        config: changeFresh,
        schema: {
          operationId: 'invite',
          summary: 'Invite somebody; the answer holds the link, once',
          tags,
          body: invitationInput,
          response: { 201: invitationMade },
        },
      },
      async (request, reply) => {
        const made = await database.tenant(request.orgId, clock, async tx => {
          const { invitation, link } = await inviteByMail(services, tx, request.body, inviterOf(request))
          return { ...presentInvitation(invitation, tx.clock.now()), link }
        })
        return reply.code(201).send(made)
      },
    )
    app.post(
      '/invitations/:id/send',
      {
        config: change,
        schema: {
          operationId: 'sendInvitationAgain',
          summary: 'Mail an invitation again, with a new link in place of the one before; the answer holds it, once',
          tags,
          params: byId,
          response: { 201: invitationMade },
        },
      },
      async (request, reply) => {
        const made = await database.tenant(request.orgId, clock, async tx => {
          const { invitation, link } = await sendInvitationAgain(services, tx, request.params.id, inviterOf(request))
          return { ...presentInvitation(invitation, tx.clock.now()), link }
        })
        return reply.code(201).send(made)
      },
    )
    app.delete(
      '/invitations/:id',
      {
        config: change,
        schema: {
          operationId: 'revokeInvitation',
          summary: 'Take an invitation back',
          tags,
          params: byId,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        await database.tenant(request.orgId, clock, tx =>
          revokeInvitation(tx, request.params.id, granterOf(request.principal)),
        )
        return reply.code(204).send()
      },
    )
    app.post(
      '/organisations',
      {
        config: { access: 'organisation.create' },
        schema: {
          operationId: 'makeOrganisation',
          summary: 'Make another organisation, as its owner, and work in it',
          tags,
          body: newOrganisation,
          response: { 201: organisationChoice },
        },
      },
      async (request, reply) => {
        const id = await makeAnotherOrganisation(services, request.body.name, make, sessionOf(request))
        return reply.code(201).send({ id })
      },
    )
  }
}

function inviterOf(request: FastifyRequest) {
  const { principal } = request
  return { ...granterOf(principal), name: principal.user?.name, base: baseOf(request) }
}

interface MemberRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: string
  readonly joined_at: Date
  readonly own_may: readonly string[] | null
  readonly second_factor: boolean
}

function presentMember(row: MemberRow, holder: RoleHolder): z.infer<typeof memberSchema> {
  const { id, name, email, role, joined_at, own_may, second_factor } = row
  const changeable = mayGrant(holder, { id: role, may: permissionsOf(role, own_may) })
  return { id, name, email, role, joined_at: joined_at.toISOString(), second_factor, changeable }
}

type InvitationRow = Awaited<ReturnType<typeof listOpenInvitations>>[number]

function presentInvitation({ id, email, role, created_at, expires_at }: InvitationRow, now: Date) {
  return {
    id,
    email,
    role,
    created_at: created_at.toISOString(),
    expires_at: expires_at.toISOString(),
    expired: expires_at <= now,
  }
}
