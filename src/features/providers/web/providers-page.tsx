import { Switch, Text } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Empty } from '../../../web/components/feedback.tsx'
import { ButtonLink, TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryView } from '../../../web/components/query-view.tsx'
import { ReadOnly } from '../../../web/components/read-only.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StatusBadge } from '../../../web/components/status.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { count } from '../../../web/format.ts'
import { kindWords, stateWords } from './provider-words.ts'
import { type Provider, providersQuery, ruleQuery } from './queries.ts'

/** The identity providers by which people sign in, and whether they must. */
export function ProvidersPage(): ReactNode {
  const query = useQuery(providersQuery)
  const add = (
    <ButtonLink to="/providers/new" leftSection={<IconPlus size={14} />}>
      Add a provider
    </ButtonLink>
  )
  return (
    <Page
      title="Single sign-on"
      trail={[
        <TextLink key="members" to="/members" size="xs">
          Members
        </TextLink>,
      ]}
      description="Identity providers say who is who, by OpenID Connect or SAML, and may say who belongs here, by SCIM. Each speaks for this organisation alone."
      actions={add}
    >
      <QueryView query={query}>
        {providers => (
          <Panel>
            {providers.length === 0 ? (
              <Empty title="No identity provider yet" icon={IconKey} action={add}>
                Members sign in with their password. With a provider such as Entra ID, Okta, Google Workspace or
                Keycloak they sign in as they do elsewhere, and lose access here when they lose it there.
              </Empty>
            ) : (
              <DataTable caption="Identity providers" columns={columns} rows={providers} rowId={({ id }) => id} />
            )}
          </Panel>
        )}
      </QueryView>
      <Rule />
    </Page>
  )
}

const columns: readonly Column<Provider>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <TextLink to="/providers/$id" params={{ id }} fw={550}>
        {name}
      </TextLink>
    ),
  },
  { id: 'kind', header: 'Kind', width: '150px', cell: ({ settings }) => kindWords[settings.kind] },
  {
    id: 'domains',
    header: 'Domains',
    cell: ({ domains }) => <span className="v-wrap">{domains.join(', ')}</span>,
  },
  { id: 'people', header: 'People', width: '110px', cell: ({ people }) => count(people, 'person', 'people') },
  {
    id: 'scim',
    header: 'Provisioning',
    width: '130px',
    wideOnly: true,
    cell: ({ token }) =>
      token ? (
        'By SCIM'
      ) : (
        <Text span size="sm" c="dimmed">
          None
        </Text>
      ),
  },
  {
    id: 'state',
    header: 'State',
    width: '90px',
    cell: provider => <StatusBadge words={stateWords(provider)} />,
  },
]

/** Whether members must come by a provider. */
function Rule(): ReactNode {
  const client = useQueryClient()
  const mayChange = useMay('providers.change')
  const query = useQuery(ruleQuery)
  const { data: providers = [] } = useQuery(providersQuery)
  const possible = providers.some(({ enabled }) => enabled)
  const change = useMutation({
    mutationFn: (sso_required: boolean) => answer(api.PUT('/api/v1/sign-in-rule', { body: { sso_required } })),
    onSuccess: async ({ sso_required }) => {
      toast(sso_required ? 'Members now have to come by single sign-on.' : 'Members may come by password again.')
      await client.invalidateQueries({ queryKey: ['providers', 'rule'] })
    },
    onError: toastProblem,
  })
  return (
    <Section title="Require single sign-on">
      <QueryView query={query}>
        {({ sso_required }) => (
          <>
            <Switch
              label="Members must sign in by an identity provider"
              description="Owners keep their password as well: if the provider fails, somebody can still come in and repair it. Keys for programs go on working. It holds at once; whoever came otherwise can do nothing here until they come by the provider."
              checked={sso_required}
              disabled={!mayChange || change.isPending || (!sso_required && !possible)}
              onChange={event => change.mutate(event.currentTarget.checked)}
            />
            {possible || sso_required ? null : (
              <Text size="xs" c="dimmed" mt="xs">
                Turn a provider on first.
              </Text>
            )}
            {mayChange ? null : <ReadOnly />}
          </>
        )}
      </QueryView>
    </Section>
  )
}
