import { Button, Tabs } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../../../web/api/client.ts'
import { useMay } from '../../../web/api/session.ts'
import { Columns, MainColumn, SideColumn } from '../../../web/components/columns.tsx'
import { Confirm } from '../../../web/components/confirm.tsx'
import { Definitions } from '../../../web/components/definitions.tsx'
import { TextLink } from '../../../web/components/link.tsx'
import { Page } from '../../../web/components/page.tsx'
import { Panel } from '../../../web/components/panel.tsx'
import { QueryPage } from '../../../web/components/query-view.tsx'
import { Section } from '../../../web/components/section.tsx'
import { StatusBadge } from '../../../web/components/status.tsx'
import { Time } from '../../../web/components/time.tsx'
import { toast, toastProblem } from '../../../web/components/toast.ts'
import { humanise } from '../../../web/format.ts'
import { History } from '../../activity/web/history.tsx'
import { GroupsPanel } from './groups-panel.tsx'
import { ToCopy } from './our-addresses.tsx'
import { PeoplePanel } from './people-panel.tsx'
import { ProviderForm } from './provider-form.tsx'
import { kindWords, ourAddresses, stateWords } from './provider-words.ts'
import { Provisioning } from './provisioning.tsx'
import { leaving, type Provider, providerQuery } from './queries.ts'
import { TestProvider } from './test-provider.tsx'

const route = getRouteApi('/providers/$id')

/** One identity provider: what it wants to know of us, its settings, its people and groups, and its end. */
export function ProviderPage(): ReactNode {
  const { id } = route.useParams()
  const query = useQuery(providerQuery(id))
  return (
    <QueryPage query={query} title="Identity provider">
      {provider => <Content provider={provider} />}
    </QueryPage>
  )
}

function Content({ provider }: { provider: Provider }): ReactNode {
  const mayChange = useMay('providers.change')
  const { tab = 'people' } = route.useSearch()
  const navigate = route.useNavigate()
  const [editing, { open, close }] = useDisclosure(false)
  const change = useChange(provider.id)
  return (
    <Page
      title={provider.name}
      badge={<StatusBadge words={stateWords(provider)} />}
      trail={[
        <TextLink key="list" to="/providers" size="xs">
          Single sign-on
        </TextLink>,
        <span key="kind">{kindWords[provider.settings.kind]}</span>,
      ]}
      actions={
        mayChange ? (
          <>
            <TestProvider id={provider.id} />
            <Button
              variant={provider.enabled ? 'default' : 'filled'}
              loading={change.isPending}
              onClick={() =>
                void change
                  .mutateAsync({ enabled: !provider.enabled })
                  .then(() => toast(provider.enabled ? 'Nobody signs in by it any more.' : 'People can sign in by it.'))
                  .catch(toastProblem)
              }
            >
              {provider.enabled ? 'Turn it off' : 'Turn it on'}
            </Button>
          </>
        ) : null
      }
    >
      {editing ? (
        <Section title="Change the settings">
          <ProviderForm
            kind={provider.settings.kind}
            provider={provider}
            action="Save"
            onCancel={close}
            onSave={async input => {
              await change.mutateAsync(input)
              toast('The provider was changed.')
              close()
            }}
          />
        </Section>
      ) : null}
      <Columns>
        <MainColumn>
          <Panel>
            <Tabs
              value={tab}
              onChange={next => void navigate({ search: next === 'provisioning' ? { tab: next } : {} })}
            >
              <Tabs.List px="xs" pt={4}>
                <Tabs.Tab value="people">People</Tabs.Tab>
                <Tabs.Tab value="provisioning">Provisioning and groups</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="people">
                <PeoplePanel id={provider.id} />
              </Tabs.Panel>
              <Tabs.Panel value="provisioning">
                <Provisioning provider={provider} />
                <GroupsPanel id={provider.id} />
              </Tabs.Panel>
            </Tabs>
          </Panel>
          <History subject={provider.id} />
        </MainColumn>
        <SideColumn>
          <Section title="Tell the provider">
            <ToCopy values={ourAddresses(window.location.origin, provider)} />
          </Section>
          <Settings provider={provider} onChange={mayChange && !editing ? open : undefined} />
          {mayChange ? <Removal provider={provider} /> : null}
        </SideColumn>
      </Columns>
    </Page>
  )
}

function useChange(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Partial<Parameters<Parameters<typeof ProviderForm>[0]['onSave']>[0]>) =>
      answer(api.PATCH('/api/v1/providers/{id}', { params: { path: { id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['providers'] }),
  })
}

function Settings({ provider, onChange }: { provider: Provider; onChange: (() => void) | undefined }): ReactNode {
  const { settings, domains, default_role, admits_unknown, has_secret, created_at } = provider
  const own =
    settings.kind === 'oidc'
      ? {
          Issuer: <span className="v-wrap">{settings.issuer}</span>,
          'Client ID': <span className="v-wrap">{settings.client_id}</span>,
          'Client secret': has_secret ? 'set, kept in the vault' : 'none',
        }
      : {
          'Entity ID': <span className="v-wrap">{settings.entity_id}</span>,
          'Sign-in address': <span className="v-wrap">{settings.sso_url}</span>,
          Certificates: String(settings.certificates.length),
          'Begin at the provider': settings.idp_initiated ? 'allowed' : 'not allowed',
        }
  return (
    <Section
      title="Settings"
      actions={
        onChange ? (
          <Button variant="default" size="compact-xs" onClick={onChange}>
            Change
          </Button>
        ) : null
      }
    >
      <Definitions
        of={{
          Domains: <span className="v-wrap">{domains.join(', ')}</span>,
          'Unknown people': admits_unknown ? 'become members' : 'are refused',
          'New members': humanise(default_role),
          ...own,
          Since: <Time iso={created_at} as="day" />,
        }}
      />
    </Section>
  )
}

function Removal({ provider: { id, name } }: { provider: Provider }): ReactNode {
  const client = useQueryClient()
  const navigate = route.useNavigate()
  const [asking, { open, close }] = useDisclosure(false)
  const remove = useMutation({
    mutationFn: () => {
      leaving.add(id)
      return answer(api.DELETE('/api/v1/providers/{id}', { params: { path: { id } } }))
    },
    onSuccess: async () => {
      toast(`${name} was removed.`)
      await navigate({ to: '/providers', search: {} })
      await client.invalidateQueries({ queryKey: ['providers'] })
    },
    onError: () => leaving.delete(id),
  })
  return (
    <Section title="Remove" description="People stay members, and sign in with a password or a link from then on.">
      <Button variant="default" onClick={open}>
        Remove the provider…
      </Button>
      <Confirm
        opened={asking}
        onClose={close}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        error={remove.error}
        title={`Remove ${name}?`}
        action="Remove it"
      >
        Every session that it began ends at once. What it told of people and groups, and its token for provisioning, are
        forgotten.
      </Confirm>
    </Section>
  )
}
